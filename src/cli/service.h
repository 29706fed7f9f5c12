/*
 * service: the target of a run: parsed, allowed, and, for "ref:", started.
 */
#ifndef CLI_SERVICE_H
#define CLI_SERVICE_H

#include <pthread.h>

#include "cli/options.h"
#include "server/server.h"

struct cli_service {
    struct server *ref;    /* the reference server, or NULL */
    struct net_tls *tls;
    char *ca_pem;          /* a copy of the reference server's */
    struct delivery *delivery; /* or NULL */
    char *store;           /* a folder that the reference server has to
                              itself, or NULL */
    pid_t pid;             /* --server-pid */
    bool ending;           /* the reference server was told to end */
    pthread_t end_thread;  /* which does that, when `ending` */
    char unusable[320];    /* the target cannot be tested: why, or "" */
};

/*
 * Fills o->cfg: target, TLS, the addresses that were not given, how to end
 * the server. CLI_OK, or CLI_USAGE with one line in err. No connection is
 * made to the target. Freed by the caller either way.
 */
int cli_service_open(struct cli_service *s, struct cli_options *o,
                     const char *target, const char *command, FILE *err);
void cli_service_close(struct cli_service *s);

#endif
