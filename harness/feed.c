#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool feed_guard_open(struct feed_guard *g, size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (n + page - 1) / page * page;
    if (room == 0)
        room = page;
    g->map = room + page;
    g->base = mmap(NULL, g->map, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->base == MAP_FAILED) {
        g->base = NULL;
        return false;
    }
    g->end = g->base + room;
    if (mprotect(g->end, page, PROT_NONE) == 0)
        return true;
    feed_guard_close(g);
    return false;
}

void feed_guard_close(struct feed_guard *g)
{
    if (g->base)
        munmap(g->base, g->map);
    g->base = NULL;
}

char *feed_guard_put(struct feed_guard *g, const void *p, size_t n)
{
    char *at = g->end - n;
    if (n > 0)
        memcpy(at, p, n);
    return at;
}

/* One way of cutting: a first piece, then pieces of `rest` octets. */
struct cut {
    size_t first;
    size_t rest;
};

static void run_cut(const struct feed *f, struct feed_guard *g, void *state,
                    const char *in, size_t n, struct cut cut, char *text)
{
    ssize_t ret = 0;
    char *buf;
    size_t from = 0;
    size_t to = cut.first;

    memset(state, 0, f->state_size);
    for (;;) {
        if (to > n)
            to = n;
        size_t start = f->mode == FEED_GROW ? 0 : from;
        buf = feed_guard_put(g, in + start, to - start);
        ssize_t r = f->step(state, buf, to - start);
        ret = f->mode == FEED_GROW ? r : ret + r;
        if (f->mode == FEED_GROW ? r != 0 : r != (ssize_t)(to - start))
            break;
        if (to == n)
            break;
        from = to;
        to += cut.rest;
    }
    f->show(state, ret, buf, text);
}

/* Runs the cut and compares it with `want`; a difference goes to text. */
static bool same_cut(const struct feed *f, struct feed_guard *g, void *state,
                     const char *in, size_t n, struct cut cut, char *text)
{
    char got[FEED_TEXT];
    char want[FEED_TEXT];
    run_cut(f, g, state, in, n, cut, got);
    if (strcmp(got, text) == 0)
        return true;
    memcpy(want, text, FEED_TEXT);
    snprintf(text, FEED_ROOM, "first %zu, then %zu: got {%.3900s}, whole "
             "{%.3900s}", cut.first, cut.rest, got, want);
    return false;
}

static bool feed_cuts(const struct feed *f, const char *in, size_t n,
                      size_t piece, bool every, char *text)
{
    struct feed_guard g;
    void *state = calloc(1, f->state_size);
    bool ok = true;
    if (!state || !feed_guard_open(&g, n)) {
        free(state);
        snprintf(text, FEED_TEXT, "no memory for the guard page");
        return false;
    }
    run_cut(f, &g, state, in, n, (struct cut){n, n}, text);
    struct cut steps = {piece, piece};
    ok = same_cut(f, &g, state, in, n, steps, text);
    for (size_t i = 0; every && ok && i <= n; i++)
        ok = same_cut(f, &g, state, in, n, (struct cut){i, n}, text);
    feed_guard_close(&g);
    free(state);
    return ok;
}

bool feed_all(const struct feed *f, const void *in, size_t n, char *text)
{
    return feed_cuts(f, in, n, 1, true, text);
}

bool feed_some(const struct feed *f, const void *in, size_t n, size_t piece,
               char *text)
{
    return feed_cuts(f, in, n, piece, false, text);
}
