/*
 * listen: the accepting side of TCP.
 */
#include "net/listen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/resolve.h"

#define LOOKUP_NS (10 * NET_S)

/* 0, or an errno value. */
static int listen_on(const struct net_addr *a, int *out)
{
    const struct sockaddr *sa = (const void *)&a->sa;
    int on = 1;
    int err;
    int fd = socket(sa->sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, sa, a->len) == 0 && listen(fd, SOMAXCONN) == 0) {
        *out = fd;
        return 0;
    }
    err = errno;
    close(fd);
    return err;
}

int net_listen(const char *host, uint16_t *port, char *err, size_t err_cap)
{
    struct net_addrs addrs;
    struct net_addr self = {.len = sizeof(self.sa)};
    char text[NET_ADDR_TEXT];
    int fd = -1;
    int e = 0;

    if (net_resolve(host, *port, net_deadline(LOOKUP_NS), -1, &addrs, err,
                    err_cap) != NET_OK)
        return -1;
    for (unsigned i = 0; i < addrs.n && fd < 0; i++) {
        net_addr_print(&addrs.a[i], text);
        e = listen_on(&addrs.a[i], &fd);
    }
    if (fd >= 0 &&
        getsockname(fd, (struct sockaddr *)&self.sa, &self.len) == 0) {
        *port = net_addr_port(&self);
        return fd;
    }
    if (err_cap)
        (void)snprintf(err, err_cap, "cannot listen on %s: %s", text,
                       strerror(e));
    if (fd >= 0)
        close(fd);
    return -1;
}

int net_accept(int listen_fd, uint64_t deadline, int stop_fd)
{
    for (;;) {
        short revents;
        int fd;

        if (net_wait(listen_fd, POLLIN, stop_fd, deadline, &revents) !=
            NET_OK)
            return -1;
        fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            return fd;
        if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK)
            return -1;
        /* Out of descriptors: the connection stays in the queue and poll()
         * would spin. Gone again (ECONNABORTED) or a signal: go on. */
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
            errno == ENOBUFS)
            (void)net_sleep_until(net_deadline(10 * NET_MS), stop_fd);
    }
}
