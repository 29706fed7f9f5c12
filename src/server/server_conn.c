/*
 * server_conn: one connection: octets between the socket and the session,
 * and what the session wants done.
 */
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "net/resolve.h"
#include "server/server_int.h"
#include "server/session.h"
#include "server/store.h"

#define INPUT        (32ul * 1024)
#define WRITE_NS     (30 * NET_S)
#define HANDSHAKE_NS (30 * NET_S)
#define LINGER_NS    (1 * NET_S) /* for the client to read our last octets */
#define TLS_RECORD   0x16        /* first octet of a ClientHello */

struct serving {
    struct server *srv;
    struct net_conn *conn;
    struct session *session;
    bool failed;        /* a write failed: nothing more to say */
    bool counted;       /* in srv->authed */
    bool listed;        /* in srv->open */
    struct store store;
    struct session_store store_ops;
    char peer[64];
};

/* ---- what sessions tell each other ------------------------------------ */

/* Under the policy that shares authentication: what the others know. */
static void share_before(struct serving *v)
{
    unsigned others = atomic_load(&v->srv->authed);
    if (v->srv->policy.share_auth)
        session_trust(v->session, others > (v->counted ? 1u : 0u));
}

static void share_after(struct serving *v, bool open)
{
    bool authed = open && (session_facts(v->session) & FACT_AUTH);
    if (authed == v->counted)
        return;
    v->counted = authed;
    if (authed)
        atomic_fetch_add(&v->srv->authed, 1);
    else
        atomic_fetch_sub(&v->srv->authed, 1);
}

/* ---- output ----------------------------------------------------------- */

static void write_out(void *ctx, const char *p, size_t n)
{
    struct serving *v = ctx;
    size_t piece = v->srv->cfg.split ? v->srv->cfg.split : n;
    /* The others know before this client does. */
    if (v->session)
        share_after(v, true);
    while (n > 0 && !v->failed) {
        size_t k = piece < n ? piece : n;
        v->failed = net_conn_write(v->conn, p, k, net_deadline(WRITE_NS)) !=
                    NET_OK;
        p += k;
        n -= k;
    }
}

/* ---- TLS -------------------------------------------------------------- */

/* The first octet that the client sends next, without taking it; -1: none
 * came. Read octets do not count. */
static int peek_octet(const struct serving *v)
{
    unsigned char octet;
    short revents;
    int fd = net_conn_fd(v->conn);
    if (net_wait(fd, POLLIN, v->srv->stop_fd, net_deadline(HANDSHAKE_NS),
                 &revents) != NET_OK)
        return -1;
    return recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? octet : -1;
}

/* A client that speaks clear text gets no handshake, and no alert. */
static bool handshake(struct serving *v)
{
    return peek_octet(v) == TLS_RECORD &&
           net_conn_starttls(v->conn, net_deadline(HANDSHAKE_NS)) == NET_OK;
}

/* ---- the session ------------------------------------------------------ */

static void set_time(struct serving *v)
{
    struct tm tm;
    time_t now = time(NULL);
    if (v->srv->store && localtime_r(&now, &tm))
        session_set_time(v->session, now, (int)(tm.tm_gmtoff / 60));
}

static enum session_want feed(struct serving *v)
{
    struct smtp_span in = net_conn_pending(v->conn);
    size_t used;
    share_before(v);
    set_time(v);
    enum session_want want = session_feed(v->session, in.p, in.n, &used);
    net_conn_consume(v->conn, used);
    share_after(v, true);
    return want;
}

/* Waits for input, then feeds it; says 421 when none comes. */
static enum session_want read_more(struct serving *v)
{
    switch (net_conn_read(v->conn, net_deadline(v->srv->idle_ns))) {
    case NET_OK:
        return feed(v);
    case NET_TIMEOUT:
        (void)session_idle(v->session);
        return SESSION_CLOSE;
    case NET_STOPPED:
        (void)session_shutdown(v->session);
        return SESSION_CLOSE;
    default:
        v->failed = true;
        return SESSION_CLOSE;
    }
}

/* Keeps quiet for the time the session says; input may end that. */
static enum session_want wait_quietly(struct serving *v)
{
    uint64_t until = net_deadline(session_wait_ms(v->session) * NET_MS);
    for (;;) {
        enum net_status st = net_conn_read(v->conn, until);
        if (st == NET_FULL)
            st = net_sleep_until(until, v->srv->stop_fd) ? NET_STOPPED
                                                         : NET_TIMEOUT;
        if (st == NET_TIMEOUT) {
            enum session_want want = session_resume(v->session);
            return want == SESSION_READ ? feed(v) : want;
        }
        if (st != NET_OK) {
            v->failed = st != NET_STOPPED;
            if (!v->failed)
                (void)session_shutdown(v->session);
            return SESSION_CLOSE;
        }
        if (session_interrupt(v->session) != SESSION_WAIT)
            return feed(v);
    }
}

static enum session_want start_tls(struct serving *v)
{
    enum session_want want = session_tls(v->session, handshake(v));
    return want == SESSION_READ ? feed(v) : want;
}

static enum session_want run(struct serving *v, enum session_want want)
{
    while (!v->failed) {
        switch (want) {
        case SESSION_READ:
            want = read_more(v);
            break;
        case SESSION_WAIT:
            want = wait_quietly(v);
            break;
        case SESSION_TLS:
            want = start_tls(v);
            break;
        case SESSION_CLOSE:
        case SESSION_RESET:
            return want;
        }
    }
    return SESSION_CLOSE;
}

/* ---- begin and end ---------------------------------------------------- */

/* Implicit TLS before anything else (RFC 8314 3.3). False: no session. */
static bool begin_tls(struct serving *v, struct session_config *cfg,
                      bool *greeted)
{
    const struct server_policy *p = &v->srv->policy;
    if (p->clear_service) {
        int octet = peek_octet(v);
        if (octet >= 0 && octet != TLS_RECORD) {
            cfg->implicit_tls = false;
            *greeted = true;
            return true;
        }
    }
    if (p->clear_greeting) {
        const char *text = "220 " SERVER_HOST " ESMTP ready\r\n";
        write_out(v, text, strlen(text));
        *greeted = true;
    }
    return handshake(v);
}

/* FIN behind our last octets, and time for the client to read them: closing
 * at once would reset a connection with unread input. */
static void linger(struct serving *v)
{
    uint64_t deadline = net_deadline(LINGER_NS);
    if (v->srv->policy.no_notify)
        (void)shutdown(net_conn_fd(v->conn), SHUT_WR);
    else if (net_conn_shutdown(v->conn, deadline) != NET_OK)
        return;
    do {
        struct smtp_span in = net_conn_pending(v->conn);
        net_conn_consume(v->conn, in.n);
    } while (net_conn_read(v->conn, deadline) == NET_OK);
}

static void reset(struct serving *v)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(net_conn_fd(v->conn), SOL_SOCKET, SO_LINGER, &now,
                     sizeof(now));
}

static const char *suite_of(void *ctx)
{
    const struct serving *v = ctx;
    const struct net_tls_info *info = net_conn_tls_info(v->conn);
    return info ? info->suite : NULL;
}

/* The session from greeting to end; what to do with the connection. */
static enum session_want talk(struct serving *v, const struct accepted *a)
{
    bool greeted = false;
    struct session_config cfg = {
        .policy = &v->srv->policy,
        .write = write_out,
        .suite = suite_of,
        .ctx = v,
        .store = v->srv->store ? &v->store_ops : NULL,
        .peer = v->peer,
        .tls_possible = true,
        .implicit_tls = a->implicit_tls,
        .busy = a->busy,
    };
    if (a->implicit_tls && !begin_tls(v, &cfg, &greeted))
        return SESSION_CLOSE;
    v->session = session_new(&cfg);
    if (!v->session)
        return SESSION_CLOSE;
    enum session_want want = SESSION_READ;
    if (!greeted)
        want = session_start(v->session);
    return run(v, want);
}

static void name_peer(struct serving *v)
{
    struct net_addr addr = {.len = sizeof(addr.sa)};
    char host[64];
    snprintf(v->peer, sizeof(v->peer), "127.0.0.1");
    if (getpeername(net_conn_fd(v->conn), (struct sockaddr *)&addr.sa,
                    &addr.len) == 0 &&
        getnameinfo((struct sockaddr *)&addr.sa, addr.len, host, sizeof(host),
                    NULL, 0, NI_NUMERICHOST) == 0)
        snprintf(v->peer, sizeof(v->peer), "%s%.48s",
                 strchr(host, ':') ? "IPv6:" : "", host);
}

void server_serve(struct server *srv, const struct accepted *a)
{
    const struct net_conn_options o = {.tls = srv->tls,
                                       .stop_fd = srv->stop_fd,
                                       .buffer = INPUT};
    struct serving v = {.srv = srv, .listed = !a->busy};
    v.conn = net_conn_adopt(a->fd, &o);
    enum session_want end = SESSION_CLOSE;
    if (v.conn) {
        if (srv->store) {
            v.store_ops = store_open(&v.store, srv->store);
            v.store.twice = (srv->policy.deliver & DELIVER_TWICE) != 0;
            name_peer(&v);
        }
        end = talk(&v, a);
    }
    if (v.session) {
        share_after(&v, false);
        session_free(v.session);
    }
    if (v.listed)
        server_release(srv);
    if (v.conn && end == SESSION_RESET)
        reset(&v);
    else if (v.conn && !v.failed)
        linger(&v);
    net_conn_close(v.conn);
}
