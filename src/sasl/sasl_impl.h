/*
 * sasl_impl: what the files of sasl share. Private to src/sasl.
 */
#ifndef SASL_IMPL_H
#define SASL_IMPL_H

#include <gsasl.h>

#include "sasl/sasl.h"

struct sasl;

/* One step of an exchange that the library does not do as we need it. */
typedef enum sasl_status sasl_step_fn(struct sasl *s, struct smtp_span in,
                                      struct smtp_span *out);

struct sasl_mech {
    const char *name;
    bool client_first;
    bool password;            /* a name and a password suffice for it */
    bool mutual;              /* the server proves that it knows it, too */
    sasl_step_fn *server;     /* instead of the library's, or NULL */
};

struct sasl {
    const struct sasl_mech *mech;
    Gsasl *lib;
    Gsasl_session *session;   /* NULL where `server` does it all */
    sasl_step_fn *step;
    sasl_password_fn *lookup; /* server */
    void *ctx;
    unsigned steps;
    bool over;
    bool done;
    char *out;                /* of the library, or NULL */
    char *user;               /* from malloc, or NULL */
    char host[256];
    char challenge[512];      /* CRAM-MD5 */
};

/* The row of a mechanism, or NULL. */
const struct sasl_mech *sasl_mech_find(struct smtp_span name);

/* One step by the library, whose answer becomes s->out. */
enum sasl_status sasl_library_step(struct sasl *s, struct smtp_span in,
                                   struct smtp_span *out);

/* The library's questions to a server. */
int sasl_server_callback(Gsasl *lib, Gsasl_session *session,
                         Gsasl_property prop);

/* After SASL_DONE: true when the client is who it wants to act for. */
bool sasl_server_allows(struct sasl *s);

/* server_step.c: the mechanisms with steps of their own. */
sasl_step_fn sasl_plain_server;
sasl_step_fn sasl_cram_md5_server;
sasl_step_fn sasl_login_server;
sasl_step_fn sasl_scram_server;

#endif
