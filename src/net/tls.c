/*
 * tls: one TLS session over the socket of a connection.
 *
 * OpenSSL reads and writes through a BIO of ours, which never waits, raises
 * no SIGPIPE and remembers how the socket ended: from SSL_get_error() alone
 * a reset, an end without close_notify (RFC 8446 6.1) and a peer that speaks
 * no TLS could not be told apart.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/conn_impl.h"
#include "net/tls_impl.h"

#define FIRST 512u /* octets of the peer's first flight that are kept */

struct tls_session {
    SSL *ssl;
    const struct net_tls *settings;
    int fd;
    int io_errno;     /* of the socket, 0: none */
    bool eof;         /* of the socket */
    bool established;
    bool closing;     /* our close_notify is out */
    size_t first_n;
    char first[FIRST];
    char host[256];
    struct net_tls_info info;
    char error[256];
};

/* ---- BIO ------------------------------------------------------------- */

static int bio_failed(BIO *b, struct tls_session *s, int retry)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        BIO_set_flags(b, retry | BIO_FLAGS_SHOULD_RETRY);
    else
        s->io_errno = errno;
    return -1;
}

static int bio_read(BIO *b, char *p, int n)
{
    struct tls_session *s = BIO_get_data(b);
    ssize_t got;

    BIO_clear_retry_flags(b);
    got = recv(s->fd, p, (size_t)n, MSG_DONTWAIT);
    if (got < 0)
        return bio_failed(b, s, BIO_FLAGS_READ);
    s->eof = got == 0;
    if (!s->established && s->first_n < FIRST && got > 0) {
        size_t keep = FIRST - s->first_n;

        keep = keep < (size_t)got ? keep : (size_t)got;
        memcpy(s->first + s->first_n, p, keep);
        s->first_n += keep;
    }
    return (int)got;
}

static int bio_write(BIO *b, const char *p, int n)
{
    struct tls_session *s = BIO_get_data(b);
    ssize_t sent;

    BIO_clear_retry_flags(b);
    sent = send(s->fd, p, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? bio_failed(b, s, BIO_FLAGS_WRITE) : (int)sent;
}

static long bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
    struct tls_session *s = BIO_get_data(b);

    (void)num, (void)ptr;
    if (cmd == BIO_CTRL_EOF)
        return s->eof;
    return cmd == BIO_CTRL_FLUSH;
}

BIO_METHOD *tls_bio_method(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "smtpspec socket");

    if (m && BIO_meth_set_read(m, bio_read) &&
        BIO_meth_set_write(m, bio_write) && BIO_meth_set_ctrl(m, bio_ctrl))
        return m;
    BIO_meth_free(m);
    return NULL;
}

/* ---- session --------------------------------------------------------- */

/* SNI (RFC 6066 3: names only) and what the certificate must be for. */
static int set_host(struct tls_session *s, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(s->ssl);
    size_t n = strlen(host);

    (void)snprintf(s->host, sizeof(s->host), "%s", host);
    if (n == 0)
        return 1;
    if (X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1)
        return 1;
    ERR_clear_error();
    if (n > 1 && n < sizeof(s->host) && s->host[n - 1] == '.')
        s->host[n - 1] = '\0'; /* the root is not part of the name */
    return SSL_set_tlsext_host_name(s->ssl, s->host) == 1 &&
           SSL_set1_host(s->ssl, s->host) == 1;
}

bool tls_session_answered(const struct tls_session *s)
{
    return s->first_n > 0 || s->eof || s->io_errno;
}

struct tls_session *tls_session_new(struct net_tls *t, int fd,
                                    const char *host,
                                    enum net_tls_offer offer)
{
    struct tls_session *s = calloc(1, sizeof(*s));
    BIO *bio;

    if (s == NULL)
        return NULL;
    s->settings = t;
    s->fd = fd;
    s->ssl = SSL_new(t->ctx);
    bio = s->ssl ? BIO_new(t->bio) : NULL;
    if (bio) {
        BIO_set_data(bio, s);
        BIO_set_init(bio, 1);
        SSL_set_bio(s->ssl, bio, bio);
    }
    if (bio == NULL || (!t->server && !set_host(s, host)) ||
        !tls_offer_apply(s->ssl, offer)) {
        tls_session_free(s);
        return NULL;
    }
    if (t->server)
        SSL_set_accept_state(s->ssl);
    else
        SSL_set_connect_state(s->ssl);
    return s;
}

void tls_session_free(struct tls_session *s)
{
    if (s == NULL)
        return;
    SSL_free(s->ssl);
    free(s);
}

/* ---- why it failed --------------------------------------------------- */

/* A record of TLS begins with its type: 20 to 23 (RFC 8446 5.1), and the
 * first one is a handshake or an alert. */
static bool spoke_tls(const struct tls_session *s)
{
    return s->first_n == 0 || s->first[0] == 21 || s->first[0] == 22;
}

struct smtp_span tls_session_not_tls(const struct tls_session *s)
{
    return spoke_tls(s) ? smtp_span_of(NULL, 0)
                        : smtp_span_of(s->first, s->first_n);
}

static void explain_failure(struct tls_session *s)
{
    long v = s->settings->server ? X509_V_OK : SSL_get_verify_result(s->ssl);
    char why[128];

    tls_reason("protocol error", why, sizeof(why));
    if (!s->established && !spoke_tls(s))
        (void)snprintf(s->error, sizeof(s->error), "the %s does not speak "
                       "TLS here", s->settings->server ? "client" : "server");
    else if (!s->established && v != X509_V_OK && !s->settings->insecure)
        (void)snprintf(s->error, sizeof(s->error), "the certificate%s%.120s "
                       "is not accepted: %s", *s->host ? " of " : "",
                       s->host, X509_verify_cert_error_string(v));
    else
        (void)snprintf(s->error, sizeof(s->error), "%s failed: %s",
                       s->established ? "TLS" : "TLS handshake", why);
}

static enum net_status socket_ended(struct tls_session *s)
{
    enum net_status st = NET_EOF;
    const char *why = net_status_name(NET_EOF);

    ERR_clear_error();
    if (s->io_errno) {
        st = net_status_of_io(s->io_errno);
        why = strerror(s->io_errno);
    }
    (void)snprintf(s->error, sizeof(s->error), "%s%s", why,
                   s->established ? "" : " in the TLS handshake");
    return st;
}

/* What a call that returned rc <= 0 means. NET_OK: try again. */
static enum net_status outcome(struct tls_session *s, int rc, short *want)
{
    switch (SSL_get_error(s->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        *want = POLLIN;
        return NET_OK;
    case SSL_ERROR_WANT_WRITE:
        *want = POLLOUT;
        return NET_OK;
    case SSL_ERROR_ZERO_RETURN:
        (void)snprintf(s->error, sizeof(s->error), "%s",
                       net_status_name(NET_EOF));
        return NET_EOF;
    default:
        if (s->io_errno || (s->eof && spoke_tls(s)))
            return socket_ended(s);
        explain_failure(s);
        return NET_TLS;
    }
}

/* ---- one try --------------------------------------------------------- */

static void record_subject(struct net_tls_info *info, X509 *x)
{
    BIO *b = BIO_new(BIO_s_mem());
    char *p;
    long n = 0;

    if (b && X509_NAME_print_ex(b, X509_get_subject_name(x), 0,
                                XN_FLAG_RFC2253) >= 0)
        n = BIO_get_mem_data(b, &p);
    if (n > 0)
        (void)snprintf(info->subject, sizeof(info->subject), "%.*s",
                       n < 1024 ? (int)n : 1024, p);
    BIO_free(b);
}

static void record_cert(struct net_tls_info *info, X509 *x)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    record_subject(info, x);
    if (X509_digest(x, EVP_sha256(), md, &n) != 1)
        return;
    for (size_t i = 0; i < n && i < 32; i++)
        (void)snprintf(info->fingerprint + 2 * i, 3, "%02x", md[i]);
}

static void record(struct tls_session *s)
{
    struct net_tls_info *info = &s->info;
    X509 *x = SSL_get0_peer_certificate(s->ssl);
    long v = SSL_get_verify_result(s->ssl);

    s->established = true;
    (void)snprintf(info->version, sizeof(info->version), "%s",
                   SSL_get_version(s->ssl));
    (void)snprintf(info->cipher, sizeof(info->cipher), "%s",
                   SSL_get_cipher_name(s->ssl));
    (void)snprintf(info->suite, sizeof(info->suite), "%s",
                   SSL_CIPHER_standard_name(SSL_get_current_cipher(s->ssl)));
    if (x)
        record_cert(info, x);
    if (s->settings->server)
        return;
    info->verified = x && v == X509_V_OK;
    if (!info->verified)
        (void)snprintf(info->verify_error, sizeof(info->verify_error), "%s",
                       x ? X509_verify_cert_error_string(v)
                         : "no certificate");
    ERR_clear_error();
}

enum net_status tls_session_handshake(struct tls_session *s, size_t *done,
                                      short *want)
{
    int rc;

    *done = 0;
    ERR_clear_error();
    rc = SSL_do_handshake(s->ssl);
    if (rc != 1)
        return outcome(s, rc, want);
    record(s);
    *done = 1;
    return NET_OK;
}

enum net_status tls_session_recv(struct tls_session *s, char *p, size_t n,
                                 size_t *done, short *want)
{
    int rc;

    *done = 0;
    ERR_clear_error();
    rc = SSL_read_ex(s->ssl, p, n, done);
    return rc == 1 ? NET_OK : outcome(s, rc, want);
}

enum net_status tls_session_send(struct tls_session *s, const char *p,
                                 size_t n, size_t *done, short *want)
{
    int rc;

    *done = 0;
    ERR_clear_error();
    rc = SSL_write_ex(s->ssl, p, n, done);
    return rc == 1 ? NET_OK : outcome(s, rc, want);
}

enum net_status tls_session_close(struct tls_session *s, size_t *done,
                                  short *want)
{
    int rc;

    *done = 1;
    if (s->closing || !s->established)
        return NET_OK;
    ERR_clear_error();
    rc = SSL_shutdown(s->ssl);
    s->closing = rc >= 0;
    if (rc >= 0)
        return NET_OK;
    *done = 0;
    return outcome(s, rc, want);
}

bool tls_session_pending(const struct tls_session *s)
{
    return SSL_has_pending(s->ssl) == 1;
}

bool tls_session_close_notify(const struct tls_session *s)
{
    return (SSL_get_shutdown(s->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

const char *tls_session_error(const struct tls_session *s)
{
    return s->error;
}

const struct net_tls_info *tls_session_info(const struct tls_session *s)
{
    return &s->info;
}
