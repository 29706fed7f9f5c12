/*
 * html_trace: each requirement, the cases that look at it, and what came of
 * it or why it was not tested; and the digest of the evidence. See html.h.
 */
#include <stdio.h>
#include <string.h>

#include "report/formats.h"
#include "report/html.h"
#include "report/rfc.h"

#define FEW 4 /* cases of a requirement that are not folded */

static bool covers(const struct result_case *c, const char *id)
{
    for (size_t i = 0; i < c->n_covers; i++)
        if (strcmp(c->covers[i], id) == 0)
            return true;
    return false;
}

static void case_item(struct html *h, const struct result_case *c)
{
    html_open(h, "li", NULL);
    html_verdict(h, c->verdict);
    html_text(h, " ");
    html_link_open(h, "case", c->id);
    html_text(h, c->id);
    html_close(h);
    html_close(h);
}

/* Cases of a requirement; returns how many there are. */
static size_t cases(struct html *h, const char *id, bool write)
{
    size_t n = 0;

    for (size_t i = 0; i < h->s->n_rows; i++) {
        const struct result_case *c = html_at(h, i);

        if (!covers(c, id))
            continue;
        n++;
        if (write)
            case_item(h, c);
    }
    return n;
}

static void covered_by(struct html *h, const struct result_requirement *q)
{
    size_t n = cases(h, q->id, false);

    if (n == 0) {
        html_text(h, q->reason[0] ? q->reason : "no case in this run");
        return;
    }
    if (n > FEW) {
        html_open(h, "details", NULL);
        html_leaff(h, "summary", NULL, "%zu cases", n);
    }
    html_open(h, "ul", NULL);
    cases(h, q->id, true);
    html_close(h);
    if (n > FEW)
        html_close(h);
}

static bool same_section(const struct result_requirement *a,
                         const struct result_requirement *b)
{
    return strcmp(a->rfc, b->rfc) == 0 && strcmp(a->section, b->section) == 0;
}

/* The first of its section: what the matrix leads to. */
static void section_id(struct html *h, size_t i)
{
    const struct result_requirement *q = &h->r->requirements[i];
    char name[64];

    for (size_t k = 0; k < i; k++)
        if (same_section(&h->r->requirements[k], q))
            return;
    snprintf(name, sizeof name, "%u/%s", report_rfc_number(q->rfc, NULL),
             q->section);
    html_id(h, "need", name);
}

static void row(struct html *h, size_t i)
{
    const struct result_requirement *q = &h->r->requirements[i];
    const char *status = report_status_name(q->status);
    char place[80], class[32];

    html_open(h, "tr", NULL);
    section_id(h, i);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    html_id(h, "need", q->id);
    html_text(h, q->id);
    html_close(h);
    html_open(h, "td", NULL);
    snprintf(place, sizeof place, "%s %s", q->rfc, q->section);
    html_leaf(h, "b", NULL, q->level);
    html_textf(h, ": %s. ", q->text);
    html_open(h, "span", "rule");
    html_spec(h, place);
    html_close(h);
    html_close(h);
    html_open(h, "td", NULL);
    snprintf(class, sizeof class, "status %s", status);
    html_leaf(h, "span", class, status);
    html_close(h);
    html_open(h, "td", NULL);
    covered_by(h, q);
    html_close(h);
    html_close(h);
}

void html_requirements(struct html *h)
{
    static const char *const columns[] = {"Requirement", "What it says",
                                         "Status",
                                         "Cases, or why there is none"};

    html_table(h, "trace", "Requirements and the cases that look at them",
               columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < h->r->n_requirements; i++)
        row(h, i);
    html_table_end(h);
}

/* ---- evidence --------------------------------------------------------- */

void html_evidence(struct html *h)
{
    html_leaff(h, "p", NULL,
               "Result JSON (smtpspec check --json FILE) holds every session "
               "whole, octet by octet. This report was made from the "
               "result%s with %s SHA-256:",
               h->s->n > 1 ? "s" : "", h->s->n > 1 ? "these" : "this");
    html_open(h, "ul", "plain");
    for (size_t i = 0; i < h->s->n; i++) {
        html_open(h, "li", NULL);
        html_leaf(h, "code", "digest", h->digests[i].hex);
        html_textf(h, " %s", html_run_name(h, i));
        html_close(h);
    }
    html_close(h);
    html_open(h, "p", NULL);
    html_text(h, "To check that a file is one of them: ");
    html_leaf(h, "code", NULL,
              "smtpspec report --verify REPORT.html RESULT.json");
    html_close(h);
}
