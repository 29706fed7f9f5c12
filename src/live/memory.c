/*
 * memory: see memory.h.
 */
#include "live/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES 256u /* of a tree that are looked at */
#define KIB       1024u

/* ---- /proc ------------------------------------------------------------- */

static size_t read_proc(pid_t pid, const char *file, char *out, size_t cap)
{
    char path[64];
    ssize_t n;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, out, cap);
    if (fd >= 0)
        (void)close(fd);
    return n > 0 ? (size_t)n : 0;
}

/* The decimal number at *p, behind blanks; *p is then behind it. */
static uint64_t take_number(const char **p, const char *end)
{
    uint64_t n = 0;

    while (*p < end && (**p == ' ' || **p == '\t'))
        (*p)++;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
        n = n * 10 + (uint64_t)(**p - '0');
    return n;
}

static uint64_t of_process(pid_t pid, const char *field)
{
    char text[4096];
    size_t n = read_proc(pid, "status", text, sizeof text);
    const char *at = memmem(text, n, field, strlen(field));

    if (!at)
        return 0;
    at += strlen(field);
    return take_number(&at, text + n) * KIB;
}

/* Appends the children of pid to all[*n]. */
static void add_children(pid_t pid, pid_t *all, unsigned *n)
{
    char file[48], text[2048];
    const char *at = text, *end;

    snprintf(file, sizeof file, "task/%d/children", (int)pid);
    end = text + read_proc(pid, file, text, sizeof text);
    while (at < end && *n < PROCESSES) {
        pid_t child = (pid_t)take_number(&at, end);

        if (child == 0)
            break;
        all[(*n)++] = child;
    }
}

static uint64_t of_tree(pid_t pid, const char *field)
{
    pid_t all[PROCESSES] = {pid};
    uint64_t octets = 0;
    unsigned n = 1;

    for (unsigned i = 0; i < n; i++) {
        octets += of_process(all[i], field);
        add_children(all[i], all, &n);
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
        uint64_t a = m->points[2 * i], b = m->points[2 * i + 1];

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
        if (now < before + all / 8)
            return 0;
    }
    return all;
}
