/*
 * exec: how a session reaches the server: over a socket to one that runs, a
 * child for each session, or a fork server that forks one for each.
 */
#ifndef LIVE_EXEC_H
#define LIVE_EXEC_H

#include <stddef.h>
#include <stdint.h>

#include "live/dialogue.h"
#include "net/conn.h"
#include "net/target.h"

struct live_exec;

struct live_exec_options {
    const struct net_target *target;
    struct net_tls *tls;   /* for STARTTLS and smtps://, or NULL */
    int stop_fd;           /* or -1 */
    uint64_t timeout;      /* nanoseconds, to connect */
    const char *fork_server; /* command of a fork server, or NULL */
};

/* NULL with one line in err. Sanitizers of children are told, by the
 * environment, to write where live_exec_end looks. */
struct live_exec *live_exec_new(const struct live_exec_options *o, char *err,
                                size_t err_cap);
void live_exec_free(struct live_exec *e);

/* A session: log may be NULL. NET_OK and *out, or why not. */
enum net_status live_exec_open(struct live_exec *e, struct transcript *log,
                               struct net_conn **out, char *err,
                               size_t err_cap);

/* The server's process of that session, or 0: nobody knows. */
pid_t live_exec_pid(const struct live_exec *e, const struct net_conn *c);

/* Ends the session: closes c and sees how the server's side of it ended, for
 * which it has so many nanoseconds, unless it hung before. A crash and a
 * sanitizer's report are fired in out. */
void live_exec_end(struct live_exec *e, struct net_conn *c,
                   uint64_t patience, struct live_outcome *out);

/* The last report of a sanitizer, NUL-terminated; "" when there is none. */
const char *live_exec_report(const struct live_exec *e);

#endif
