/*
 * conn_open: how a connection begins and ends.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/conn_impl.h"

/* What an attempt needs and yields. */
struct attempt {
    const struct net_target *target;
    const struct net_conn_options *o;
    uint64_t deadline;
    int fd;
    pid_t child;
    bool reset; /* right after it was established */
    char *err;
    size_t err_cap;
    char peer[NET_ADDR_TEXT + 64]; /* to where, for the transcript */
};

static enum net_status say(struct attempt *a, enum net_status s,
                           const char *why)
{
    if (a->err_cap)
        (void)snprintf(a->err, a->err_cap, "%s: %s", a->peer, why);
    return s;
}

static struct net_conn *conn_new(int fd, const struct net_conn_options *o,
                                 const char *host)
{
    struct net_conn *c = calloc(1, sizeof(*c));

    if (c == NULL) {
        close(fd);
        return NULL;
    }
    c->fd = fd;
    c->stop_fd = o->stop_fd;
    c->number = o->number;
    c->log = o->log;
    c->tls = o->tls;
    c->child_status = -1;
    net_buffer_init(&c->in, o->buffer ? o->buffer : NET_BUFFER);
    if (o->host)
        host = o->host;
    (void)snprintf(c->host, sizeof(c->host), "%s", host);
    return c;
}

static void no_delay(int fd)
{
    int on = 1;

    /* Fails on a Unix socket, which needs none. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

struct net_conn *net_conn_adopt(int fd, const struct net_conn_options *o)
{
    no_delay(fd);
    return conn_new(fd, o, "");
}

/* connect() is under way: its end. errno value, or -1 with *s set. */
static int connected(struct attempt *a, uint64_t deadline,
                     enum net_status *s)
{
    short revents;
    int err = 0;
    socklen_t len = sizeof(err);

    *s = net_wait(a->fd, POLLOUT, a->o->stop_fd, deadline, &revents);
    if (*s != NET_OK)
        return -1;
    if (!(revents & (POLLERR | POLLHUP)))
        return 0;
    if (getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
        return errno;
    /* An RST before there was a connection is ECONNREFUSED. This one came
     * behind it, and perhaps behind octets that are still to be read. */
    a->reset = err == ECONNRESET || err == EPIPE;
    return a->reset ? 0 : err;
}

/* One address. On failure the descriptor is closed. */
static enum net_status try(struct attempt *a, const struct sockaddr *sa,
                           socklen_t len, uint64_t deadline)
{
    enum net_status s = NET_OK;
    int err = 0;

    a->fd = socket(sa->sa_family,
                   SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (a->fd < 0)
        return say(a, NET_SYSTEM, strerror(errno));
    if (sa->sa_family != AF_UNIX)
        no_delay(a->fd);
    if (connect(a->fd, sa, len) < 0)
        err = errno;
    if (err == EINPROGRESS || err == EINTR)
        err = connected(a, deadline, &s);
    if (err == 0)
        return NET_OK;
    close(a->fd);
    a->fd = -1;
    if (err < 0)
        return say(a, s, net_status_name(s));
    /* A full backlog of a Unix socket: worth another try. */
    if (err == EAGAIN)
        return say(a, NET_TIMEOUT, "its queue of connections is full");
    return say(a, net_status_of_connect(err), strerror(err));
}

static enum net_status open_tcp(struct attempt *a)
{
    const struct net_target *t = a->target;
    const struct net_addrs *addrs = a->o->addrs;
    struct net_addrs found;
    enum net_status s = NET_LOOKUP;

    if (addrs == NULL) {
        s = net_resolve(t->host, t->port, a->deadline, a->o->stop_fd,
                        &found, a->err, a->err_cap);
        if (s != NET_OK)
            return s;
        addrs = &found;
    }
    for (unsigned i = 0; i < addrs->n; i++) {
        uint64_t now = net_now();
        uint64_t left = a->deadline > now ? a->deadline - now : 0;

        /* An address that drops our packets must not use up the time of
         * those behind it. */
        net_addr_print(&addrs->a[i], a->peer);
        s = try(a, (const void *)&addrs->a[i].sa, addrs->a[i].len,
                now + left / (addrs->n - i));
        if (s == NET_OK || s == NET_STOPPED)
            return s;
    }
    return s;
}

static enum net_status open_unix(struct attempt *a)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    size_t n = strlen(a->target->path);
    uint64_t pause = NET_MS;
    enum net_status s;

    (void)snprintf(a->peer, sizeof(a->peer), "unix:%.128s", a->target->path);
    if (n >= sizeof(sa.sun_path))
        return say(a, NET_SYSTEM, "the path is too long for a socket");
    memcpy(sa.sun_path, a->target->path, n + 1);
    for (;;) {
        s = try(a, (const void *)&sa, sizeof(sa), a->deadline);
        if (s != NET_TIMEOUT)
            return s;
        if (net_now() >= a->deadline)
            return s;
        if (net_sleep_until(net_deadline(pause), a->o->stop_fd))
            return say(a, NET_STOPPED, net_status_name(NET_STOPPED));
        pause = pause < 16 * NET_MS ? pause * 2 : pause;
    }
}

static enum net_status open_exec(struct attempt *a)
{
    (void)snprintf(a->peer, sizeof(a->peer), "exec:%.128s", a->target->path);
    if (child_start(a->target->path, &a->child, &a->fd) < 0)
        return say(a, NET_SYSTEM, strerror(errno));
    return NET_OK;
}

static enum net_status open_ref(struct attempt *a)
{
    (void)snprintf(a->peer, sizeof(a->peer), "ref:%.128s", a->target->path);
    return say(a, NET_SYSTEM, "not started (an internal error)");
}

typedef enum net_status open_fn(struct attempt *a);

static open_fn *const openers[] = {
    [NET_PLAIN]      = open_tcp,
    [NET_SMTP]       = open_tcp,
    [NET_SMTPS]      = open_tcp,
    [NET_SUBMISSION] = open_tcp,
    [NET_LMTP]       = open_tcp,
    [NET_UNIX]       = open_unix,
    [NET_EXEC]       = open_exec,
    [NET_REF]        = open_ref,
};

static enum net_status not_opened(const struct net_conn_options *o,
                                  enum net_status s, const char *err)
{
    enum transcript_kind kind =
        s == NET_TIMEOUT ? TRANSCRIPT_TIMEOUT : TRANSCRIPT_RESET;

    transcript_add(o->log, kind, o->number, false, err, strlen(err));
    return s;
}

enum net_status net_conn_open(const struct net_target *t,
                              const struct net_conn_options *o,
                              uint64_t deadline, struct net_conn **out,
                              char *err, size_t err_cap)
{
    char line[320] = "";
    struct attempt a = {t, o, deadline, -1, 0, false, line, sizeof(line),
                        ""};
    enum net_status s = openers[t->scheme](&a);
    struct net_conn *c;

    *out = NULL;
    if (s == NET_OK) {
        c = conn_new(a.fd, o, t->host);
        if (c == NULL) {
            if (a.child)
                (void)child_end(a.child);
            s = say(&a, NET_SYSTEM, "out of memory");
        }
    }
    if (s != NET_OK) {
        if (err_cap)
            (void)snprintf(err, err_cap, "%s", line);
        return not_opened(o, s, line);
    }
    c->child = a.child;
    c->reset = a.reset;
    conn_event(c, TRANSCRIPT_OPENED, a.peer);
    if (t->tls)
        s = net_conn_starttls(c, deadline);
    if (s == NET_OK) {
        *out = c;
        return NET_OK;
    }
    if (err_cap)
        (void)snprintf(err, err_cap, "%s: %s", a.peer, c->error);
    net_conn_close(c);
    return s;
}

enum net_status net_conn_shutdown(struct net_conn *c, uint64_t deadline)
{
    enum net_status s = NET_OK;
    size_t done = c->session == NULL;
    short want, revents;

    if (c->shut)
        return NET_OK;
    c->shut = true;
    while (!done && s == NET_OK) {
        s = tls_session_close(c->session, &done, &want);
        if (s == NET_OK && !done)
            s = conn_wait(c, want, deadline, "while closing TLS", &revents);
    }
    c->broken = NET_RESET;
    if (shutdown(c->fd, SHUT_WR) < 0 && s == NET_OK)
        s = conn_fail(c, net_status_of_io(errno), "%s", strerror(errno));
    conn_event(c, TRANSCRIPT_NOTE, "we ended our direction");
    if (s == NET_OK)
        (void)conn_fail(c, s, "our direction is ended");
    return s;
}

const char *net_conn_error(const struct net_conn *c)
{
    return c->error;
}

int net_conn_fd(const struct net_conn *c)
{
    return c->fd;
}

pid_t net_conn_child(const struct net_conn *c)
{
    return c->child_status < 0 ? c->child : 0;
}

int net_conn_child_status(struct net_conn *c)
{
    if (c->child && c->child_status < 0)
        c->child_status = child_poll(c->child);
    return c->child_status;
}

int net_conn_child_wait(struct net_conn *c, uint64_t deadline)
{
    if (c->child && c->child_status < 0)
        c->child_status = child_wait(c->child, deadline);
    return c->child_status;
}

void net_conn_close(struct net_conn *c)
{
    size_t done;
    short want;

    if (c == NULL)
        return;
    if (c->session && c->broken == NET_OK)
        (void)tls_session_close(c->session, &done, &want);
    conn_event(c, TRANSCRIPT_CLOSED, "");
    tls_session_free(c->session);
    close(c->fd);
    if (c->child && c->child_status < 0)
        (void)child_end(c->child);
    net_buffer_free(&c->in);
    free(c);
}
