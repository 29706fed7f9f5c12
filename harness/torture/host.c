/* host: accepts, and has each connection spoiled in a thread of its own. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/listen.h"
#include "torture/torture.h"

bool link_ends(const struct link *l, int ms)
{
    struct pollfd p = {.fd = l->host->stop[0], .events = POLLIN};

    return poll(&p, 1, ms) > 0;
}

bool link_send(struct link *l, const void *from, size_t n)
{
    const char *p = from;

    while (n > 0) {
        struct pollfd wait[2] = {{.fd = l->client, .events = POLLOUT},
                                 {.fd = l->host->stop[0], .events = POLLIN}};
        ssize_t sent = send(l->client, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno == EAGAIN) {
            if (poll(wait, 2, 20000) <= 0 || wait[1].revents)
                return false;
            continue;
        }
        if (sent < 0)
            return false;
        p += sent;
        n -= (size_t)sent;
        l->sent += (size_t)sent;
    }
    return true;
}

void link_drain(struct link *l)
{
    struct pollfd p[2] = {{.fd = l->client, .events = POLLIN},
                          {.fd = l->host->stop[0], .events = POLLIN}};
    char room[4096];

    while (poll(p, 2, -1) > 0 && !p[1].revents)
        if (recv(l->client, room, sizeof room, MSG_DONTWAIT) <= 0)
            return;
}

/* ---- between the client and the good server ---------------------------- */

static bool take_replies(struct link *l, const char *p, size_t n)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    ssize_t used;

    if (n > sizeof l->held - l->n_held)
        return false;
    memcpy(l->held + l->n_held, p, n);
    l->n_held += n;
    while ((used = smtp_reply_parse(&scan, l->held, l->n_held, &r)) > 0) {
        if (!l->host->way->reply(l, &r))
            return false;
        l->replies++;
        l->n_held -= (size_t)used;
        memmove(l->held, l->held + used, l->n_held);
    }
    return used == 0;
}

/* What the good server says. */
static bool spoil(struct link *l, const char *p, size_t n)
{
    const struct way *way = l->host->way;

    if (l->muted)
        return true;
    if (l->number < way->spare || (l->tls && !way->spoil))
        return link_send(l, p, n);
    return way->spoil ? way->spoil(l, p, n) : take_replies(l, p, n);
}

static bool pass_on(struct link *l, const char *p, size_t n)
{
    if (n && p[0] == 0x16 && !l->tls) /* a handshake's record */
        l->tls = true;
    return send(l->server, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void between(struct link *l)
{
    struct pollfd p[3] = {{.fd = l->client, .events = POLLIN},
                          {.fd = l->server, .events = POLLIN},
                          {.fd = l->host->stop[0], .events = POLLIN}};
    char room[16384];

    while (poll(p, 3, -1) > 0 && !p[2].revents) {
        ssize_t n;

        if (p[0].revents) {
            n = recv(l->client, room, sizeof room, MSG_DONTWAIT);
            if (n <= 0 || !pass_on(l, room, (size_t)n))
                return;
        }
        if (!p[1].revents)
            continue;
        n = recv(l->server, room, sizeof room, MSG_DONTWAIT);
        if (n < 0 || (n > 0 && !spoil(l, room, (size_t)n)))
            return;
        if (n == 0 && !l->muted)
            return;
        if (n == 0)
            p[1].fd = -1; /* only the client can end it now */
    }
}

static int call(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void *serve(void *arg)
{
    struct link *l = arg;
    struct host *h = l->host;
    bool raw = h->way->raw && l->number >= h->way->spare;

    if (raw)
        h->way->raw(l);
    else
        l->server = call(h->good);
    if (l->server >= 0) {
        between(l);
        close(l->server);
    }
    close(l->client);
    free(l);
    atomic_fetch_sub(&h->active, 1);
    return NULL;
}

/* ---- listening ---------------------------------------------------------- */

static void *listening(void *arg)
{
    struct host *h = arg;
    pthread_attr_t attr;
    int fd;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    while ((fd = net_accept(h->listen_fd, net_deadline(3600 * NET_S),
                            h->stop[0])) >= 0) {
        struct link *l = calloc(1, sizeof *l);
        pthread_t thread;

        if (!l)
            break;
        l->host = h;
        l->number = atomic_fetch_add(&h->conns, 1);
        l->client = fd;
        l->server = -1;
        atomic_fetch_add(&h->active, 1);
        if (pthread_create(&thread, &attr, serve, l) != 0) {
            atomic_fetch_sub(&h->active, 1);
            close(fd);
            free(l);
        }
    }
    pthread_attr_destroy(&attr);
    return NULL;
}

bool host_start(struct host *h, const struct way *way, unsigned arg,
                uint16_t good, char *err, size_t cap)
{
    *h = (struct host){.way = way, .arg = arg, .good = good};
    h->listen_fd = net_listen("127.0.0.1", &h->port, err, cap);
    if (h->listen_fd < 0)
        return false;
    if (pipe(h->stop) == 0 &&
        pthread_create(&h->thread, NULL, listening, h) == 0)
        return true;
    close(h->listen_fd);
    return false;
}

void host_stop(struct host *h)
{
    if (write(h->stop[1], "x", 1) != 1)
        abort();
    pthread_join(h->thread, NULL);
    while (atomic_load(&h->active) > 0)
        usleep(2000);
    close(h->listen_fd);
    close(h->stop[0]);
    close(h->stop[1]);
}
