/*
 * html_matrix: a row for each RFC with what its cases came to, and a mark
 * for each of its sections. See html.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/html.h"
#include "report/rfc.h"

/* One case or one requirement, and what it says of its section. */
struct mark {
    struct html_place place;
    enum result_status status;
    bool is_case;
    enum verdict verdict;
};

static enum result_status status_of(enum verdict v)
{
    static const enum result_status of[VERDICT_COUNT] = {
        [VERDICT_PASS] = RESULT_PASS,       [VERDICT_INFO] = RESULT_INFO,
        [VERDICT_SKIP] = RESULT_NOT_RUN,    [VERDICT_WARN] = RESULT_WARN,
        [VERDICT_BLOCKED] = RESULT_NOT_RUN, [VERDICT_FAIL] = RESULT_FAIL,
        [VERDICT_ERROR] = RESULT_NOT_RUN,
    };

    return of[v];
}

static int by_place(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;

    return html_place_compare(&x->place, &y->place);
}

static size_t fill(const struct html *h, struct mark *marks)
{
    const struct result *r = h->r;
    size_t n = 0;

    for (size_t i = 0; i < h->s->n_rows; i++) {
        enum verdict v = html_at(h, i)->verdict;

        marks[n++] = (struct mark){.place = *html_place(h, i),
                                   .status = status_of(v),
                                   .verdict = v,
                                   .is_case = true};
    }
    for (size_t i = 0; i < r->n_requirements; i++) {
        const struct result_requirement *q = &r->requirements[i];

        marks[n++] = (struct mark){
            .place = {report_rfc_number(q->rfc, NULL),
                      (char *)(uintptr_t)q->section},
            .status = q->status};
    }
    qsort(marks, n, sizeof *marks, by_place);
    return n;
}

/* ---- one section ------------------------------------------------------ */

/* marks[0..n) are of one section; the worst of them counts. */
static void section(struct html *h, const struct mark *marks, size_t n)
{
    enum result_status worst = RESULT_UNTESTABLE;
    const char *kind = "need", *status;
    char name[64];

    for (size_t i = 0; i < n; i++) {
        if (marks[i].status > worst)
            worst = marks[i].status;
        if (marks[i].is_case)
            kind = "section";
    }
    status = report_status_name(worst);
    snprintf(name, sizeof name, "%u/%s", marks->place.rfc,
             marks->place.section);
    html_open(h, "li", NULL);
    html_link_open(h, kind, name);
    html_attribute(h, "class", status);
    html_text(h, marks->place.section[0] ? marks->place.section : "all");
    html_leaff(h, "span", "hidden", " %s", status);
    html_close(h);
    html_close(h);
}

/* ---- one RFC ---------------------------------------------------------- */

static void count(struct html *h, size_t n, enum verdict v, const char *label)
{
    html_open(h, "td", n ? verdict_name(v) : "none");
    html_attribute(h, "data-label", label);
    html_textf(h, "%zu", n);
    html_close(h);
}

void html_rfc(struct html *h, unsigned rfc)
{
    if (rfc == 0) {
        html_text(h, "Others");
        return;
    }
    html_textf(h, "RFC %u", rfc);
    html_text(h, " ");
    html_leaf(h, "span", "topic", report_rfc_topic(rfc));
}

static void row(struct html *h, const struct mark *marks, size_t n)
{
    static const enum verdict shown[] = {VERDICT_FAIL, VERDICT_WARN,
                                         VERDICT_INFO, VERDICT_PASS};
    size_t counts[VERDICT_COUNT] = {0}, end;

    for (size_t i = 0; i < n; i++)
        counts[marks[i].verdict] += marks[i].is_case;
    html_open(h, "tr", NULL);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    html_rfc(h, marks->place.rfc);
    html_close(h);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        count(h, counts[shown[i]], shown[i], verdict_name(shown[i]));
    count(h,
          counts[VERDICT_SKIP] + counts[VERDICT_BLOCKED] +
              counts[VERDICT_ERROR],
          VERDICT_SKIP, "not judged");
    html_open(h, "td", NULL);
    html_open(h, "ul", "chips");
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n; end++)
            if (by_place(&marks[end], &marks[i]) != 0)
                break;
        section(h, marks + i, end - i);
    }
    html_close(h);
    html_close(h);
    html_close(h);
}

static void legend(struct html *h)
{
    static const char *const names[] = {"fail", "warn",    "info",
                                        "pass", "not-run", "uncovered"};
    static const char *const says[] = {
        "a case failed", "a warning", "a note", "kept", "not reached",
        "no case, or not to be seen from outside"};

    html_open(h, "ul", "chips legend");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        html_open(h, "li", NULL);
        html_leaf(h, "span", names[i], says[i]);
        html_close(h);
    }
    html_close(h);
}

void html_matrix(struct html *h)
{
    static const char *const columns[] = {
        "RFC", "FAIL", "WARN", "INFO", "PASS", "not judged", "Sections"};
    struct mark *marks =
        calloc(h->s->n_rows + h->r->n_requirements + 1, sizeof *marks);
    size_t n = marks ? fill(h, marks) : 0, end;

    html_leaf(h, "p", NULL,
              "Cases by the RFC that they are filed under, and a mark for "
              "each section: the worst of its cases and requirements.");
    legend(h);
    html_table(h, "matrix", "Verdicts by RFC and section", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n; end++)
            if (marks[end].place.rfc != marks[i].place.rfc)
                break;
        row(h, marks + i, end - i);
    }
    html_table_end(h);
    free(marks);
}
