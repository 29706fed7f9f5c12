/*
 * html_several: servers side by side. See html.h.
 */
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/html.h"

static const enum verdict order[] = {
    VERDICT_FAIL, VERDICT_WARN,    VERDICT_INFO, VERDICT_PASS,
    VERDICT_SKIP, VERDICT_BLOCKED, VERDICT_ERROR};

#define VERDICTS (sizeof order / sizeof *order)

const char *html_run_name(const struct html *h, size_t run)
{
    if (h->s->mode == SEVERAL_COMPARE)
        return run ? "now" : "before";
    return h->s->names[run];
}

static void row_head(struct html *h, size_t run)
{
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    if (h->s->mode == SEVERAL_SERVERS)
        html_leaff(h, "span", "number", "%zu ", run + 1);
    html_leaf(h, "bdi", NULL, html_run_name(h, run));
    html_close(h);
}

/* Wide tables scroll by themselves, by keyboard too. */
static void wide_open(struct html *h, const char *label)
{
    html_open(h, "section", "wide");
    html_attribute(h, "tabindex", "0");
    html_attribute(h, "aria-label", label);
}

/* ---- who was tested ------------------------------------------------------ */

static void greeting(struct html *h, struct smtp_span s)
{
    char line[200];

    report_escape(s, line, sizeof line);
    html_leaf(h, "code", NULL, line);
}

static void server(struct html *h, size_t run)
{
    const struct result *r = h->s->runs[run];
    char at[40];

    report_time(r->started, at, sizeof at);
    html_open(h, "tr", NULL);
    row_head(h, run);
    html_open(h, "td", NULL);
    greeting(h, r->server.greeting);
    html_close(h);
    html_leaf(h, "td", NULL, r->server.profile);
    html_leaf(h, "td", NULL,
              r->server.tls ? r->server.tls->version : "none");
    html_leaff(h, "td", NULL, "%.10s %.5s UTC", at, at + 11);
    html_open(h, "td", NULL);
    html_text(h, r->tool);
    if (r->suite && r->suite[0]) {
        html_text(h, " ");
        html_leaf(h, "code", NULL, r->suite);
    }
    html_close(h);
    html_close(h);
}

void html_servers(struct html *h)
{
    static const char *const columns[] = {"Target", "Greeting", "Tested as",
                                          "TLS",    "Date",     "Tool, suite"};

    wide_open(h, "Table of who was tested");
    html_table(h, "servers", "Who was tested", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < h->s->n; i++)
        server(h, i);
    html_table_end(h);
    html_close(h);
}

/* ---- counts -------------------------------------------------------------- */

static void count(struct html *h, size_t n, const char *class,
                  const char *label)
{
    html_open(h, "td", n ? class : "none");
    html_attribute(h, "data-label", label);
    html_textf(h, "%zu", n);
    html_close(h);
}

static void counts_row(struct html *h, size_t run)
{
    const struct result *r = h->s->runs[run];

    html_open(h, "tr", NULL);
    row_head(h, run);
    for (size_t i = 0; i < VERDICTS; i++)
        count(h, result_count(r, order[i]), verdict_name(order[i]),
              verdict_name(order[i]));
    count(h, report_severity_count(r, SEVERITY_HIGH), "FAIL",
          "High severity");
    html_leaf(h, "td", "why", r->failure ? r->failure : "");
    html_close(h);
}

void html_counts(struct html *h)
{
    const char *columns[VERDICTS + 3];
    size_t n = 0;

    columns[n++] = h->s->mode == SEVERAL_SERVERS ? "Server" : "Run";
    for (size_t i = 0; i < VERDICTS; i++)
        columns[n++] = verdict_name(order[i]);
    columns[n++] = "High severity";
    columns[n++] = "Could not test";
    html_leaf(h, "p", NULL,
              "FAIL: the server breaks a rule. WARN: it goes against a "
              "recommendation. INFO: allowed, and noted. PASS: the rule is "
              "kept. All others: no judgement. High severity: cases in which "
              "an attacker gains something where a rule is broken.");
    wide_open(h, "Table of verdicts");
    html_table(h, "matrix several", "Verdicts", columns, n);
    for (size_t i = 0; i < h->s->n; i++)
        counts_row(h, i);
    html_table_end(h);
    html_close(h);
}

/* ---- cases --------------------------------------------------------------- */

static void verdict_cell(struct html *h, const struct several_row *row,
                         size_t run)
{
    const struct result_case *c = row->in[run];
    const char *name = c ? verdict_name(c->verdict) : "";

    html_open(h, "td", c ? name : NULL);
    if (c && html_is_finding(c)) {
        html_link_open(h, "case", c->id);
        html_text(h, name);
        html_close(h);
    } else {
        html_text(h, c ? name : "-");
    }
    html_close(h);
}

/* "FAIL PASS": what the filters look at. */
static void verdicts_of(const struct html *h, const struct several_row *row,
                        char *out, size_t cap)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t v = 0; v < VERDICTS; v++) {
        size_t k = 0;

        while (k < h->s->n &&
               !(row->in[k] && row->in[k]->verdict == order[v]))
            k++;
        if (k < h->s->n && at < cap)
            at += (size_t)snprintf(out + at, cap - at, "%s%s", at ? " " : "",
                                   verdict_name(order[v]));
    }
}

static void filter_data(struct html *h, size_t i)
{
    char text[80];

    verdicts_of(h, html_row(h, i), text, sizeof text);
    html_attribute(h, "data-v", text);
    html_attribute(h, "data-l", html_row(h, i)->any->level);
}

static void case_row(struct html *h, size_t i)
{
    const struct several_row *row = html_row(h, i);

    html_open(h, "tr", "case");
    filter_data(h, i);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    html_text(h, row->any->title);
    html_text(h, " ");
    html_leaf(h, "code", "id", row->id);
    html_close(h);
    for (size_t k = 0; k < h->s->n; k++)
        verdict_cell(h, row, k);
    html_close(h);
}

/* The name of each server over its column, from below. */
static void columns_head(struct html *h)
{
    html_open(h, "table", "side");
    html_leaf(h, "caption", "hidden", "Verdict of each case, by server");
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "col");
    html_text(h, "Case");
    html_close(h);
    for (size_t i = 0; i < h->s->n; i++) {
        html_open(h, "th", NULL);
        html_attribute(h, "scope", "col");
        html_leaff(h, "span", "turned", "%zu %s", i + 1,
                   html_run_name(h, i));
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

/* A body of the table, or a section of the list, for each RFC. */
static void area_open(struct html *h, const char *element, unsigned rfc)
{
    char value[16];

    snprintf(value, sizeof value, "%u", rfc);
    html_open(h, element, "area");
    html_attribute(h, "data-a", value);
}

static void area_head(struct html *h, unsigned rfc)
{
    char span[16];

    snprintf(span, sizeof span, "%zu", h->s->n + 1);
    html_open(h, "tr", NULL);
    html_open(h, "th", "rfc");
    html_attribute(h, "scope", "rowgroup");
    html_attribute(h, "colspan", span);
    html_rfc(h, rfc);
    html_close(h);
    html_close(h);
}

void html_side_by_side(struct html *h)
{
    html_filters(h);
    wide_open(h, "Table of cases by server");
    columns_head(h);
    for (size_t i = 0; i < h->s->n_rows; i++) {
        unsigned rfc = html_place(h, i)->rfc;

        if (i == 0 || rfc != html_place(h, i - 1)->rfc) {
            if (i)
                html_close(h);
            area_open(h, "tbody", rfc);
            area_head(h, rfc);
        }
        case_row(h, i);
    }
    if (h->s->n_rows)
        html_close(h);
    html_close(h);
    html_close(h);
}

/* ---- what was found, server by server ------------------------------------ */

static void answer(struct html *h, size_t run, const struct result_case *c)
{
    html_open(h, "div", "answer");
    html_open(h, "h4", NULL);
    html_verdict(h, c->verdict);
    html_text(h, " ");
    html_leaf(h, "bdi", NULL, html_run_name(h, run));
    html_close(h);
    html_open(h, "dl", NULL);
    html_case_answer(h, c);
    html_case_again(h, c);
    html_close(h);
    html_session(h, c);
    html_close(h);
}

static bool any_finding(const struct html *h, const struct several_row *row)
{
    for (size_t k = 0; k < h->s->n; k++)
        if (row->in[k] && html_is_finding(row->in[k]))
            return true;
    return false;
}

static void answers(struct html *h, size_t i)
{
    const struct several_row *row = html_row(h, i);

    html_open(h, "details", "case echo shown");
    html_id(h, "case", row->id);
    filter_data(h, i);
    html_open(h, "summary", NULL);
    html_leaf(h, "span", "title", row->any->title);
    html_text(h, " ");
    html_leaf(h, "code", "id", row->id);
    html_close(h);
    html_open(h, "dl", NULL);
    html_case_rule(h, row->any);
    html_case_about(h, row->any);
    html_close(h);
    for (size_t k = 0; k < h->s->n; k++)
        if (row->in[k] && html_is_finding(row->in[k]))
            answer(h, k, row->in[k]);
    html_close(h);
}

void html_answers(struct html *h)
{
    size_t n = 0;
    unsigned last = 0;

    html_leaf(h, "p", NULL, "Each case in which at least one server did not "
                            "simply keep the rule, with what it answered.");
    for (size_t i = 0; i < h->s->n_rows; i++) {
        unsigned rfc = html_place(h, i)->rfc;

        if (!any_finding(h, html_row(h, i)))
            continue;
        if (n == 0 || rfc != last) {
            if (n)
                html_close(h);
            area_open(h, "section", rfc);
            html_open(h, "h3", NULL);
            html_rfc(h, rfc);
            html_close(h);
        }
        answers(h, i);
        last = rfc;
        n++;
    }
    if (n)
        html_close(h);
}

/* ---- requirements -------------------------------------------------------- */

static void status_row(struct html *h, const struct several_requirement *q)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", NULL);
    html_attribute(h, "scope", "row");
    html_id(h, "need", q->any->id);
    html_leaf(h, "code", NULL, q->any->id);
    html_textf(h, " %s: %s.", q->any->level, q->any->text);
    html_close(h);
    for (size_t k = 0; k < h->s->n; k++) {
        const char *status =
            q->in[k] ? report_status_name(q->in[k]->status) : "-";

        html_leaf(h, "td", status, status);
    }
    html_close(h);
}

void html_statuses(struct html *h)
{
    wide_open(h, "Table of requirements by server");
    columns_head(h);
    html_open(h, "tbody", NULL);
    for (size_t i = 0; i < h->s->n_requirements; i++)
        status_row(h, &h->s->requirements[i]);
    html_close(h);
    html_close(h);
    html_close(h);
}
