/*
 * tls_context: settings for TLS, and self-signed certificates.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls_impl.h"

void tls_reason(const char *otherwise, char *out, size_t cap)
{
    unsigned long e = ERR_peek_error();
    const char *r = e ? ERR_reason_error_string(e) : NULL;

    if (e && ERR_SYSTEM_ERROR(e))
        r = strerror(ERR_GET_REASON(e));
    ERR_clear_error();
    if (cap)
        (void)snprintf(out, cap, "%s", r ? r : otherwise);
}

static int failed(const char *what, char *err, size_t cap)
{
    char why[160];

    tls_reason("no reason given", why, sizeof(why));
    if (cap)
        (void)snprintf(err, cap, "%s: %s", what, why);
    return -1;
}

/* A key with a pass phrase is refused; OpenSSL would ask the terminal. */
static int no_passphrase(char *buf, int size, int rw, void *arg)
{
    (void)buf, (void)size, (void)rw, (void)arg;
    return 0;
}

static BIO *memory(const char *text)
{
    size_t n = strlen(text);

    return n > INT_MAX ? NULL : BIO_new_mem_buf(text, (int)n);
}

/* Every certificate of `pem` to `take`, which owns it. How many, or -1. */
static int each_cert(const char *pem, int (*take)(SSL_CTX *, X509 *, int),
                     SSL_CTX *ctx)
{
    BIO *b = memory(pem);
    X509 *x;
    int n = 0;

    while (b && n >= 0 &&
           (x = PEM_read_bio_X509(b, NULL, no_passphrase, NULL)) != NULL)
        n = take(ctx, x, n) ? n + 1 : -1;
    BIO_free(b);
    if (n > 0)
        ERR_clear_error(); /* the end of the text is told as an error */
    return n;
}

static int take_root(SSL_CTX *ctx, X509 *x, int i)
{
    int ok = X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), x);

    (void)i;
    X509_free(x);
    return ok;
}

static int take_chain(SSL_CTX *ctx, X509 *x, int i)
{
    int ok;

    if (i > 0) {
        ok = (int)SSL_CTX_add0_chain_cert(ctx, x);
        if (!ok)
            X509_free(x);
        return ok;
    }
    ok = SSL_CTX_use_certificate(ctx, x);
    X509_free(x);
    return ok;
}

static int set_client(SSL_CTX *ctx, const struct net_tls_config *cfg,
                      char *err, size_t cap)
{
    X509_STORE *roots = SSL_CTX_get_cert_store(ctx);

    SSL_CTX_set_verify(ctx, cfg->insecure ? SSL_VERIFY_NONE :
                                            SSL_VERIFY_PEER, NULL);
    /* Reading the system's roots costs some 30 ms. */
    if (!cfg->ca_pem && SSL_CTX_set_default_verify_paths(ctx) != 1)
        return failed("cannot read the system's certificates", err, cap);
    /* A certificate that is trusted by name need not lead to a root. */
    (void)X509_STORE_set_flags(roots, X509_V_FLAG_PARTIAL_CHAIN);
    if (cfg->ca_file && SSL_CTX_load_verify_file(ctx, cfg->ca_file) != 1)
        return failed(cfg->ca_file, err, cap);
    if (cfg->ca_pem && each_cert(cfg->ca_pem, take_root, ctx) <= 0)
        return failed("trusted certificates: expected PEM", err, cap);
    return 0;
}

static int set_server(SSL_CTX *ctx, const struct net_tls_config *cfg,
                      char *err, size_t cap)
{
    const char *key = cfg->key_pem ? cfg->key_pem : cfg->cert_pem;
    EVP_PKEY *pkey;
    BIO *b;
    int ok;

    if (cfg->cert_pem == NULL ||
        each_cert(cfg->cert_pem, take_chain, ctx) <= 0)
        return failed("server certificate: expected PEM", err, cap);
    b = memory(key);
    pkey = b ? PEM_read_bio_PrivateKey(b, NULL, no_passphrase, NULL) : NULL;
    BIO_free(b);
    ok = pkey && SSL_CTX_use_PrivateKey(ctx, pkey) == 1 &&
         SSL_CTX_check_private_key(ctx) == 1;
    EVP_PKEY_free(pkey);
    if (!ok)
        return failed("server key: expected the PEM of the certificate's "
                      "key, without a pass phrase", err, cap);
    /* No resumption here, and tickets that a client leaves unread would
     * reset the connection when it closes. */
    (void)SSL_CTX_set_num_tickets(ctx, 0);
    return 0;
}

struct net_tls *net_tls_new(const struct net_tls_config *cfg, char *err,
                            size_t err_cap)
{
    struct net_tls *t = calloc(1, sizeof(*t));
    int rc = -1;

    ERR_clear_error();
    if (t) {
        t->server = cfg->server;
        t->insecure = cfg->insecure;
        t->take = cfg->take;
        t->bio = tls_bio_method();
        t->ctx = SSL_CTX_new(cfg->server ? TLS_server_method()
                                         : TLS_client_method());
    }
    if (t == NULL || t->bio == NULL || t->ctx == NULL) {
        (void)failed("cannot start TLS", err, err_cap);
        net_tls_free(t);
        return NULL;
    }
    SSL_CTX_set_mode(t->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(t->ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(t->ctx, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_read_ahead(t->ctx, 1); /* one recv() a record, not two */
    rc = (cfg->server ? set_server : set_client)(t->ctx, cfg, err, err_cap);
    if (rc == 0 && !tls_take_apply(t->ctx, &t->take))
        rc = failed("cannot take such TLS", err, err_cap);
    if (rc == 0)
        return t;
    net_tls_free(t);
    return NULL;
}

void net_tls_free(struct net_tls *t)
{
    if (t == NULL)
        return;
    SSL_CTX_free(t->ctx);
    BIO_meth_free(t->bio);
    free(t);
}

/* ---- self-signed ----------------------------------------------------- */

static int add_ip(GENERAL_NAMES *names, const char *text)
{
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(text);
    GENERAL_NAME *g = ip ? GENERAL_NAME_new() : NULL;

    if (g == NULL || !sk_GENERAL_NAME_push(names, g)) {
        ASN1_OCTET_STRING_free(ip);
        GENERAL_NAME_free(g);
        return 0;
    }
    GENERAL_NAME_set0_value(g, GEN_IPADD, ip);
    return 1;
}

static int add_dns(GENERAL_NAMES *names, const char *text)
{
    ASN1_IA5STRING *s = ASN1_IA5STRING_new();
    GENERAL_NAME *g = GENERAL_NAME_new();

    if (s == NULL || g == NULL || !ASN1_STRING_set(s, text, -1) ||
        !sk_GENERAL_NAME_push(names, g)) {
        ASN1_IA5STRING_free(s);
        GENERAL_NAME_free(g);
        return 0;
    }
    GENERAL_NAME_set0_value(g, GEN_DNS, s);
    return 1;
}

static bool is_ip(const char *host)
{
    unsigned char a[16];

    return inet_pton(AF_INET, host, a) == 1 ||
           inet_pton(AF_INET6, host, a) == 1;
}

static int set_names(X509 *x, const char *host)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    X509_NAME *subject = X509_get_subject_name(x);
    /* ub-common-name is 64 (RFC 5280 A.1); the names below bind anyway. */
    const char *cn = *host && strlen(host) <= 64 ? host : "localhost";
    int ok = names && add_dns(names, "localhost") &&
             add_ip(names, "127.0.0.1") && add_ip(names, "::1");

    if (ok && *host)
        ok = is_ip(host) ? add_ip(names, host) : add_dns(names, host);
    ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0) == 1;
    GENERAL_NAMES_free(names);
    return ok &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)cn, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(x, subject) == 1;
}

static int set_fields(X509 *x, EVP_PKEY *key)
{
    const long day = 24L * 3600;
    BIGNUM *serial = BN_new();
    int ok = serial && BN_rand(serial, 127, BN_RAND_TOP_ANY,
                               BN_RAND_BOTTOM_ANY) &&
             BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x));

    BN_free(serial);
    return ok && X509_set_version(x, X509_VERSION_3) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(x), -day) &&
           X509_gmtime_adj(X509_getm_notAfter(x), 825 * day) &&
           X509_set_pubkey(x, key) == 1;
}

static char *taken(BIO *b)
{
    char *p, *copy;
    long n = BIO_get_mem_data(b, &p);

    copy = n > 0 ? malloc((size_t)n + 1) : NULL;
    if (copy == NULL)
        return NULL;
    memcpy(copy, p, (size_t)n);
    copy[n] = '\0';
    return copy;
}

static int print_pem(X509 *x, EVP_PKEY *key, char **cert_pem,
                     char **key_pem)
{
    BIO *bc = BIO_new(BIO_s_mem());
    BIO *bk = BIO_new(BIO_s_mem());

    *cert_pem = *key_pem = NULL;
    if (bc && bk && PEM_write_bio_X509(bc, x) == 1 &&
        PEM_write_bio_PrivateKey(bk, key, NULL, NULL, 0, NULL, NULL) == 1) {
        *cert_pem = taken(bc);
        *key_pem = taken(bk);
    }
    BIO_free(bc);
    BIO_free(bk);
    if (*cert_pem && *key_pem)
        return 1;
    free(*cert_pem);
    free(*key_pem);
    *cert_pem = *key_pem = NULL;
    return 0;
}

int net_tls_selfsigned(const char *host, char **cert_pem, char **key_pem,
                       char *err, size_t err_cap)
{
    EVP_PKEY *key;
    X509 *x;
    int ok;

    ERR_clear_error();
    *cert_pem = *key_pem = NULL;
    key = EVP_EC_gen("P-256");
    x = X509_new();
    ok = key && x && set_fields(x, key) && set_names(x, host) &&
         X509_sign(x, key, EVP_sha256()) > 0 &&
         print_pem(x, key, cert_pem, key_pem);
    X509_free(x);
    EVP_PKEY_free(key);
    return ok ? 0 : failed("cannot make a certificate", err, err_cap);
}
