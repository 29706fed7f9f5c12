/*
 * minimise: see minimise.h.
 */
#include "live/minimise.h"

#include <stdlib.h>
#include <string.h>

struct search {
    struct live_input *in;
    char *buf;
    char *trial;          /* room for a stream */
    live_still_fn *still;
    void *ctx;
    unsigned plays;
    struct live_outcome *out;
};

/* Asks about `t`; when it holds, it is the input from then on. */
static bool try(struct search *s, const struct live_input *t)
{
    struct live_outcome out;

    if (s->plays == 0)
        return false;
    s->plays--;
    if (!s->still(s->ctx, t, &out))
        return false;
    memmove(s->buf, t->stream.p, t->stream.n);
    *s->in = *t;
    s->in->stream.p = s->buf;
    *s->out = out;
    return true;
}

/* Without the octets [from, to). */
static bool without(struct search *s, size_t from, size_t to)
{
    struct live_input t = *s->in;
    size_t n = t.stream.n;

    if (from >= to || to > n)
        return false;
    memcpy(s->trial, s->buf, from);
    memcpy(s->trial + from, s->buf + to, n - to);
    t.stream = smtp_span_of(s->trial, n - (to - from));
    return try(s, &t);
}

/* The plainest header that still shows it. */
static void plain_header(struct search *s)
{
    struct live_input t = *s->in;

    t = (struct live_input){.tls = t.tls, .stream = t.stream};
    if (try(s, &t))
        return;
    t = *s->in;
    t.piece = 0;
    (void)try(s, &t);
    t = *s->in;
    t.abrupt = false;
    (void)try(s, &t);
}

static size_t cut_at(const struct search *s, unsigned i)
{
    return i == 0 ? 0 : s->out->cuts[i - 1];
}

static unsigned cuts(const struct search *s)
{
    return s->out->units < LIVE_CUTS ? s->out->units : LIVE_CUTS;
}

/* Without runs of units, from behind: what leads to a state comes first. */
static void drop_runs(struct search *s, unsigned run)
{
    unsigned end = cuts(s);

    while (end >= run && s->plays > 0) {
        if (without(s, cut_at(s, end - run), cut_at(s, end)))
            end -= run;
        else
            end--;
        if (end > cuts(s))
            end = cuts(s);
    }
}

/* Without what was never played, then without units: halves first. */
static void drop_units(struct search *s)
{
    (void)without(s, cut_at(s, cuts(s)), s->in->stream.n);
    for (unsigned run = cuts(s) / 2 ? cuts(s) / 2 : 1; run; run /= 2)
        drop_runs(s, run);
}

/* Without octets inside of units: halves of each unit first. */
static void drop_octets(struct search *s)
{
    for (size_t run = 4096; run; run /= 2)
        for (size_t end = s->in->stream.n; end >= run;) {
            (void)without(s, end - run, end);
            end = end > s->in->stream.n ? s->in->stream.n : end - run;
            if (s->plays == 0)
                return;
        }
}

void live_minimise(struct live_input *in, char *buf, live_still_fn *still,
                   void *ctx, unsigned plays, struct live_outcome *out)
{
    struct search s = {in, buf, malloc(in->stream.n + 1), still, ctx, plays,
                       out};

    if (!s.trial)
        return;
    plain_header(&s);
    drop_units(&s);
    drop_octets(&s);
    drop_units(&s);
    free(s.trial);
}
