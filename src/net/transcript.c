/*
 * transcript: two arrays, entries and octets, each with its bound.
 *
 * Events (an end, a timeout, a note) are worth more than the thousandth
 * octet of a flood: a little room is kept for them when the limits are
 * reached, so that the last line of a report still says how it ended.
 */
#include "net/transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/clock.h"

#define EVENT_ENTRIES 64u   /* of TRANSCRIPT_ENTRIES, for events only */
#define EVENT_OCTETS  4096u /* above the limit, for the texts of events */
#define SHORT         512u  /* octets of an entry that is kept whole */

void transcript_init(struct transcript *t, size_t limit)
{
    *t = (struct transcript){.limit = limit ? limit : TRANSCRIPT_LIMIT};
    /* Offsets are 32 bits wide. */
    if (t->limit > UINT32_MAX - EVENT_OCTETS)
        t->limit = UINT32_MAX - EVENT_OCTETS;
    t->start = net_now();
}

void transcript_free(struct transcript *t)
{
    free(t->entries);
    free(t->octets);
    *t = (struct transcript){.limit = t->limit};
}

void transcript_reset(struct transcript *t)
{
    t->n = 0;
    t->used = 0;
    t->data[0] = t->data[1] = 0;
    t->lost = 0;
    t->start = net_now();
}

static bool is_data(enum transcript_kind kind)
{
    return kind == TRANSCRIPT_SENT || kind == TRANSCRIPT_RECEIVED;
}

/* Room for one more entry. */
static bool entry_room(struct transcript *t, enum transcript_kind kind)
{
    size_t most = TRANSCRIPT_ENTRIES - (is_data(kind) ? EVENT_ENTRIES : 0);
    size_t cap = t->cap ? t->cap * 2 : 32;
    struct transcript_entry *p;

    if (t->n >= most)
        return false;
    if (t->n < t->cap)
        return true;
    p = realloc(t->entries, cap * sizeof(*p));
    if (p == NULL)
        return false;
    t->entries = p;
    t->cap = cap;
    return true;
}

/* How many of n octets an entry of data may have: three quarters of the limit
 * are for its side, and a quarter of what is left of them for a long one. */
static size_t share(const struct transcript *t, enum transcript_kind kind,
                    size_t n)
{
    size_t most = t->limit - t->limit / 4;
    size_t left = most > t->data[kind] ? most - t->data[kind] : 0;
    size_t one = left / 4 > SHORT ? left / 4 : SHORT;

    if (n > one)
        n = one;
    return n < left ? n : left;
}

/* How many of n octets there is room for, after growth. */
static size_t octet_room(struct transcript *t, enum transcript_kind kind,
                         size_t n)
{
    size_t most = t->limit + (is_data(kind) ? 0 : EVENT_OCTETS);
    size_t cap = t->octets_cap ? t->octets_cap : 1024;
    char *p;

    if (n == 0 || t->used >= most)
        return 0;
    if (n > most - t->used)
        n = most - t->used;
    if (n <= t->octets_cap - t->used)
        return n;
    while (cap < t->used + n)
        cap *= 2;
    if (cap > most)
        cap = most;
    p = realloc(t->octets, cap);
    if (p == NULL)
        return t->octets_cap - t->used;
    t->octets = p;
    t->octets_cap = cap;
    return n;
}

/* Adds the first `most` of n octets, when there is room for any. */
static size_t add(struct transcript *t, struct transcript_entry e,
                  const char *p, size_t n, size_t most)
{
    size_t kept = octet_room(t, (enum transcript_kind)e.kind, most);

    if (kept == 0 && n > 0 && is_data((enum transcript_kind)e.kind))
        return 0;
    if (kept)
        memcpy(t->octets + t->used, p, kept);
    e.at = net_now() - t->start;
    e.off = (uint32_t)t->used;
    e.len = (uint32_t)kept;
    t->entries[t->n++] = e;
    t->used += kept;
    return kept;
}

void transcript_add(struct transcript *t, enum transcript_kind kind,
                    unsigned conn, bool tls, const char *p, size_t n)
{
    struct transcript_entry e = {
        .kind = (uint8_t)kind, .conn = (uint8_t)conn, .tls = tls};
    char text[64];
    size_t kept;

    if (t == NULL)
        return;
    if (!entry_room(t, kind)) {
        t->lost += is_data(kind) ? n : 1;
        return;
    }
    if (!is_data(kind)) {
        (void)add(t, e, p, n, n);
        return;
    }
    kept = add(t, e, p, n, share(t, kind, n));
    t->data[kind] += kept;
    t->lost += n - kept;
    if (kept == n || kept == 0 || !entry_room(t, TRANSCRIPT_NOTE))
        return;
    e.kind = TRANSCRIPT_NOTE;
    n = (size_t)snprintf(text, sizeof(text), "and %zu octets more", n - kept);
    (void)add(t, e, text, n, n);
}

struct smtp_span transcript_octets(const struct transcript *t,
                                   const struct transcript_entry *e)
{
    if (e->len == 0)
        return smtp_span_of(NULL, 0);
    return smtp_span_of(t->octets + e->off, e->len);
}
