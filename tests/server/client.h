/*
 * client: what the tests of the server over sockets share: a server, and a
 * client that says a line and reads a reply.
 */
#ifndef TESTS_SERVER_CLIENT_H
#define TESTS_SERVER_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "net/conn.h"
#include "sasl/sasl.h"
#include "server/server.h"

#define WAIT (30 * NET_S)

struct client {
    struct net_conn *conn;
    char text[4096]; /* of the last reply, all lines */
    enum sasl_status exchange; /* how the last AUTH stood at its end */
};

/* A server, by configuration or by what stands behind "ref:"; clients trust
 * the one started last. */
struct server *client_start(const struct server_config *cfg);
struct server *client_start_ref(const char *ref, bool implicit_tls);
void client_stop(struct server *s);

void client_dial(struct client *c, const struct server *s, bool implicit_tls);
/* Connects to the port of implicit TLS without it. */
void client_dial_clear(struct client *c, const struct server *s);
void client_hang_up(struct client *c);

/* The next reply's code; 0: the server closed; -1: none within ns, or WAIT. */
int client_reply_within(struct client *c, uint64_t ns);
int client_reply(struct client *c);

/* Connects: the greeting's code. Sends a line: its reply's code. */
int client_greet(struct client *c, const struct server *s, bool implicit_tls);
int client_say(struct client *c, const char *line);
void client_start_tls(struct client *c);

/* AUTH as SERVER_USER, without an initial response: the last code. */
int client_authenticate(struct client *c, const char *mech,
                        const char *password);

#endif
