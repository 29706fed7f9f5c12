/*
 * conn: reading and writing, with deadlines.
 *
 * Every try on the socket is made with MSG_DONTWAIT, so adopted descriptors
 * need no O_NONBLOCK, and every wait is one poll(). MSG_NOSIGNAL keeps
 * SIGPIPE away, in TLS too (tls.c has its own BIO).
 */
#include "net/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/conn_impl.h"

enum net_status conn_fail(struct net_conn *c, enum net_status s,
                          const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(c->error, sizeof(c->error), fmt, ap);
    va_end(ap);
    return s;
}

void conn_event(struct net_conn *c, enum transcript_kind kind,
                const char *text)
{
    if (c->log)
        transcript_add(c->log, kind, c->number, c->session != NULL, text,
                       strlen(text));
}

static void log_octets(struct net_conn *c, enum transcript_kind kind,
                       const char *p, size_t n)
{
    if (c->log)
        transcript_add(c->log, kind, c->number, c->session != NULL, p, n);
}

enum net_status conn_wait(struct net_conn *c, short events,
                          uint64_t deadline, const char *what,
                          short *revents)
{
    enum net_status s = net_wait(c->fd, events, c->stop_fd, deadline,
                                 revents);

    if (s == NET_OK)
        return s;
    if (s == NET_TIMEOUT && deadline) /* 0 is a look, not a wait */
        conn_event(c, TRANSCRIPT_TIMEOUT, what);
    return conn_fail(c, s, "%s %s", net_status_name(s), what);
}

/* True when the deadline has passed: for loops that a peer could keep busy
 * with octets that amount to nothing. */
static bool late(struct net_conn *c, uint64_t deadline, const char *what)
{
    if (net_now() < deadline)
        return false;
    if (deadline)
        conn_event(c, TRANSCRIPT_TIMEOUT, what);
    (void)conn_fail(c, NET_TIMEOUT, "%s %s",
                    net_status_name(NET_TIMEOUT), what);
    return true;
}

/* ---- one try --------------------------------------------------------- */

static enum net_status plain_failed(struct net_conn *c, short want)
{
    int err = errno;

    c->want = want;
    if (err == EAGAIN || err == EWOULDBLOCK || err == EINTR)
        return NET_OK;
    if (err == ECONNRESET)
        c->reset = true;
    return conn_fail(c, net_status_of_io(err), "%s", strerror(err));
}

static enum net_status tls_failed(struct net_conn *c, enum net_status s)
{
    if (s == NET_OK)
        return s;
    c->close_notify = tls_session_close_notify(c->session);
    return conn_fail(c, s, "%s", tls_session_error(c->session));
}

enum net_status conn_recv(struct net_conn *c, char *p, size_t n,
                          size_t *done)
{
    ssize_t got;

    *done = 0;
    if (c->session)
        return tls_failed(c, tls_session_recv(c->session, p, n, done,
                                              &c->want));
    got = recv(c->fd, p, n, MSG_DONTWAIT);
    if (got < 0)
        return plain_failed(c, POLLIN);
    if (got == 0) {
        /* After an RST that a send() reported, recv() says only 0. */
        enum net_status s = c->reset ? NET_RESET : NET_EOF;

        return conn_fail(c, s, "%s", net_status_name(s));
    }
    *done = (size_t)got;
    return NET_OK;
}

enum net_status conn_send(struct net_conn *c, const char *p, size_t n,
                          size_t *done)
{
    ssize_t sent;

    *done = 0;
    if (c->session)
        return tls_failed(c, tls_session_send(c->session, p, n, done,
                                              &c->want));
    sent = send(c->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return plain_failed(c, POLLOUT);
    *done = (size_t)sent;
    return NET_OK;
}

/* ---- reading --------------------------------------------------------- */

/* The inbound stream ended with s: once and for all. */
static void ended(struct net_conn *c, enum net_status s)
{
    c->end = s;
    if (s == NET_EOF && c->session && !c->close_notify)
        conn_event(c, TRANSCRIPT_EOF, "without close_notify");
    else if (s == NET_EOF)
        conn_event(c, TRANSCRIPT_EOF, "");
    else
        conn_event(c, TRANSCRIPT_RESET, c->error);
}

/* Takes all that has come, up to the room. *got: octets. The status is of
 * the try that ended it. */
static enum net_status fill(struct net_conn *c, size_t *got)
{
    *got = 0;
    for (;;) {
        size_t room, n;
        char *p = net_buffer_room(&c->in, &room);
        enum net_status s;

        if (p == NULL && *got)
            return NET_OK;
        if (p == NULL && net_buffer_full(&c->in))
            return conn_fail(c, NET_FULL, "%zu octets came and were not "
                             "read", c->in.limit);
        if (p == NULL)
            return conn_fail(c, NET_SYSTEM, "out of memory");
        s = conn_recv(c, p, room, &n);
        if (s != NET_OK)
            ended(c, s);
        if (s != NET_OK || n == 0)
            return s;
        net_buffer_commit(&c->in, n);
        log_octets(c, TRANSCRIPT_RECEIVED, p, n);
        *got += n;
        if (c->session ? !tls_session_pending(c->session) : n < room)
            return NET_OK;
    }
}

enum net_status net_conn_read(struct net_conn *c, uint64_t deadline)
{
    bool ready = c->session && tls_session_pending(c->session);
    short want = POLLIN, revents;
    enum net_status s;
    size_t got;

    if (net_buffer_full(&c->in))
        return conn_fail(c, NET_FULL, "%zu octets came and were not read",
                         c->in.limit);
    for (;;) {
        if (c->end != NET_OK)
            return c->end;
        if (!ready) {
            s = conn_wait(c, want, deadline, "while reading", &revents);
            if (s != NET_OK)
                return s;
        }
        ready = false;
        s = fill(c, &got);
        if (got)
            return NET_OK;
        if (s != NET_OK)
            return s;
        want = c->want;
        if (late(c, deadline, "while reading"))
            return NET_TIMEOUT;
    }
}

struct smtp_span net_conn_pending(const struct net_conn *c)
{
    return net_buffer_span(&c->in);
}

void net_conn_consume(struct net_conn *c, size_t n)
{
    net_buffer_consume(&c->in, n);
}

/* ---- writing --------------------------------------------------------- */

/* A send failed: what the peer said before it went is still worth having
 * (421, then a reset by our next command). */
static enum net_status write_failed(struct net_conn *c, enum net_status s)
{
    char why[sizeof(c->error)];
    size_t got;

    memcpy(why, c->error, sizeof(why));
    c->broken = s;
    if (c->written)
        conn_event(c, TRANSCRIPT_NOTE, "the last write went out in part");
    if (c->end == NET_OK)
        (void)fill(c, &got);
    if (c->end == NET_OK || c->end == NET_EOF)
        conn_event(c, TRANSCRIPT_RESET, why);
    memcpy(c->error, why, sizeof(why));
    return s;
}

/* The peer takes nothing for now: wait, and read what comes. */
static enum net_status write_wait(struct net_conn *c, uint64_t deadline)
{
    short revents = 0;
    short events = (short)(c->want | (c->end == NET_OK ? POLLIN : 0));
    enum net_status s;
    size_t got;

    if (c->end == NET_OK && net_buffer_full(&c->in))
        return conn_fail(c, NET_FULL, "%zu octets came and were not read",
                         c->in.limit);
    if (late(c, deadline, "while writing"))
        return NET_TIMEOUT;
    s = conn_wait(c, events, deadline, "while writing", &revents);
    if (s != NET_OK)
        return s;
    if (revents & POLLIN && c->end == NET_OK)
        (void)fill(c, &got); /* an end shows when the send fails, too */
    return NET_OK;
}

void net_conn_cover(struct net_conn *c, struct smtp_span shown)
{
    c->cover = shown;
}

/* One entry a write, whatever it took to send it. */
static void log_write(struct net_conn *c, const char *p, size_t n)
{
    struct smtp_span shown = c->cover.n ? c->cover : smtp_span_of(p, n);

    c->cover = smtp_span_of(NULL, 0);
    log_octets(c, TRANSCRIPT_SENT, shown.p, shown.n);
}

enum net_status net_conn_write(struct net_conn *c, const char *p, size_t n,
                               uint64_t deadline)
{
    enum net_status s;
    size_t sent;

    c->written = 0;
    if (c->broken != NET_OK)
        return c->broken;
    while (c->written < n) {
        s = conn_send(c, p + c->written, n - c->written, &sent);
        if (s != NET_OK)
            return write_failed(c, s);
        /* As soon as its first octet is out. */
        if (sent && c->written == 0)
            log_write(c, p, n);
        c->written += sent;
        if (sent)
            continue;
        s = write_wait(c, deadline);
        if (s == NET_OK)
            continue;
        if (c->written)
            conn_event(c, TRANSCRIPT_NOTE,
                       "the last write went out in part");
        return s;
    }
    return NET_OK;
}

size_t net_conn_written(const struct net_conn *c)
{
    return c->written;
}

/* ---- TLS ------------------------------------------------------------- */

/* The handshake is lost: back to the clear, for reading only. */
static enum net_status handshake_failed(struct net_conn *c,
                                        enum net_status s)
{
    struct smtp_span said = tls_session_not_tls(c->session);
    char *p;
    size_t n;

    c->broken = NET_TLS;
    p = said.n ? net_buffer_room(&c->in, &n) : NULL;
    if (p) {
        n = n < said.n ? n : said.n;
        memcpy(p, said.p, n);
        net_buffer_commit(&c->in, n);
    }
    if (s == NET_EOF || s == NET_RESET)
        c->end = s;
    tls_session_free(c->session);
    c->session = NULL;
    if (p)
        log_octets(c, TRANSCRIPT_RECEIVED, p, n);
    if (s != NET_TIMEOUT && s != NET_STOPPED)
        conn_event(c, s == NET_EOF ? TRANSCRIPT_EOF : TRANSCRIPT_RESET,
                   c->error);
    return s;
}

enum net_status net_conn_starttls(struct net_conn *c, uint64_t deadline)
{
    return net_conn_starttls_with(c, NET_TLS_ALL, deadline);
}

/* What one try came to: a failure before the peer has said anything is our
 * own when not all was offered. */
static enum net_status tried(struct net_conn *c, enum net_tls_offer offer,
                             enum net_status s)
{
    if (s == NET_TLS && offer != NET_TLS_ALL &&
        !tls_session_answered(c->session))
        s = NET_SYSTEM;
    return conn_fail(c, s, "%s", tls_session_error(c->session));
}

enum net_status net_conn_starttls_with(struct net_conn *c,
                                       enum net_tls_offer offer,
                                       uint64_t deadline)
{
    const struct net_tls_info *info;
    enum net_status s;
    size_t done;
    short want, revents;
    char text[96];

    if (c->tls == NULL || c->session || c->broken != NET_OK)
        return conn_fail(c, NET_TLS, c->session ? "already in TLS" :
                         c->tls ? "no TLS on a broken connection" :
                                  "no TLS settings on our side");
    c->session = tls_session_new(c->tls, c->fd, c->host, offer);
    if (c->session == NULL)
        return conn_fail(c, NET_SYSTEM, "TLS cannot be started like that");
    do {
        s = tls_session_handshake(c->session, &done, &want);
        if (s != NET_OK)
            s = tried(c, offer, s);
        else if (!done && late(c, deadline, "in the TLS handshake"))
            s = NET_TIMEOUT;
        else if (!done)
            s = conn_wait(c, want, deadline, "in the TLS handshake",
                          &revents);
        if (s != NET_OK)
            return handshake_failed(c, s);
    } while (!done);
    info = tls_session_info(c->session);
    (void)snprintf(text, sizeof(text), "%s %s", info->version, info->cipher);
    conn_event(c, TRANSCRIPT_TLS, text);
    return NET_OK;
}

bool net_conn_in_tls(const struct net_conn *c)
{
    return c->session != NULL;
}

const struct net_tls_info *net_conn_tls_info(const struct net_conn *c)
{
    return c->session ? tls_session_info(c->session) : NULL;
}

bool net_conn_close_notify(const struct net_conn *c)
{
    return c->close_notify;
}
