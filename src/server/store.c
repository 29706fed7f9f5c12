/*
 * store: files named TIME.PID_COUNT, as Maildir has them.
 */
#include "server/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Makes names unique in this process; says nothing else. */
static atomic_uint count;

static void store_cancel(void *ctx)
{
    struct store *s = ctx;
    if (s->fd < 0)
        return;
    close(s->fd);
    s->fd = -1;
    unlink(s->hidden);
}

static const char *store_begin(void *ctx)
{
    struct store *s = ctx;
    store_cancel(s);
    snprintf(s->id, sizeof(s->id), "%lld.%ld_%u", (long long)time(NULL),
             (long)getpid(), atomic_fetch_add(&count, 1));
    int n = snprintf(s->hidden, sizeof(s->hidden), "%s/.%s", s->folder, s->id);
    if (n < 0 || (size_t)n >= sizeof(s->hidden))
        return NULL;
    s->fd = open(s->hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return s->fd < 0 ? NULL : s->id;
}

static bool store_write(void *ctx, const char *p, size_t n)
{
    struct store *s = ctx;
    while (n > 0) {
        ssize_t k = write(s->fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool store_commit(void *ctx)
{
    struct store *s = ctx;
    char path[sizeof(s->hidden)];
    int n = snprintf(path, sizeof(path), "%s/%s", s->folder, s->id);
    bool ok = n > 0 && (size_t)n < sizeof(path) && close(s->fd) == 0;
    s->fd = -1;
    if (ok && s->twice) {
        char second[sizeof(path) + 2];
        snprintf(second, sizeof(second), "%sb", path);
        ok = link(s->hidden, second) == 0;
    }
    if (ok && rename(s->hidden, path) == 0)
        return true;
    unlink(s->hidden);
    return false;
}

struct session_store store_open(struct store *s, const char *folder)
{
    s->folder = folder;
    s->twice = false;
    s->fd = -1;
    return (struct session_store){.ctx = s,
                                  .begin = store_begin,
                                  .write = store_write,
                                  .commit = store_commit,
                                  .cancel = store_cancel};
}
