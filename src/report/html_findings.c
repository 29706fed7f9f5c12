/*
 * html_findings: what was found, by severity; cases that found the same are
 * one finding. See html.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "report/html.h"
#include "report/terminal.h"

static void case_link(struct html *h, const struct result_case *c)
{
    html_link_open(h, "case", c->id);
    html_text(h, c->id);
    html_close(h);
}

/* The cases behind the first one, as links. */
static void further(struct html *h, const struct result_case *const *list,
                    size_t n)
{
    if (n == 0)
        return;
    html_open(h, "details", NULL);
    html_leaff(h, "summary", NULL, "the same in %zu more", n);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        case_link(h, list[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void cell(struct html *h, const char *label)
{
    html_open(h, "td", NULL);
    html_attribute(h, "data-label", label);
}

/* One row; list[0..n) are its cases. */
static void finding(struct html *h, const struct result_case *const *list,
                    size_t n)
{
    const struct result_case *c = list[0];

    html_open(h, "tr", NULL);
    cell(h, "Verdict");
    html_verdict(h, c->verdict);
    html_close(h);
    cell(h, "Finding");
    html_leaf(h, "strong", NULL, c->title);
    if (c->reason[0]) {
        html_text(h, " ");
        html_leaf(h, "span", "reason", c->reason);
    }
    if (c->exploit)
        html_leaf(h, "p", "exploit", c->exploit);
    html_close(h);
    cell(h, "Rule");
    html_textf(h, "%s ", c->level);
    html_spec(h, c->spec);
    html_close(h);
    cell(h, "Evidence");
    case_link(h, c);
    further(h, list + 1, n - 1);
    html_close(h);
    html_close(h);
}

static void table_open(struct html *h, enum report_severity s)
{
    static const char *const columns[] = {"Verdict", "Finding", "Rule",
                                          "Evidence"};
    char caption[60];

    snprintf(caption, sizeof caption, "Findings of severity %s",
             report_severity_name(s));
    html_table(h, "findings", caption, columns,
               sizeof columns / sizeof *columns);
}

struct work {
    const struct result_case **list;
    bool *done;
};

/* The case at place i of the order, and all like it. */
static void collect(struct html *h, struct work *w, size_t i)
{
    const struct result_case *first = html_at(h, i);
    size_t n = 0;

    w->done[i] = true;
    w->list[n++] = first;
    for (size_t k = i + 1; k < h->s->n_rows; k++) {
        const struct result_case *c = html_at(h, k);

        if (w->done[k] || !report_same_cause(first, c) ||
            report_severity_of(first) != report_severity_of(c))
            continue;
        w->done[k] = true;
        w->list[n++] = c;
    }
    finding(h, w->list, n);
}

static void severity(struct html *h, struct work *w, enum report_severity s)
{
    size_t n = 0;

    for (size_t i = 0; i < h->s->n_rows; i++) {
        const struct result_case *c = html_at(h, i);

        if (w->done[i] || report_severity_of(c) != s)
            continue;
        if (n++ == 0) {
            html_leaff(h, "h3", NULL, "Severity: %s",
                       report_severity_name(s));
            html_leaf(h, "p", NULL, report_severity_meaning(s));
            table_open(h, s);
        }
        collect(h, w, i);
    }
    if (n)
        html_table_end(h);
}

void html_findings(struct html *h)
{
    struct work w = {calloc(h->s->n_rows + 1, sizeof(void *)),
                     calloc(h->s->n_rows + 1, sizeof(bool))};
    size_t any = result_count(h->r, VERDICT_FAIL) +
                 result_count(h->r, VERDICT_WARN) +
                 result_count(h->r, VERDICT_INFO);

    if (any == 0)
        html_leaf(h, "p", NULL, "Nothing was found that a rule speaks "
                                "against.");
    for (int s = SEVERITY_COUNT - 1; w.list && w.done && s > SEVERITY_NONE;
         s--)
        severity(h, &w, (enum report_severity)s);
    free(w.list);
    free(w.done);
}
