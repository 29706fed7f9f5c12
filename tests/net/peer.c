#include "tests/net/peer.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *peer_main(void *arg)
{
    struct peer *p = arg;
    int fd = net_accept(p->listen_fd, net_deadline(30 * NET_S), -1);

    if (fd < 0)
        return NULL;
    (void)fcntl(fd, F_SETFL, 0); /* blocking: the peer is plain */
    p->act(p, fd);
    close(fd);
    return NULL;
}

void peer_start(struct peer *p, const char *host, peer_fn *act, void *arg)
{
    char err[256] = "";
    char text[300];

    p->act = act;
    p->arg = arg;
    p->port = 0;
    p->listen_fd = net_listen(host, &p->port, err, sizeof(err));
    cr_assert_geq(p->listen_fd, 0, "%s", err);
    snprintf(text, sizeof(text), strchr(host, ':') ? "[%s]:%u" : "%s:%u",
             host, p->port);
    cr_assert_eq(net_target_parse(text, &p->target, err, sizeof(err)), 0);
    cr_assert_eq(pthread_create(&p->thread, NULL, peer_main, p), 0);
}

void peer_join(struct peer *p)
{
    pthread_join(p->thread, NULL);
    close(p->listen_fd);
}

bool peer_send(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

size_t peer_recv(int fd, char *p, size_t n)
{
    size_t all = 0;

    while (all < n) {
        ssize_t got = recv(fd, p + all, n - all, 0);

        if (got <= 0)
            break;
        all += (size_t)got;
    }
    return all;
}

void peer_reset_on_close(int fd)
{
    struct linger l = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

struct net_conn *peer_open(struct peer *p, const struct net_conn_options *o)
{
    struct net_conn *c = NULL;
    char err[256] = "";
    enum net_status s = net_conn_open(&p->target, o, net_deadline(20 * NET_S),
                                      &c, err, sizeof(err));

    cr_assert_eq(s, NET_OK, "%s: %s", net_status_name(s), err);
    return c;
}

struct net_conn_options plain_options(void)
{
    return (struct net_conn_options){.stop_fd = -1};
}

unsigned ms_since(uint64_t start)
{
    return (unsigned)((net_now() - start) / NET_MS);
}

size_t count_kind(const struct transcript *t, enum transcript_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++)
        n += t->entries[i].kind == kind;
    return n;
}

bool pending_is(const struct net_conn *c, const char *text)
{
    return smtp_span_eq(net_conn_pending(c), smtp_span_of(text,
                                                          strlen(text)));
}
