/*
 * tls_offer: handshakes that offer less than all, and servers that take more
 * than they should. Names of versions and suites are those of OpenSSL.
 */
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "net/tls_impl.h"

/* RFC 6066 3: a name that no server has. */
#define NOBODY "smtpspec.invalid"

/* No authentication of the server, no encryption, or broken ciphers: RFC 9325
 * 4.1. What this library lacks it leaves out. */
#define WEAK "aNULL:eNULL:EXPORT:RC4:DES:3DES:RC2:IDEA:SEED:@SECLEVEL=0"

static const struct offer {
    const char *name;
    int version;         /* this one alone; 0: all */
    const char *ciphers; /* up to TLS 1.2; NULL: the library's */
    const char *host;    /* for SNI: NULL the true one, "" none */
} OFFERS[NET_TLS_OFFERS] = {
    [NET_TLS_ALL]       = {"",          0,              NULL,         NULL  },
    [NET_TLS_1_0]       = {"1.0",       TLS1_VERSION,   "ALL:@SECLEVEL=0",
                           NULL},
    [NET_TLS_1_1]       = {"1.1",       TLS1_1_VERSION, "ALL:@SECLEVEL=0",
                           NULL},
    [NET_TLS_1_2]       = {"1.2",       TLS1_2_VERSION, NULL,         NULL  },
    [NET_TLS_1_3]       = {"1.3",       TLS1_3_VERSION, NULL,         NULL  },
    [NET_TLS_WEAK]      = {"weak",      TLS1_2_VERSION, WEAK,         NULL  },
    [NET_TLS_NO_SNI]    = {"no-sni",    0,              NULL,         ""    },
    [NET_TLS_OTHER_SNI] = {"other-sni", 0,              NULL,         NOBODY},
};

bool net_tls_offer_find(struct smtp_span name, enum net_tls_offer *out)
{
    for (unsigned i = 0; i < NET_TLS_OFFERS; i++)
        if (smtp_span_eq(name, smtp_span_of(OFFERS[i].name,
                                            strlen(OFFERS[i].name))))
            return *out = (enum net_tls_offer)i, true;
    return false;
}

const char *net_tls_offer_name(enum net_tls_offer o)
{
    return OFFERS[o].name;
}

bool tls_offer_apply(SSL *ssl, enum net_tls_offer which)
{
    const struct offer *o = &OFFERS[which];
    bool ok = true;

    if (which == NET_TLS_ALL)
        return true;
    /* The point is what is taken, not by whom. */
    SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    if (o->version)
        ok = SSL_set_min_proto_version(ssl, o->version) == 1 &&
             SSL_set_max_proto_version(ssl, o->version) == 1;
    if (ok && o->ciphers)
        ok = SSL_set_cipher_list(ssl, o->ciphers) == 1;
    if (ok && o->host) {
        const char *name = o->host[0] ? o->host : NULL;
        ok = SSL_set_tlsext_host_name(ssl, name) == 1;
    }
    ERR_clear_error();
    return ok;
}

/* ---- servers ----------------------------------------------------------- */

/* RFC 8461 7.1 wants neither of these refused. */
static int refuse_name(SSL *ssl, int *alert, void *arg)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const unsigned *take = arg;
    bool refuse = name ? *take & NET_TLS_TAKE_KNOWN_NAMES &&
                             strcmp(name, NOBODY) == 0
                       : *take & NET_TLS_TAKE_NAMES;

    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return refuse ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_OK;
}

bool tls_take_apply(SSL_CTX *ctx, unsigned *take)
{
    bool ok = true;

    if (*take & (NET_TLS_TAKE_NAMES | NET_TLS_TAKE_KNOWN_NAMES)) {
        SSL_CTX_set_tlsext_servername_callback(ctx, refuse_name);
        SSL_CTX_set_tlsext_servername_arg(ctx, take);
    }
    if (*take & NET_TLS_TAKE_OLD)
        ok = SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) == 1 &&
             SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0") == 1;
    if (ok && *take & NET_TLS_TAKE_WEAK)
        ok = SSL_CTX_set_cipher_list(ctx, "ALL:" WEAK) == 1;
    if (ok && *take & NET_TLS_TAKE_NEW_ONLY)
        ok = SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1;
    return ok;
}
