/*
 * rig: the reference server in this process, and a configuration of check
 * that fits it.
 */
#ifndef PROVE_RIG_H
#define PROVE_RIG_H

#include <pthread.h>

#include "check/config.h"
#include "server/server.h"

/* A service as it is offered: a mode, over STARTTLS or implicit TLS. */
struct service {
    enum server_mode mode;
    bool implicit;
};

struct rig {
    struct server *server;
    struct net_tls *tls;
    struct delivery *delivery;
    char store[64]; /* the server's folder of messages */
    struct check_config cfg;
    pthread_t ending;
    bool ends;
};

/* Starts a server with one fault, or none (NULL), that sends `split` octets
 * a write (0: whole replies). False with one line in err. */
bool rig_start(struct rig *rig, struct service service,
               const struct server_fault *fault, size_t split, char *err,
               size_t cap);
void rig_stop(struct rig *rig);

#endif
