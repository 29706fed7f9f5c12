/*
 * status: names, errno values, and the one wait that all others use.
 */
#include "net/status.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>

#include "net/clock.h"

static const char *const names[] = {
    [NET_OK]      = "done",
    [NET_EOF]     = "the peer closed the connection",
    [NET_RESET]   = "the peer reset the connection",
    [NET_TIMEOUT] = "timed out",
    [NET_STOPPED] = "interrupted",
    [NET_FULL]    = "too many octets without an end",
    [NET_TLS]     = "TLS failed",
    [NET_REFUSED] = "connection refused",
    [NET_LOOKUP]  = "the name does not resolve",
    [NET_SYSTEM]  = "system error",
};

const char *net_status_name(enum net_status s)
{
    size_t i = (size_t)s;

    return i < sizeof(names) / sizeof(names[0]) ? names[i] : "unknown";
}

struct errno_row {
    int err;
    enum net_status status;
};

static enum net_status find(const struct errno_row *rows, size_t n, int err)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].err == err)
            return rows[i].status;
    return NET_SYSTEM;
}

enum net_status net_status_of_io(int err)
{
    static const struct errno_row rows[] = {
        {ECONNRESET,   NET_RESET},
        {EPIPE,        NET_RESET},
        {ECONNABORTED, NET_RESET},
        {ENOTCONN,     NET_RESET},
        {ECONNREFUSED, NET_RESET},
        {ETIMEDOUT,    NET_RESET},
        {EHOSTUNREACH, NET_RESET},
        {ENETUNREACH,  NET_RESET},
        {ENETDOWN,     NET_RESET},
    };

    return find(rows, sizeof(rows) / sizeof(rows[0]), err);
}

enum net_status net_status_of_connect(int err)
{
    static const struct errno_row rows[] = {
        {ECONNREFUSED, NET_REFUSED},
        {ENOENT,       NET_REFUSED},
        {ECONNRESET,   NET_RESET},
        {EPIPE,        NET_RESET},
        {ETIMEDOUT,    NET_TIMEOUT},
    };

    return find(rows, sizeof(rows) / sizeof(rows[0]), err);
}

enum net_status net_wait(int fd, short events, int stop_fd, uint64_t deadline,
                         short *revents)
{
    struct pollfd p[2] = {{fd, events, 0}, {stop_fd, POLLIN, 0}};
    nfds_t fds = stop_fd >= 0 ? 2 : 1;

    for (;;) {
        int ms = net_remaining_ms(deadline);
        int n = poll(p, fds, ms);

        if (n < 0 && errno != EINTR)
            return NET_SYSTEM;
        if (n > 0 && p[1].revents)
            return NET_STOPPED;
        if (n > 0) {
            *revents = p[0].revents;
            return NET_OK;
        }
        /* poll() counts at most INT_MAX ms, and may be interrupted. */
        if (ms == 0)
            return NET_TIMEOUT;
    }
}
