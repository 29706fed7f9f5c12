/*
 * torture: servers that are none, and what smtpspec makes of them.
 *
 * A way is one kind of hostile server. Most are the reference server with
 * somebody in between who spoils what it says; so hostility begins anywhere
 * in a session that is right up to there. The others say something of their
 * own from the first octet on.
 */
#ifndef TORTURE_TORTURE_H
#define TORTURE_TORTURE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/reply.h"

struct host;

/* One connection of the program under test. */
struct link {
    struct host *host;
    unsigned number;      /* from 0 */
    int client, server;   /* descriptors; server is -1 for a raw way */
    size_t sent;          /* octets to the client so far */
    unsigned replies;     /* the same in replies */
    bool tls;             /* the client has begun a handshake */
    bool muted;           /* nothing more is sent, what comes is read */
    char held[SMTP_REPLY_MAX + 1]; /* of the server, no whole reply yet */
    size_t n_held;
};

/* Takes octets of the good server on their way to the client; false: the
 * connection is over. */
typedef bool way_spoil(struct link *l, const char *p, size_t n);

/* The same with one whole reply. */
typedef bool way_reply(struct link *l, const struct smtp_reply *r);

/* Has the connection to itself. */
typedef void way_raw(struct link *l);

struct way {
    const char *name;
    way_raw *raw;      /* one of the three is set */
    way_spoil *spoil;
    way_reply *reply;
    unsigned spare;    /* connections that are served well first */
    unsigned from, to; /* the values of arg that are tried */
    unsigned stride;   /* between them, unless all are asked for */
    const char *scheme;    /* of the target; NULL: smtp */
    bool tls_port;         /* it is the port of --tls-port that is hostile */
    const char *only;      /* --select, where a way has many values; NULL: the
                              whole suite, as the ways "anywhere" have it */
    const char *timeout;   /* --timeout; NULL: a short one */
    unsigned exits;        /* the exit statuses that are right, as bits */
    const char *may_pass;  /* globs of the cases that may PASS, separated by
                              spaces; NULL: any */
};

#define EXIT_BIT(n) (1u << (n))

const struct way *way_at(size_t i); /* NULL behind the last */
const struct way *way_find(const char *name);

/* A hostile server on a free loopback port. */
struct host {
    const struct way *way;
    unsigned arg;
    uint16_t good; /* the reference server's port */
    uint16_t port;
    int listen_fd;
    int stop[2];
    pthread_t thread;
    atomic_uint conns, active;
};

/* False with one line in err. good: see above. */
bool host_start(struct host *h, const struct way *way, unsigned arg,
                uint16_t good, char *err, size_t cap);
/* Ends all of its connections. */
void host_stop(struct host *h);

/* Sends all; false when the client went away, or takes nothing. */
bool link_send(struct link *l, const void *p, size_t n);
/* Reads and forgets until the client leaves, or the host ends. */
void link_drain(struct link *l);
/* True once the host ends; waits for up to ms for that. */
bool link_ends(const struct link *l, int ms);

/* What became of one run of the program. */
struct victim {
    int exit;         /* its status; -1: a signal, or the deadline */
    int signal;       /* 0: none */
    bool late;        /* the deadline ended it */
    double seconds;
    long kib;         /* memory, at most */
};

/* Runs argv; what it prints goes to out. */
void victim_run(struct victim *v, char *const argv[], const char *out,
                unsigned deadline_s);

/* Holds a run and its report against what is true of any server, and of this
 * one; cases is how many results there must be. False with one line in why. */
bool report_check(const struct way *way, const char *json,
                  const struct victim *v, size_t cases, char *why, size_t cap);

/* How many results a report has; 0: it cannot be read. */
size_t report_cases(const char *json);

#endif
