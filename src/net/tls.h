/*
 * tls: settings for TLS, and what was negotiated. OpenSSL is seen in
 * src/net/tls*.c only.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "smtp/span.h"

/* TLS settings. One context may serve many connections and threads; it must
 * outlive them. */
struct net_tls;

struct net_tls_config {
    bool server;            /* accepts instead of connecting */
    bool insecure;          /* client: do not verify; still recorded */
    const char *ca_file;    /* client: more trusted roots, or NULL */
    const char *ca_pem;     /* client: trusted roots from memory, in place
                               of the system's; or NULL */
    const char *cert_pem;   /* server: chain, leaf first, from memory */
    const char *key_pem;    /* server: its key; NULL: it is in cert_pem */
    unsigned take;          /* server: NET_TLS_TAKE_… */
};

/* What a server takes, or refuses, that it should not: for tests. */
#define NET_TLS_TAKE_OLD         (1u << 0) /* TLS 1.0 and 1.1 */
#define NET_TLS_TAKE_WEAK        (1u << 1) /* ciphers without protection */
#define NET_TLS_TAKE_NEW_ONLY    (1u << 2) /* nothing below TLS 1.3 */
#define NET_TLS_TAKE_NAMES       (1u << 3) /* no client without SNI */
#define NET_TLS_TAKE_KNOWN_NAMES (1u << 4) /* no SNI of another host */

/* What a client's handshake offers. All but ALL do not verify the server. */
enum net_tls_offer {
    NET_TLS_ALL,
    NET_TLS_1_0, /* this version alone */
    NET_TLS_1_1,
    NET_TLS_1_2,
    NET_TLS_1_3,
    NET_TLS_WEAK,      /* ciphers that protect nothing */
    NET_TLS_NO_SNI,
    NET_TLS_OTHER_SNI, /* the name of nobody */
    NET_TLS_OFFERS
};

/* "1.1", "weak", "no-sni"; "" is ALL. False: there is none. */
bool net_tls_offer_find(struct smtp_span name, enum net_tls_offer *out);
const char *net_tls_offer_name(enum net_tls_offer o);

/* A TLS context; NULL with one line in err. Free with net_tls_free. Versions
 * and ciphers are the library's (and its configuration's) defaults. */
struct net_tls *net_tls_new(const struct net_tls_config *cfg, char *err,
                            size_t err_cap);
void net_tls_free(struct net_tls *t);

/* A self-signed certificate for `host`, "localhost", 127.0.0.1 and ::1, and
 * its key, as PEM in memory from malloc. 0, or -1 with err. */
int net_tls_selfsigned(const char *host, char **cert_pem, char **key_pem,
                       char *err, size_t err_cap);

/* What was negotiated. Strings are the connection's own. */
struct net_tls_info {
    char version[16];       /* "TLSv1.3" */
    char cipher[64];
    char suite[64];         /* the same as IANA writes it */
    char subject[256];      /* of the peer's certificate, RFC 2253 form */
    char fingerprint[65];   /* SHA-256 of the certificate, hex */
    bool verified;          /* chain and name (chain only, if none known) */
    char verify_error[128]; /* why not */
};

#endif
