/*
 * load_file: the octets of a result from a file or a pipe; see load.h.
 */
#include "report/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A whole file in memory. */
struct octets {
    char *p; /* from malloc */
    size_t n, cap;
};

static bool grow(struct octets *o)
{
    size_t cap = o->cap ? o->cap * 2 : 65536;
    char *p = realloc(o->p, cap);

    if (!p)
        return false;
    o->p = p;
    o->cap = cap;
    return true;
}

/* NULL, or what is wrong. */
static const char *read_all(int fd, struct octets *o)
{
    for (;;) {
        ssize_t n;

        if (o->n == o->cap && !grow(o))
            return strerror(ENOMEM);
        n = read(fd, o->p + o->n, o->cap - o->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return strerror(errno);
        if (n == 0)
            return NULL;
        o->n += (size_t)n;
        if (o->n > REPORT_LOAD_MAX)
            return "expected a file of at most 128 MiB";
    }
}

/* Before it is read: a file that can be seen to be none. */
static const char *look_at(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return strerror(errno);
    if (S_ISDIR(st.st_mode))
        return strerror(EISDIR);
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > REPORT_LOAD_MAX)
        return "expected a file of at most 128 MiB";
    return NULL;
}

static const char *shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool report_read_file(const char *path, struct smtp_span *out, char *err,
                      size_t err_cap)
{
    bool here = strcmp(path, "-") == 0;
    struct octets o = {0};
    int fd = here ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    const char *wrong = fd < 0 ? strerror(errno) : look_at(fd);

    if (!wrong)
        wrong = read_all(fd, &o);
    if (fd >= 0 && !here)
        close(fd);
    if (wrong) {
        snprintf(err, err_cap, "%s: %s", shown(path), wrong);
        free(o.p);
        return false;
    }
    *out = smtp_span_of(o.p, o.n);
    return true;
}

bool report_load_file(struct result *r, const char *path, char *err,
                      size_t err_cap)
{
    struct smtp_span octets;
    bool ok;

    if (!report_read_file(path, &octets, err, err_cap))
        return false;
    ok = report_load(r, octets, shown(path), err, err_cap);
    free((char *)(size_t)octets.p);
    return ok;
}
