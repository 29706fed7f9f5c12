/*
 * resolve: getaddrinfo() in a thread that may be abandoned.
 *
 * The thread and the caller share one counted `struct lookup`; who leaves
 * last frees it. An eventfd tells that the answer is there, because poll()
 * can wait for it, for stop_fd and for the deadline at once.
 */
#include "net/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/clock.h"

#define STACK 524288u

struct lookup {
    atomic_int refs;
    atomic_bool done;
    int event_fd;
    int rc;    /* of getaddrinfo */
    int errnum; /* when rc is EAI_SYSTEM */
    uint16_t port;
    char host[256];
    struct net_addrs addrs;
};

uint16_t net_addr_port(const struct net_addr *a)
{
    const struct sockaddr_in6 *v6 = (const void *)&a->sa;
    const struct sockaddr_in *v4 = (const void *)&a->sa;

    return ntohs(a->sa.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

void net_addr_set_port(struct net_addr *a, uint16_t port)
{
    struct sockaddr_in6 *v6 = (void *)&a->sa;
    struct sockaddr_in *v4 = (void *)&a->sa;

    if (a->sa.ss_family == AF_INET6)
        v6->sin6_port = htons(port);
    else
        v4->sin_port = htons(port);
}

bool net_addr_is_loopback(const struct net_addr *a)
{
    const struct sockaddr_in6 *v6 = (const void *)&a->sa;
    const struct sockaddr_in *v4 = (const void *)&a->sa;

    if (a->sa.ss_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    if (a->sa.ss_family != AF_INET6)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        return v6->sin6_addr.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

void net_addr_print(const struct net_addr *a, char *text)
{
    const struct sockaddr_in6 *v6 = (const void *)&a->sa;
    const struct sockaddr_in *v4 = (const void *)&a->sa;
    char ip[INET6_ADDRSTRLEN] = "?";
    bool six = a->sa.ss_family == AF_INET6;

    (void)inet_ntop(a->sa.ss_family,
                    six ? (const void *)&v6->sin6_addr : &v4->sin_addr, ip,
                    sizeof(ip));
    (void)snprintf(text, NET_ADDR_TEXT, six ? "[%s]:%u" : "%s:%u", ip,
                   net_addr_port(a));
}

static void drop(struct lookup *l)
{
    if (atomic_fetch_sub(&l->refs, 1) != 1)
        return;
    close(l->event_fd);
    free(l);
}

static void keep(struct net_addrs *out, const struct addrinfo *list,
                 uint16_t port)
{
    out->n = 0;
    for (; list && out->n < NET_ADDRS_MAX; list = list->ai_next) {
        struct net_addr *a = &out->a[out->n];

        if (list->ai_family != AF_INET && list->ai_family != AF_INET6)
            continue;
        memcpy(&a->sa, list->ai_addr, list->ai_addrlen);
        a->len = list->ai_addrlen;
        net_addr_set_port(a, port);
        out->n++;
    }
}

/* getaddrinfo() into l. */
static void look_up(struct lookup *l, int flags)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
    struct addrinfo *list = NULL;

    l->rc = getaddrinfo(l->host, NULL, &hints, &list);
    l->errnum = errno;
    if (l->rc != 0)
        return;
    keep(&l->addrs, list, l->port);
    freeaddrinfo(list);
    if (l->addrs.n == 0)
        l->rc = EAI_NONAME;
}

static void *thread_main(void *arg)
{
    struct lookup *l = arg;
    uint64_t one = 1;

    look_up(l, 0);
    atomic_store(&l->done, true);
    /* Cannot fail, the counter is 0; if it did, the caller would time out. */
    (void)!write(l->event_fd, &one, sizeof(one));
    drop(l);
    return NULL;
}

/* Starts the thread; it takes no signal of the program. */
static int start(struct lookup *l)
{
    sigset_t all, old;
    pthread_attr_t attr;
    pthread_t id;
    int rc;

    if (pthread_attr_init(&attr) != 0)
        return -1;
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    atomic_fetch_add(&l->refs, 1);
    rc = pthread_create(&id, &attr, thread_main, l);
    if (rc != 0)
        atomic_fetch_sub(&l->refs, 1);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return rc == 0 ? 0 : -1;
}

static enum net_status tell(enum net_status s, const struct lookup *l,
                            char *err, size_t cap)
{
    const char *why = net_status_name(s);

    if (s == NET_LOOKUP)
        why = l->rc == EAI_SYSTEM ? strerror(l->errnum)
                                  : gai_strerror(l->rc);
    if (s != NET_OK && cap)
        (void)snprintf(err, cap, "cannot resolve %s: %s", l->host, why);
    return s;
}

/* The answer of the thread, when there is one in time. */
static enum net_status await(struct lookup *l, uint64_t deadline,
                             int stop_fd, struct net_addrs *out)
{
    short revents;
    enum net_status s = net_wait(l->event_fd, POLLIN, stop_fd, deadline,
                                 &revents);

    if (s != NET_OK)
        return s;
    if (!atomic_load(&l->done))
        return NET_SYSTEM;
    if (l->rc != 0)
        return NET_LOOKUP;
    *out = l->addrs;
    return NET_OK;
}

/* Digits need no resolver and no thread. */
static bool numeric(const char *host, uint16_t port, struct net_addrs *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(&out->a[0].sa, &v4, sizeof(v4));
        out->a[0].len = sizeof(v4);
    } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        memcpy(&out->a[0].sa, &v6, sizeof(v6));
        out->a[0].len = sizeof(v6);
    } else {
        return false;
    }
    net_addr_set_port(&out->a[0], port);
    out->n = 1;
    return true;
}

/* Starts the look-up, unless it is too late or we are told to stop: however
 * fast the answer would be. */
static enum net_status begin(struct lookup *l, uint64_t deadline, int stop_fd)
{
    short ready;
    enum net_status s = net_wait(l->event_fd, POLLIN, stop_fd, 0, &ready);

    if (s != NET_TIMEOUT || net_now() >= deadline)
        return s;
    return start(l) == 0 ? NET_OK : NET_SYSTEM;
}

enum net_status net_resolve(const char *host, uint16_t port,
                            uint64_t deadline, int stop_fd,
                            struct net_addrs *out, char *err, size_t err_cap)
{
    struct lookup *l;
    enum net_status s = NET_SYSTEM;

    if (numeric(host, port, out))
        return NET_OK;
    l = calloc(1, sizeof(*l));
    if (l == NULL) {
        if (err_cap)
            (void)snprintf(err, err_cap, "out of memory");
        return NET_SYSTEM;
    }
    atomic_store(&l->refs, 1);
    l->port = port;
    (void)snprintf(l->host, sizeof(l->host), "%s", host);
    l->event_fd = eventfd(0, EFD_CLOEXEC);
    if (strchr(host, '%')) { /* fe80::1%eth0 */
        look_up(l, AI_NUMERICHOST);
        s = l->rc == 0 ? NET_OK : NET_LOOKUP;
        *out = l->addrs;
    } else if (l->event_fd >= 0) {
        s = begin(l, deadline, stop_fd);
        if (s == NET_OK)
            s = await(l, deadline, stop_fd, out);
    }
    s = tell(s, l, err, err_cap);
    drop(l);
    return s;
}
