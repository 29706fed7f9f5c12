/*
 * fake: a server that does what a table says, on a thread of its own.
 */
#ifndef TESTS_SCRIPT_FAKE_H
#define TESTS_SCRIPT_FAKE_H

#include <pthread.h>
#include <stddef.h>

#include "net/conn.h"
#include "script/run.h"

/*
 * What it does, one string each, NULL at the end:
 *   ">text"  send text           "<"    read a line
 *   "."      read to CRLF.CRLF   "~50"  wait 50 ms
 *   "x"      close               "r"    reset
 *   "t"      TLS handshake       "a"    accept the next connection
 *   "@1"     go on with connection 1 (in order of acceptance, from 0)
 *   "f"      send 'a' without an end, up to 1 GiB
 *   "0"      send a reply with a NUL in it
 *   "1"      send an octet every 20 ms, without an end
 *   "e"      wait for the client's end
 * One connection is accepted before the first. All are closed at the end.
 */
struct fake {
    const char *const *acts;
    int listen_fd;
    uint16_t port;
    pthread_t thread;
    struct net_tls *tls;
    struct net_conn *conns[4];
    size_t n, at;
    char got[8192];  /* octets read */
    size_t got_n;
    unsigned reads;  /* in how many pieces */
    uint64_t first, last; /* times of the first and last of them */
    uint64_t flooded; /* octets of "f" that were taken */
};

/* Starts it. The target of *env is set to it, and what is NULL in *env to
 * something usable. */
void fake_start(struct fake *f, const char *const *acts,
                struct script_env *env, struct net_target *target);

/* Waits for its end. */
void fake_stop(struct fake *f);

/* Parses a case out of its steps; the test fails when there is a mistake. */
struct script_set *fake_script(const char *level, const char *steps);

#endif
