/*
 * terminal: see terminal.h.
 */
#include "report/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

enum page_style report_style(enum verdict v)
{
    static const enum page_style styles[VERDICT_COUNT] = {
        [VERDICT_PASS] = PAGE_GREEN,      [VERDICT_INFO] = PAGE_BLUE,
        [VERDICT_SKIP] = PAGE_DIM,        [VERDICT_WARN] = PAGE_YELLOW,
        [VERDICT_BLOCKED] = PAGE_MAGENTA, [VERDICT_FAIL] = PAGE_RED,
        [VERDICT_ERROR] = PAGE_MAGENTA,
    };

    return styles[v];
}

/* In the order of what to read first. */
static const enum verdict findings[] = {VERDICT_FAIL, VERDICT_WARN,
                                        VERDICT_INFO};
static const enum verdict not_tested[] = {VERDICT_ERROR, VERDICT_BLOCKED,
                                          VERDICT_SKIP};

#define COUNT(a) (sizeof(a) / sizeof *(a))

bool report_same_cause(const struct result_case *a,
                       const struct result_case *b)
{
    return a->verdict == b->verdict && a->where[0] &&
           strcmp(a->where, b->where) == 0;
}

/* One finding and all of the same cause; those are marked as done. */
static void put_finding(struct page *p, const struct result *r, size_t i,
                        struct report_value *also, bool *done)
{
    size_t n = 0;

    for (size_t k = i + 1; k < r->n_cases; k++) {
        if (!report_same_cause(&r->cases[i], &r->cases[k]))
            continue;
        done[k] = true;
        also[n++].of = &r->cases[k];
    }
    report_case(p, &r->cases[i], also, n, false);
}

static void put_findings(struct page *p, const struct result *r, bool verbose)
{
    struct report_value *also = calloc(r->n_cases + 1, sizeof *also);
    bool *done = calloc(r->n_cases + 1, sizeof *done);

    for (size_t v = 0; v < COUNT(findings); v++) {
        for (size_t i = 0; i < r->n_cases; i++) {
            if (r->cases[i].verdict != findings[v] || (done && done[i]))
                continue;
            if (verbose || !also || !done)
                report_case(p, &r->cases[i], NULL, 0, verbose);
            else
                put_finding(p, r, i, also, done);
        }
    }
    free(also);
    free(done);
}

static void put_passed(struct page *p, const struct result *r)
{
    bool any = false;

    for (size_t i = 0; i < r->n_cases; i++) {
        const struct result_case *c = &r->cases[i];
        if (c->verdict != VERDICT_PASS)
            continue;
        if (!any)
            page_rule(p, '-');
        any = true;
        page_cell(p, PAGE_GREEN, "PASS", 6);
        page_words(p, PAGE_PLAIN, 6, c->id);
        page_words(p, PAGE_DIM, 6, c->title);
    }
    if (any)
        page_end(p);
}

static void put_not_tested(struct page *p, const struct result *r,
                           bool verbose)
{
    for (size_t v = 0; v < COUNT(not_tested); v++) {
        if (verbose && not_tested[v] != VERDICT_SKIP) {
            for (size_t i = 0; i < r->n_cases; i++)
                if (r->cases[i].verdict == not_tested[v])
                    report_case(p, &r->cases[i], NULL, 0, true);
            continue;
        }
        report_groups(p, r, not_tested[v],
                      verbose || not_tested[v] != VERDICT_SKIP);
    }
}

static void put_quiet(FILE *out, const struct result *r, int exit_status)
{
    char counts[200];
    size_t at = 0;

    if (r->failure) {
        char *why = report_clean(r->failure);
        fprintf(out, "could not test: %s (exit status %d)\n", why,
                exit_status);
        free(why);
        return;
    }
    counts[0] = '\0';
    for (int v = 0; v < VERDICT_COUNT; v++) {
        size_t n = result_count(r, (enum verdict)v);
        if (n && at < sizeof counts)
            at += (size_t)snprintf(counts + at, sizeof counts - at, "%s%s %zu",
                                   at ? ", " : "",
                                   verdict_name((enum verdict)v), n);
    }
    fprintf(out, "%s%s", counts, at ? " " : "");
    if (r->n_stale)
        fprintf(out, "and %zu stale in the baseline ", r->n_stale);
    fprintf(out, "(exit status %d)\n", exit_status);
}

int report_terminal_write(const struct result *r,
                          const struct report_options *o, int exit_status,
                          FILE *out)
{
    struct page p = {
        .out = out, .width = o->width ? o->width : 80, .color = o->color};

    if (p.width < 40)
        p.width = 40;
    errno = 0;
    if (o->quiet) {
        put_quiet(out, r, exit_status);
    } else {
        report_header(&p, r);
        put_findings(&p, r, o->verbose);
        if (o->verbose)
            put_passed(&p, r);
        if (!r->failure)
            put_not_tested(&p, r, o->verbose);
        report_summary(&p, r, exit_status);
    }
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}
