/*
 * clock: CLOCK_MONOTONIC, so that a stepped wall clock ends no wait.
 */
#include "net/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

uint64_t net_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * NET_S + (uint64_t)ts.tv_nsec;
}

uint64_t net_deadline(uint64_t ns)
{
    uint64_t now = net_now();

    return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

int net_remaining_ms(uint64_t deadline)
{
    uint64_t now = net_now();
    uint64_t ms;

    if (now >= deadline)
        return 0;
    ms = (deadline - now - 1) / NET_MS + 1;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

int net_sleep_until(uint64_t deadline, int stop_fd)
{
    struct pollfd p = {stop_fd, POLLIN, 0};

    for (;;) {
        uint64_t now = net_now();
        uint64_t left = deadline > now ? deadline - now : 0;
        struct timespec ts = {(time_t)(left / NET_S), (long)(left % NET_S)};
        int n = ppoll(&p, stop_fd >= 0 ? 1 : 0, &ts, NULL);

        if (n > 0)
            return 1;
        if (left == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return 1; /* cannot wait: better early than busy */
    }
}
