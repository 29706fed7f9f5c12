/*
 * terminal_several: results side by side, for people.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/terminal.h"

#define COLUMN 8 /* of a run's verdict in a row */

/* "A", "B", and so on: what stands for a run in the rows. */
static void letter(size_t i, char out[8])
{
    if (i < 26)
        snprintf(out, 8, "%c", (char)('A' + i));
    else
        snprintf(out, 8, "%c%c", (char)('A' + i / 26 - 1),
                 (char)('A' + i % 26));
}

static void put_counts(struct page *p, const struct result *r)
{
    bool any = false;

    for (int v = 0; v < VERDICT_COUNT; v++) {
        size_t n = result_count(r, (enum verdict)v);
        char text[40];
        if (!n)
            continue;
        snprintf(text, sizeof text, "%s%s %zu", any ? "  " : "",
                 verdict_name((enum verdict)v), n);
        page_put(p, report_style((enum verdict)v), text);
        any = true;
    }
    page_end(p);
}

/* Which run is which. */
static void put_runs(struct page *p, const struct several *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct result *r = s->runs[i];
        char name[8] = "";
        if (s->mode == SEVERAL_COMPARE)
            snprintf(name, sizeof name, "%s", i == 0 ? "old" : "new");
        else
            letter(i, name);
        page_cell(p, PAGE_BOLD, name, 5);
        page_words(p, PAGE_BOLD, 5, s->names[i]);
        page_cell(p, PAGE_PLAIN, "", 5);
        put_counts(p, r);
        if (r->failure) {
            page_cell(p, PAGE_PLAIN, "", 5);
            page_put(p, PAGE_RED, "Could not test: ");
            page_words(p, PAGE_PLAIN, 7, r->failure);
        }
        for (size_t k = 0; k < r->n_stale; k++) {
            page_cell(p, PAGE_PLAIN, "", 5);
            page_put(p, PAGE_RED, "Stale: ");
            page_put(p, PAGE_PLAIN, r->stale[k].id);
            page_put(p, PAGE_PLAIN, ": ");
            page_words(p, PAGE_PLAIN, 7, r->stale[k].why);
        }
    }
    page_end(p);
}

static const char *verdict_in(const struct several_row *row, size_t i)
{
    return row->in[i] ? verdict_name(row->in[i]->verdict) : "-";
}

/* ---- two runs ---- */

static void put_change(struct page *p, const struct several_row *row,
                       bool verbose)
{
    const struct result_case *c = row->any;
    char text[64];

    snprintf(text, sizeof text, "%s -> %s", verdict_in(row, 0),
             verdict_in(row, 1));
    page_cell(p, PAGE_PLAIN, "", 2);
    page_cell(p, report_style(c->verdict), text, 20);
    page_words(p, PAGE_PLAIN, 20, row->id);
    page_cell(p, PAGE_PLAIN, "", 4);
    page_words(p, PAGE_DIM, 4, c->title);
    if (row->change == SEVERAL_NEW || verbose) {
        page_cell(p, PAGE_PLAIN, "", 4);
        page_words(p, PAGE_PLAIN, 4, c->reason);
    }
}

static void put_changes(struct page *p, const struct several *s,
                        enum several_change change, bool verbose)
{
    static const enum page_style styles[] = {
        [SEVERAL_SAME] = PAGE_PLAIN,
        [SEVERAL_NEW] = PAGE_RED,
        [SEVERAL_FIXED] = PAGE_GREEN,
        [SEVERAL_CHANGED] = PAGE_YELLOW,
    };
    char text[60];

    snprintf(text, sizeof text, "%s: %zu", several_change_name(change),
             several_count(s, change));
    page_put(p, styles[change], text);
    page_end(p);
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->rows[i].change == change)
            put_change(p, &s->rows[i], verbose);
    page_end(p);
}

/* ---- several servers ---- */

static bool is_finding(const struct result_case *c)
{
    return c && (c->verdict == VERDICT_FAIL || c->verdict == VERDICT_WARN ||
                 c->verdict == VERDICT_ERROR);
}

/* Worth a line: wrong anywhere. */
static bool is_wrong(const struct several *s, const struct several_row *row)
{
    for (size_t i = 0; i < s->n; i++)
        if (is_finding(row->in[i]))
            return true;
    return false;
}

/* The verdicts on a line of their own, under the id; what does not fit goes
 * on in the next one. */
static void put_row(struct page *p, const struct several *s,
                    const struct several_row *row)
{
    page_words(p, PAGE_PLAIN, 0, row->id);
    for (size_t i = 0; i < s->n; i++) {
        char text[32], name[8];
        if (p->column + 2 * COLUMN > p->width)
            page_end(p);
        letter(i, name);
        snprintf(text, sizeof text, "%s %s", name, verdict_in(row, i));
        page_cell(p, PAGE_PLAIN, "", p->column ? p->column : 4);
        page_cell(p, row->in[i] ? report_style(row->in[i]->verdict) : PAGE_DIM,
                  text, p->column + 2 * COLUMN - 4);
    }
    page_end(p);
}

static void put_rows(struct page *p, const struct several *s, bool verbose)
{
    size_t wrong = 0;
    char text[80];

    for (size_t i = 0; i < s->n_rows; i++)
        wrong += is_wrong(s, &s->rows[i]);
    snprintf(text, sizeof text, "%zu cases, %zu with findings", s->n_rows,
             wrong);
    page_put(p, PAGE_BOLD, text);
    page_end(p);
    for (size_t i = 0; i < s->n_rows; i++)
        if (verbose || is_wrong(s, &s->rows[i]))
            put_row(p, s, &s->rows[i]);
    page_end(p);
}

static void put_quiet(FILE *out, const struct several *s, int exit_status)
{
    if (s->mode == SEVERAL_COMPARE)
        fprintf(out, "new %zu, fixed %zu, changed %zu (exit status %d)\n",
                several_count(s, SEVERAL_NEW), several_count(s, SEVERAL_FIXED),
                several_count(s, SEVERAL_CHANGED), exit_status);
    else
        fprintf(out, "%zu results, %zu cases (exit status %d)\n", s->n,
                s->n_rows, exit_status);
}

int report_terminal_write_several(const struct several *s,
                                  const struct report_options *o,
                                  int exit_status, FILE *out)
{
    struct page p = {
        .out = out, .width = o->width ? o->width : 80, .color = o->color};
    char text[40];

    errno = 0;
    if (o->quiet) {
        put_quiet(out, s, exit_status);
        return fflush(out) != 0 || ferror(out) ? -1 : 0;
    }
    put_runs(&p, s);
    if (s->mode == SEVERAL_COMPARE) {
        put_changes(&p, s, SEVERAL_NEW, o->verbose);
        put_changes(&p, s, SEVERAL_FIXED, o->verbose);
        put_changes(&p, s, SEVERAL_CHANGED, o->verbose);
    } else {
        put_rows(&p, s, o->verbose);
    }
    snprintf(text, sizeof text, "Exit status %d", exit_status);
    page_words(&p, exit_status ? PAGE_BOLD : PAGE_GREEN, 0, text);
    return fflush(out) != 0 || ferror(out) ? -1 : 0;
}
