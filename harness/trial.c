/*
 * Running inputs: whole, octet by octet, and in pieces of another size, each
 * time ending at an unreadable page if the parser is in this process.
 */
#include "trial_int.h"

#include <stdlib.h>

#include "feed.h"

enum {
    QUEUE = 32, /* inputs that a parser with parse_all is given at once */
    WAYS = 3,   /* whole, octet by octet, in larger pieces */
    MOST = QUEUE * WAYS,
    DRIP = 256 /* octets that are given one by one */
};

static struct {
    struct adapter *adapter;
    struct trial_settings settings;
    struct feed_guard whole;
    struct feed_guard piece;
    struct trial_entry queue[QUEUE];
    size_t queued;
    unsigned long inputs;
    /* A batch. */
    struct adapter_input in[MOST];
    struct adapter_result results[MOST];
    struct trial_found found[MOST];
} t;

static char texts[MOST][ORACLE_TEXT]; /* the results of a batch */

bool adapter_next(const struct adapter_input *in, size_t *at,
                  struct smtp_span *piece)
{
    size_t left = in->n - *at;
    size_t n = in->piece && in->piece < left ? in->piece : left;
    if (n == 0)
        return false;
    *piece = smtp_span_of(in->p + *at, n);
    if (in->room)
        piece->p = feed_guard_put(in->room, in->p + *at, n);
    *at += n;
    return true;
}

struct smtp_span adapter_keep(struct adapter_result *out, const char *p,
                              size_t n)
{
    char *to = out->store + out->kept;
    if (n > ADAPTER_STORE - out->kept)
        n = ADAPTER_STORE - out->kept;
    if (n > 0)
        memcpy(to, p, n);
    out->kept += n;
    return smtp_span_of(to, n);
}

bool trial_open(struct adapter *a, const struct trial_settings *settings)
{
    t.adapter = a;
    t.settings = *settings;
    if (a->open && !a->open(a))
        return false;
    if ((a->parse == NULL) == (a->parse_all == NULL) || !a->kinds) {
        fprintf(stderr, "%s: expected kinds, and parse or parse_all\n",
                a->name);
        return false;
    }
    if (!feed_guard_open(&t.whole, ORACLE_INPUT) ||
        !feed_guard_open(&t.piece, ORACLE_INPUT)) {
        fprintf(stderr, "%s: no memory\n", a->name);
        return false;
    }
    return trial_report_open(settings);
}

/* The ways to give an entry; the first is whole. How large the pieces of the
 * third are depends on the input alone, so that a replay is the same. */
static size_t add_ways(const struct trial_entry *e, struct adapter_input *in)
{
    size_t ways = t.adapter->pieces & ADAPTER_IS(e->kind) ? WAYS : 1;
    size_t sum = e->n;
    for (size_t i = 0; i < e->n; i++)
        sum = sum * 31 + (unsigned char)e->octets[i];
    /* Octet by octet costs parsers the square of the length. */
    const size_t pieces[WAYS] = {0, e->n <= DRIP ? 1 : 40, 2 + sum % 30};
    for (size_t i = 0; i < ways; i++)
        in[i] = (struct adapter_input){e->kind, e->octets, e->n, pieces[i],
                                       NULL};
    return ways;
}

static void show_flaws(const struct smtp_flaws *flaws, char *text)
{
    size_t n = (size_t)snprintf(text, ORACLE_TEXT, "not valid:");
    for (unsigned f = 0; f < SMTP_FLAW_COUNT && n < ORACLE_TEXT; f++)
        if (smtp_flaws_has(flaws, (enum smtp_flaw)f))
            n += (size_t)snprintf(text + n, ORACLE_TEXT - n, " %s",
                                  smtp_flaw_info((enum smtp_flaw)f)->id);
}

/* Judges the whole input, and shows what the core thinks of it. */
static bool judge(const struct adapter_input *in,
                  const struct adapter_result *got, struct trial_found *f)
{
    static struct oracle_view view;
    if (!oracle_look(in, t.adapter->utf8, &view) ||
        !oracle_judge(in, &view, got, &f->hit))
        return false;
    view.parts.verdict = view.verdict;
    oracle_show(&view.parts, f->core);
    if (smtp_flaws_any(&view.flaws))
        show_flaws(&view.flaws, f->core);
    return true;
}

/* Shows the result of in[i]; the whole one of its entry is in[first]. True
 * when it differs from what it should be. */
static bool settle(size_t i, size_t first, const struct adapter_result *got,
                   struct trial_found *f)
{
    const struct adapter_input *in = &t.in[i];
    oracle_show(got, texts[i]);
    if (i == first) {
        if (!judge(in, got, f))
            return false;
        snprintf(f->parser, sizeof(f->parser), "%.1900s%s%s", texts[i],
                 got->note[0] ? "; " : "", got->note);
        return true;
    }
    if (strcmp(texts[i], texts[first]) == 0)
        return false;
    snprintf(f->core, sizeof(f->core), "whole: %.1900s", texts[first]);
    snprintf(f->parser, sizeof(f->parser), "in pieces of %zu: %.1900s",
             in->piece, texts[i]);
    oracle_split(in->kind, &f->hit);
    return true;
}

static void clear(struct adapter_result *r)
{
    memset(r, 0, offsetof(struct adapter_result, store));
}

/* In this process: one after the other, at the unreadable page. */
static const struct adapter_result *parse_here(struct adapter_input *in)
{
    struct adapter_result *r = &t.results[0];
    in->p = feed_guard_put(&t.whole, in->p, in->n);
    in->room = &t.piece;
    clear(r);
    t.adapter->parse(in, r);
    return r;
}

/* Runs entries, of which there are QUEUE at most. Returns how many of
 * t.found are filled. */
static size_t run(const struct trial_entry *e, size_t count)
{
    size_t first[MOST];
    const struct trial_entry *of[MOST];
    size_t n = 0;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t ways = add_ways(&e[i], &t.in[n]);
        for (size_t k = 0; k < ways; k++) {
            first[n + k] = n;
            of[n + k] = &e[i];
        }
        n += ways;
    }
    if (t.adapter->parse_all) {
        for (size_t i = 0; i < n; i++)
            clear(&t.results[i]);
        t.adapter->parse_all(t.in, n, t.results);
    }
    for (size_t i = 0; i < n; i++) {
        const struct adapter_result *got =
            t.adapter->parse_all ? &t.results[i] : parse_here(&t.in[i]);
        t.found[found].entry = of[i];
        if (settle(i, first[i], got, &t.found[found]))
            found++;
    }
    return found;
}

bool trial_again(const struct trial_entry *e, const char *id,
                 struct trial_found *found)
{
    size_t n = run(e, 1);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(t.found[i].hit.id, id) != 0)
            continue;
        *found = t.found[i];
        return true;
    }
    return false;
}

static void show(const struct trial_entry *e, size_t found)
{
    char text[ORACLE_TEXT];
    FILE *out = t.settings.report;
    oracle_escape(e->octets, e->n, text, sizeof(text));
    fprintf(out, "%s \"%s\"\n  parser  %s\n", oracle_kind_name(e->kind), text,
            texts[0]);
    if (found == 0)
        fprintf(out, "  nothing to report\n");
}

void trial_flush(void)
{
    static struct trial_found found[MOST];
    if (t.queued == 0)
        return;
    size_t n = run(t.queue, t.queued);
    t.inputs += t.queued;
    if (t.settings.replay)
        show(&t.queue[0], n);
    /* Reporting runs inputs too. */
    memcpy(found, t.found, n * sizeof(found[0]));
    for (size_t i = 0; i < n; i++)
        trial_report(&found[i]);
    t.queued = 0;
}

void trial_input(const char *p, size_t n)
{
    enum adapter_kind kind = n ? oracle_kind_of(*p) : ADAPTER_KINDS;
    if (kind == ADAPTER_KINDS || n - 1 > ORACLE_INPUT ||
        !(t.adapter->kinds & ADAPTER_IS(kind)))
        return;
    struct trial_entry *e = &t.queue[t.queued];
    /* libFuzzer runs a file twice; to be shown once. */
    if (t.settings.replay && t.inputs > 0 && e->kind == kind &&
        smtp_span_eq(smtp_span_of(e->octets, e->n),
                     smtp_span_of(p + 1, n - 1)))
        return;
    t.queued++;
    e->kind = kind;
    e->n = n - 1;
    memcpy(e->octets, p + 1, e->n);
    if (t.queued == QUEUE || t.adapter->parse || t.settings.replay)
        trial_flush();
}

unsigned trial_close(void)
{
    trial_flush();
    struct trial_counts c = trial_report_counts();
    fprintf(t.settings.report,
            "%s: %lu inputs, %u findings, %u notes, %u known\n",
            t.adapter->name, t.inputs, c.findings, c.notes, c.known);
    fflush(t.settings.report);
    return c.findings;
}
