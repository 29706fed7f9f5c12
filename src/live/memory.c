/*
 * memory: see memory.h.
 */
#include "live/memory.h"

#include <string.h>

#include "live/proc.h"

#define PROCESSES 256u /* of a tree that are looked at */
#define KIB       1024u
/* A fuzzer comes upon what leaks more and more often: the first quarter of a
 * leak may be a small part of it. */
#define STEADY    32u

/* ---- /proc ------------------------------------------------------------- */

static uint64_t of_process(pid_t pid, const char *field)
{
    char text[4096];
    size_t n = live_proc_read(pid, "status", text, sizeof text);
    const char *at = memmem(text, n, field, strlen(field));
    uint64_t kib = 0;

    if (!at)
        return 0;
    at += strlen(field);
    while (at < text + n && (*at == ' ' || *at == '\t'))
        at++;
    for (; at < text + n && *at >= '0' && *at <= '9'; at++)
        kib = kib * 10 + (uint64_t)(*at - '0');
    return kib * KIB;
}

static uint64_t of_tree(pid_t pid, const char *field)
{
    pid_t all[PROCESSES] = {pid};
    uint64_t octets = 0;
    unsigned n = 1;

    for (unsigned i = 0; i < n; i++) {
        uint64_t one = of_process(all[i], field);

        octets = one > octets ? one : octets;
        n += live_proc_children(all[i], all + n, PROCESSES - n);
    }
    return octets;
}

uint64_t live_memory_now(pid_t pid)
{
    return of_tree(pid, "VmRSS:");
}

uint64_t live_memory_peak(pid_t pid)
{
    return of_tree(pid, "VmHWM:");
}

/* ---- growth ------------------------------------------------------------ */

static void halve(struct live_memory *m)
{
    m->n /= 2;
    m->per *= 2;
    for (unsigned i = 0; i < m->n; i++) {
        uint64_t a = m->points[2ul * i], b = m->points[2ul * i + 1];

        m->points[i] = a < b ? a : b;
    }
}

void live_memory_add(struct live_memory *m, uint64_t octets)
{
    if (m->warm < LIVE_MEMORY_WARM) {
        m->warm++;
        return;
    }
    if (m->per == 0)
        m->per = 1;
    if (m->have == 0 || octets < m->low)
        m->low = octets;
    if (++m->have < m->per)
        return;
    m->points[m->n++] = m->low;
    m->have = 0;
    if (m->n == LIVE_MEMORY_POINTS)
        halve(m);
}

uint64_t live_memory_growth(const struct live_memory *m)
{
    uint64_t all, before, now;

    if (m->n < LIVE_MEMORY_POINTS / 2 ||
        m->points[m->n - 1] <= m->points[0])
        return 0;
    all = m->points[m->n - 1] - m->points[0];
    for (unsigned q = 1; q <= 4; q++) {
        before = m->points[(m->n - 1) * (q - 1) / 4];
        now = m->points[(m->n - 1) * q / 4];
        if (now < before + all / STEADY)
            return 0;
    }
    return all;
}
