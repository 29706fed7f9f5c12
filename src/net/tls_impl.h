/*
 * tls_impl: what tls.c and tls_context.c share. OpenSSL is seen here.
 */
#ifndef NET_TLS_IMPL_H
#define NET_TLS_IMPL_H

#include <openssl/ssl.h>

#include "net/tls.h"

struct net_tls {
    SSL_CTX *ctx;
    BIO_METHOD *bio; /* of the sessions: a socket without SIGPIPE */
    bool server;
    bool insecure;
    unsigned take; /* NET_TLS_TAKE_… */
};

/* ---- tls_offer.c */
/* False: this library cannot offer that. */
bool tls_offer_apply(SSL *ssl, enum net_tls_offer which);
/* `take` lives as long as ctx. False: this library cannot take that. */
bool tls_take_apply(SSL_CTX *ctx, unsigned *take);

/* The BIO over the socket of a tls_session; NULL when memory ran out. */
BIO_METHOD *tls_bio_method(void);

/* OpenSSL's first queued reason as one clean line, or `otherwise`; empties
 * the queue. */
void tls_reason(const char *otherwise, char *out, size_t cap);

#endif
