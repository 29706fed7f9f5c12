/*
 * sasl: AUTH exchanges, both sides, over GNU SASL (RFC 4422, RFC 4954).
 *
 * Everything here is octets of SASL; base64 and SMTP framing are the
 * caller's. Mechanisms, in any case of letters: SCRAM-SHA-256, SCRAM-SHA-1,
 * DIGEST-MD5, CRAM-MD5, PLAIN, LOGIN, EXTERNAL, ANONYMOUS.
 */
#ifndef SASL_SASL_H
#define SASL_SASL_H

#include <stdbool.h>
#include <stddef.h>

#include "smtp/span.h"

enum sasl_status {
    SASL_MORE,   /* the peer's next message is needed */
    SASL_DONE,   /* complete; a last message of ours may still be in *out */
    SASL_FAILED, /* wrong credentials, or the peer broke the mechanism */
    SASL_UNKNOWN /* no such mechanism here */
};

struct sasl;

/* What a client needs; all of it is copied. */
struct sasl_client {
    const char *mech;
    const char *user;     /* UTF-8; ANONYMOUS: the trace */
    const char *password; /* any octets but NUL */
    const char *authzid;  /* or NULL */
    const char *host;     /* of the server, for DIGEST-MD5; or NULL */
};

/* Looks up the password of a user; NULL when there is none such. The server
 * side calls it. EXTERNAL: a user who is found (a NULL authzid is "") is
 * let in, whatever the password: who that is, is the caller's to know. */
typedef const char *sasl_password_fn(void *ctx, const char *user);

/* Starts an exchange; NULL with SASL_UNKNOWN or SASL_FAILED in *status. The
 * host is in the challenges of CRAM-MD5 and DIGEST-MD5; NULL: localhost. */
struct sasl *sasl_client_new(const struct sasl_client *c,
                             enum sasl_status *status);
struct sasl *sasl_server_new(const char *mech, const char *host,
                             sasl_password_fn *password, void *ctx,
                             enum sasl_status *status);

/* A server's iteration count in SCRAM (RFC 5802 5.1), before the first step;
 * without it 4096. False: no memory. */
bool sasl_server_iterations(struct sasl *s, unsigned n);

/* True when the client speaks first, so that AUTH may carry an initial
 * response (RFC 4954 4). */
bool sasl_client_first(const char *mech);

/* True when the server's last message proves that it knows the password as
 * well (RFC 5802 5, RFC 2831 2.1.3). */
bool sasl_mutual(const struct sasl *s);

/*
 * One step: the peer's message in, ours out. *out is valid until the next
 * call. For the first step of the side that speaks first, in is empty. A
 * server takes an initial response (RFC 4954 4) as `in` of its first step;
 * where the client speaks first, a server's step without a message fails
 * unless the mechanism has empty messages (EXTERNAL, ANONYMOUS).
 * After SASL_DONE or SASL_FAILED every step is SASL_FAILED.
 */
enum sasl_status sasl_step(struct sasl *s, struct smtp_span in,
                           struct smtp_span *out);

/* Server: who was authenticated; NULL before SASL_DONE. Nobody may act for
 * another: an authzid must be empty or the same name. */
const char *sasl_user(const struct sasl *s);

/* The best mechanism both we and the space-separated list have, strongest
 * first; NULL for none. Static. */
const char *sasl_choose(struct smtp_span mechs);

void sasl_free(struct sasl *s);

#endif
