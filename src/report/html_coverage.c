/*
 * html_coverage: the scope of the run, and what was not tested and why. See
 * html.h.
 */
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/html.h"

/* ---- the scope -------------------------------------------------------- */

static void options(struct html *h)
{
    if (h->r->n_options == 0) {
        html_leaf(h, "p", NULL, "All options were left at their defaults.");
        return;
    }
    html_leaf(h, "p", NULL, "Options that differ from their defaults:");
    html_open(h, "dl", "identity");
    for (size_t i = 0; i < h->r->n_options; i++) {
        html_open(h, "div", NULL);
        html_open(h, "dt", NULL);
        html_leaff(h, "code", NULL, "--%s", h->r->options[i].name);
        html_close(h);
        html_open(h, "dd", NULL);
        html_leaf(h, "code", NULL, h->r->options[i].value);
        html_close(h);
        html_close(h);
    }
    html_close(h);
}

static void scope(struct html *h)
{
    html_leaf(h, "h3", NULL, "Scope");
    html_leaff(h, "p", NULL,
               "The server was tested from outside, over %s, in %lu sessions. "
               "What it does where no client can see it (how it stores and "
               "forwards mail, how it is set up) is not part of this report. "
               "A case that passed shows that the rule was kept in that "
               "session, at that time.",
               h->r->target, report_sessions(h->r));
    options(h);
}

/* ---- cases that were not judged --------------------------------------- */

static const struct {
    enum verdict verdict;
    const char *title;
} not_tested[] = {
    {VERDICT_ERROR, "could not be played: a fault of the tester"},
    {VERDICT_BLOCKED, "did not reach the point under test"},
    {VERDICT_SKIP, "do not apply to this server, or lack something"},
};

static int by_reason(const void *a, const void *b)
{
    const struct result_case *const *x = a, *const *y = b;

    return strcmp((*x)->reason, (*y)->reason);
}

static void group(struct html *h, const struct result_case *const *list,
                  size_t n)
{
    html_open(h, "li", NULL);
    html_open(h, "details", NULL);
    html_open(h, "summary", NULL);
    html_text(h, list[0]->reason);
    html_leaff(h, "span", "n", " %zu", n);
    html_close(h);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_link_open(h, "case", list[i]->id);
        html_text(h, list[i]->id);
        html_close(h);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_close(h);
}

static void groups(struct html *h, const struct result_case **list, size_t n)
{
    size_t end;

    qsort(list, n, sizeof(void *), by_reason);
    html_open(h, "ul", "reasons");
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n; end++)
            if (by_reason(&list[end], &list[i]) != 0)
                break;
        group(h, list + i, end - i);
    }
    html_close(h);
}

static void cases(struct html *h)
{
    const struct result_case **list =
        calloc(h->r->n_cases + 1, sizeof(void *));

    html_leaf(h, "h3", NULL, "Cases without a judgement");
    for (size_t v = 0; list && v < sizeof not_tested / sizeof *not_tested;
         v++) {
        size_t n = 0;

        for (size_t i = 0; i < h->r->n_cases; i++)
            if (h->r->cases[i].verdict == not_tested[v].verdict)
                list[n++] = &h->r->cases[i];
        if (n == 0)
            continue;
        html_open(h, "p", NULL);
        html_verdict(h, not_tested[v].verdict);
        html_textf(h, " %zu cases %s:", n, not_tested[v].title);
        html_close(h);
        groups(h, list, n);
    }
    free(list);
}

/* ---- requirements ----------------------------------------------------- */

static const struct {
    enum result_status status;
    const char *means;
} statuses[] = {
    {RESULT_FAIL, "broken in at least one case"},
    {RESULT_WARN, "a recommendation not followed"},
    {RESULT_INFO, "kept, with a note"},
    {RESULT_PASS, "kept in every case that was played"},
    {RESULT_NOT_RUN, "not reached: the cases were skipped or blocked"},
    {RESULT_UNCOVERED, "no case of this suite looks at it"},
    {RESULT_UNTESTABLE, "cannot be seen from outside"},
};

static void status_row(struct html *h, size_t i)
{
    size_t n = 0;

    for (size_t k = 0; k < h->r->n_requirements; k++)
        n += h->r->requirements[k].status == statuses[i].status;
    html_open(h, "tr", NULL);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    html_text(h, report_status_name(statuses[i].status));
    html_close(h);
    html_leaff(h, "td", "n", "%zu", n);
    html_leaf(h, "td", NULL, statuses[i].means);
    html_close(h);
}

static void requirements(struct html *h)
{
    static const char *const columns[] = {"Status", "How many", "Meaning"};

    html_leaf(h, "h3", NULL, "Requirements of the RFCs");
    html_leaff(h, "p", NULL,
               "The suite knows %zu requirements on servers. Each stands in "
               "the last table, with the cases that look at it.",
               h->r->n_requirements);
    html_table(h, "statuses", "Requirements by status", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        status_row(h, i);
    html_table_end(h);
}

void html_coverage(struct html *h)
{
    scope(h);
    cases(h);
    if (h->r->n_requirements)
        requirements(h);
}
