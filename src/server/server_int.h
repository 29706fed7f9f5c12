/*
 * server_int: what the listening side's files share.
 */
#ifndef SERVER_SERVER_INT_H
#define SERVER_SERVER_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "net/conn.h"
#include "server/policy.h"
#include "server/server.h"

#define QUEUE_MAX 128 /* accepted connections that wait for a thread */
#define SPARE     16  /* threads beyond the sessions: they say 421 */

/* An accepted connection. */
struct accepted {
    int fd;
    bool implicit_tls;
    bool busy; /* one session too many */
};

struct server {
    struct server_config cfg;
    struct server_policy policy;
    char *store;         /* our copy of cfg.store */
    char *cert_pem, *key_pem;
    struct net_tls *tls;
    int listen_fd, tls_fd; /* tls_fd: -1 without implicit TLS */
    int stop_fd;           /* an eventfd: readable once we end */
    uint16_t port, tls_port;
    uint64_t idle_ns;
    atomic_uint authed;    /* sessions that are authenticated */
    pthread_t acceptor;
    bool accepting;        /* acceptor runs */
    bool down;             /* server_shutdown is done */
    pthread_mutex_t lock;  /* of all below */
    pthread_cond_t more;   /* the queue has grown, or stopping */
    bool stopping;
    unsigned open;         /* sessions, those in the queue included */
    unsigned max;          /* of them */
    unsigned idle;         /* threads that wait */
    unsigned queued, first;
    struct accepted queue[QUEUE_MAX];
    unsigned n_threads, max_threads;
    pthread_t *threads;
};

/* Serves one connection to its end; closes it. */
void server_serve(struct server *srv, const struct accepted *a);

/* The session of an accepted connection that was not busy is over. */
void server_release(struct server *srv);

#endif
