/*
 * peer: the other end of a connection under test: a thread that accepts one
 * connection on a free loopback port and does what the test says.
 */
#ifndef TESTS_NET_PEER_H
#define TESTS_NET_PEER_H

#include <pthread.h>
#include <stdint.h>

#include "net/conn.h"

struct peer;
typedef void peer_fn(struct peer *p, int fd);

struct peer {
    pthread_t thread;
    peer_fn *act;
    void *arg;
    int listen_fd;
    uint16_t port;
    struct net_target target; /* to reach it */
};

/* Starts it on host ("127.0.0.1", "::1"); fd is closed after act returns. */
void peer_start(struct peer *p, const char *host, peer_fn *act, void *arg);

/* Waits for its end. */
void peer_join(struct peer *p);

/* Blocking, all of it; false when the peer went away. */
bool peer_send(int fd, const char *p, size_t n);

/* Reads until n octets or the end; how many. */
size_t peer_recv(int fd, char *p, size_t n);

/* Makes the close of fd a reset. */
void peer_reset_on_close(int fd);

/* A connection to the peer with these options; asserts that it opens. */
struct net_conn *peer_open(struct peer *p, const struct net_conn_options *o);

/* Options without TLS, transcript and stop. */
struct net_conn_options plain_options(void);

/* Milliseconds since a net_now(). */
unsigned ms_since(uint64_t start);

/* How many entries of a kind there are. */
size_t count_kind(const struct transcript *t, enum transcript_kind kind);

/* True when the unread octets are these. */
bool pending_is(const struct net_conn *c, const char *text);

#endif
