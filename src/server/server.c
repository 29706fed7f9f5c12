/*
 * server: listening, and threads: one accepts, the others serve a session
 * each. A thread is started when a connection finds none free, and kept.
 */
#include "server/server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/faults.h"
#include "server/server_int.h"

#define STACK (512ul * 1024) /* sanitizers need more than we do */

/* ---- threads that serve ----------------------------------------------- */

/* The next connection; false: the server ends. */
static bool take(struct server *srv, struct accepted *a)
{
    bool got = false;
    pthread_mutex_lock(&srv->lock);
    srv->idle++;
    while (srv->queued == 0 && !srv->stopping)
        pthread_cond_wait(&srv->more, &srv->lock);
    srv->idle--;
    /* What was accepted is still told that the server ends. */
    if (srv->queued > 0) {
        *a = srv->queue[srv->first];
        srv->first = (srv->first + 1) % QUEUE_MAX;
        srv->queued--;
        got = true;
    }
    pthread_mutex_unlock(&srv->lock);
    return got;
}

static void *serve_thread(void *ctx)
{
    struct server *srv = ctx;
    struct accepted a;
    while (take(srv, &a))
        server_serve(srv, &a);
    return NULL;
}

void server_release(struct server *srv)
{
    pthread_mutex_lock(&srv->lock);
    srv->open--;
    pthread_mutex_unlock(&srv->lock);
}

static int start_thread(pthread_t *t, void *(*run)(void *), void *ctx)
{
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0)
        return -1;
    (void)pthread_attr_setstacksize(&attr, STACK);
    int rc = pthread_create(t, &attr, run, ctx);
    pthread_attr_destroy(&attr);
    return rc == 0 ? 0 : -1;
}

/* ---- the thread that accepts ------------------------------------------ */

static void hand_over(struct server *srv, int fd, bool implicit_tls)
{
    pthread_mutex_lock(&srv->lock);
    if (srv->queued == QUEUE_MAX || srv->stopping) {
        pthread_mutex_unlock(&srv->lock);
        close(fd);
        return;
    }
    bool busy = srv->open >= srv->max;
    srv->queue[(srv->first + srv->queued) % QUEUE_MAX] =
        (struct accepted){fd, implicit_tls, busy};
    srv->queued++;
    if (!busy)
        srv->open++;
    if (srv->idle < srv->queued && srv->n_threads < srv->max_threads &&
        start_thread(&srv->threads[srv->n_threads], serve_thread, srv) == 0)
        srv->n_threads++;
    pthread_cond_signal(&srv->more);
    pthread_mutex_unlock(&srv->lock);
}

static void accept_all(struct server *srv, int listen_fd, bool implicit_tls)
{
    for (;;) {
        int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            /* Without descriptors the connection stays in the queue, and
             * poll() would spin. */
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
                (void)net_sleep_until(net_deadline(10 * NET_MS),
                                      srv->stop_fd);
            return;
        }
        hand_over(srv, fd, implicit_tls);
    }
}

static void *accept_thread(void *ctx)
{
    struct server *srv = ctx;
    struct pollfd fds[] = {
        {.fd = srv->stop_fd,   .events = POLLIN},
        {.fd = srv->listen_fd, .events = POLLIN},
        {.fd = srv->tls_fd,    .events = POLLIN}, /* -1 is passed over */
    };
    for (;;) {
        if (poll(fds, 3, -1) < 0)
            continue;
        if (fds[0].revents)
            return NULL;
        if (fds[1].revents)
            accept_all(srv, srv->listen_fd, false);
        if (fds[2].revents)
            accept_all(srv, srv->tls_fd, true);
    }
}

/* ---- start ------------------------------------------------------------ */

static int apply_faults(struct server *srv, char *err, size_t err_cap)
{
    policy_init(&srv->policy, srv->cfg.mode);
    for (size_t i = 0; i < SERVER_FAULTS_MAX && srv->cfg.faults[i]; i++)
        if (!fault_apply(fault_row_of(srv->cfg.faults[i]), &srv->policy)) {
            snprintf(err, err_cap, "too many faults at once: \"%s\" has no "
                     "room left", srv->cfg.faults[i]->name);
            return -1;
        }
    return 0;
}

static int prepare_tls(struct server *srv, char *err, size_t err_cap)
{
    if (net_tls_selfsigned(SERVER_HOST, &srv->cert_pem, &srv->key_pem, err,
                           err_cap) != 0)
        return -1;
    const struct net_tls_config cfg = {.server = true,
                                       .cert_pem = srv->cert_pem,
                                       .key_pem = srv->key_pem,
                                       .take = srv->policy.tls_take};
    srv->tls = net_tls_new(&cfg, err, err_cap);
    return srv->tls ? 0 : -1;
}

static int prepare_listening(struct server *srv, char *err, size_t err_cap)
{
    const char *host = srv->cfg.bind ? srv->cfg.bind : "127.0.0.1";
    srv->port = srv->cfg.port;
    srv->listen_fd = net_listen(host, &srv->port, err, err_cap);
    if (srv->listen_fd < 0 || !srv->cfg.implicit_tls)
        return srv->listen_fd < 0 ? -1 : 0;
    srv->tls_port = srv->cfg.tls_port;
    srv->tls_fd = net_listen(host, &srv->tls_port, err, err_cap);
    return srv->tls_fd < 0 ? -1 : 0;
}

static int prepare_threads(struct server *srv, char *err, size_t err_cap)
{
    srv->max = srv->cfg.max_sessions ? srv->cfg.max_sessions : 64;
    if (srv->policy.max_sessions)
        srv->max = srv->policy.max_sessions;
    srv->max_threads = srv->max + SPARE;
    srv->threads = calloc(srv->max_threads, sizeof(*srv->threads));
    srv->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (!srv->threads || srv->stop_fd < 0) {
        snprintf(err, err_cap, "no memory or descriptors for the server");
        return -1;
    }
    if (start_thread(&srv->acceptor, accept_thread, srv) != 0) {
        snprintf(err, err_cap, "cannot start a thread");
        return -1;
    }
    srv->accepting = true;
    return 0;
}

static uint64_t idle_time(const struct server *srv)
{
    if (srv->policy.idle_ms)
        return srv->policy.idle_ms * NET_MS;
    /* RFC 5321 4.5.3.2.7 */
    return srv->cfg.idle_ns ? srv->cfg.idle_ns : 300 * NET_S;
}

static int prepare(struct server *srv, char *err, size_t err_cap)
{
    if (srv->cfg.store) {
        srv->store = strdup(srv->cfg.store);
        if (!srv->store || access(srv->store, W_OK | X_OK) != 0) {
            snprintf(err, err_cap, "%s: not a folder that can be written to",
                     srv->cfg.store);
            return -1;
        }
    }
    if (apply_faults(srv, err, err_cap) != 0)
        return -1;
    srv->idle_ns = idle_time(srv);
    if (prepare_tls(srv, err, err_cap) != 0 ||
        prepare_listening(srv, err, err_cap) != 0)
        return -1;
    return prepare_threads(srv, err, err_cap);
}

struct server *server_start(const struct server_config *cfg, char *err,
                            size_t err_cap)
{
    struct server *srv = calloc(1, sizeof(*srv));
    if (!srv) {
        snprintf(err, err_cap, "no memory for the server");
        return NULL;
    }
    srv->cfg = *cfg;
    srv->listen_fd = srv->tls_fd = srv->stop_fd = -1;
    pthread_mutex_init(&srv->lock, NULL);
    pthread_cond_init(&srv->more, NULL);
    if (prepare(srv, err, err_cap) == 0)
        return srv;
    server_stop(srv);
    return NULL;
}

uint16_t server_port(const struct server *s)
{
    return s->port;
}

uint16_t server_tls_port(const struct server *s)
{
    return s->tls_port;
}

const char *server_ca_pem(const struct server *s)
{
    return s->cert_pem;
}

/* ---- end -------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void server_shutdown(struct server *s)
{
    if (!s->accepting || s->down)
        return;
    s->down = true;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->more);
    pthread_mutex_unlock(&s->lock);
    /* From now on every wait of every session ends at once. */
    (void)eventfd_write(s->stop_fd, 1);
    pthread_join(s->acceptor, NULL);
    close_fd(&s->listen_fd);
    close_fd(&s->tls_fd);
    for (unsigned i = 0; i < s->n_threads; i++)
        pthread_join(s->threads[i], NULL);
    /* There are some left only if no thread could be started. */
    for (; s->queued > 0; s->queued--)
        close(s->queue[(s->first + s->queued - 1) % QUEUE_MAX].fd);
}

void server_stop(struct server *s)
{
    if (!s)
        return;
    server_shutdown(s);
    close_fd(&s->listen_fd);
    close_fd(&s->tls_fd);
    close_fd(&s->stop_fd);
    net_tls_free(s->tls);
    free(s->cert_pem);
    free(s->key_pem);
    free(s->threads);
    free(s->store);
    pthread_cond_destroy(&s->more);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
