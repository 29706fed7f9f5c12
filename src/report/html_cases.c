/*
 * html_cases: the filters, and the cases by RFC and section. See html.h.
 *
 * Without a script nothing is hidden and no filter is shown.
 */
#include <stdio.h>
#include <string.h>

#include "report/html.h"
#include "report/rfc.h"

/* ---- filters ---------------------------------------------------------- */

/* How many cases have the verdict in at least one run. */
static size_t rows_with(const struct html *h, enum verdict v)
{
    size_t n = 0;

    for (size_t i = 0; i < h->s->n_rows; i++) {
        const struct result_case *const *in = h->s->rows[i].in;
        size_t k = 0;

        while (k < h->s->n && !(in[k] && in[k]->verdict == v))
            k++;
        n += k < h->s->n;
    }
    return n;
}

static void verdict_boxes(struct html *h)
{
    static const enum verdict order[] = {
        VERDICT_FAIL, VERDICT_WARN,    VERDICT_INFO, VERDICT_PASS,
        VERDICT_SKIP, VERDICT_BLOCKED, VERDICT_ERROR};

    html_open(h, "fieldset", NULL);
    html_leaf(h, "legend", NULL, "Verdict");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t n = rows_with(h, order[i]);

        if (n == 0)
            continue;
        html_open(h, "label", NULL);
        html_open(h, "input", NULL);
        html_attribute(h, "type", "checkbox");
        html_attribute(h, "name", "v");
        html_attribute(h, "value", verdict_name(order[i]));
        html_attribute(h, "checked", "checked");
        html_void(h);
        html_text(h, " ");
        html_verdict(h, order[i]);
        html_textf(h, " %zu", n);
        html_close(h);
    }
    html_close(h);
}

static void option(struct html *h, const char *value, const char *text)
{
    html_open(h, "option", NULL);
    html_attribute(h, "value", value);
    html_text(h, text);
    html_close(h);
}

static void levels(struct html *h)
{
    static const char *const rows[] = {"MUST",       "MUST NOT", "GRAMMAR",
                                       "SHOULD",     "SHOULD NOT", "MAY"};

    html_open(h, "label", NULL);
    html_text(h, "Level ");
    html_open(h, "select", NULL);
    html_attribute(h, "name", "l");
    option(h, "", "any");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        option(h, rows[i], rows[i]);
    html_close(h);
    html_close(h);
}

static unsigned rfc_at(const struct html *h, size_t i)
{
    return html_place(h, i)->rfc;
}

static void areas(struct html *h)
{
    html_open(h, "label", NULL);
    html_text(h, "Area ");
    html_open(h, "select", NULL);
    html_attribute(h, "name", "a");
    option(h, "", "all RFCs");
    for (size_t i = 0; i < h->s->n_rows; i++) {
        unsigned rfc = rfc_at(h, i);
        char value[16], text[80];

        if (i && rfc == rfc_at(h, i - 1))
            continue;
        snprintf(value, sizeof value, "%u", rfc);
        snprintf(text, sizeof text, "RFC %u %s", rfc, report_rfc_topic(rfc));
        option(h, value, rfc ? text : "Others");
    }
    html_close(h);
    html_close(h);
}

static void words(struct html *h)
{
    html_open(h, "label", "text");
    html_text(h, "Text ");
    html_open(h, "input", NULL);
    html_attribute(h, "type", "search");
    html_attribute(h, "name", "t");
    html_attribute(h, "autocomplete", "off");
    html_attribute(h, "placeholder", "words, an id, a reply");
    html_void(h);
    html_close(h);
}

void html_filters(struct html *h)
{
    html_open(h, "form", NULL);
    html_attribute(h, "id", "filter");
    html_attribute(h, "aria-label", "Which cases are shown");
    html_attribute(h, "hidden", "hidden");
    verdict_boxes(h);
    html_open(h, "div", NULL);
    levels(h);
    areas(h);
    words(h);
    html_open(h, "button", NULL);
    html_attribute(h, "type", "reset");
    html_text(h, "Show all");
    html_close(h);
    html_open(h, "output", NULL);
    html_attribute(h, "aria-live", "polite");
    html_close(h);
    html_close(h);
    html_close(h);
}

/* ---- the list --------------------------------------------------------- */

static bool same_section(const struct html *h, size_t i, size_t k)
{
    return html_place_compare(html_place(h, i), html_place(h, k)) == 0;
}

/* Cases i to end are of one section. */
static void section(struct html *h, size_t i, size_t end)
{
    const struct html_place *place = html_place(h, i);
    char name[64];

    snprintf(name, sizeof name, "%u/%s", place->rfc, place->section);
    html_open(h, "section", "part");
    html_id(h, "section", name);
    if (place->section[0])
        html_leaff(h, "h4", NULL, "Section %s", place->section);
    for (; i < end; i++)
        html_case(h, html_at(h, i));
    html_close(h);
}

static void area(struct html *h, size_t i, size_t end)
{
    size_t next;
    char value[16];

    snprintf(value, sizeof value, "%u", rfc_at(h, i));
    html_open(h, "section", "area");
    html_attribute(h, "data-a", value);
    html_open(h, "h3", NULL);
    html_rfc(h, rfc_at(h, i));
    html_close(h);
    for (; i < end; i = next) {
        for (next = i + 1; next < end; next++)
            if (!same_section(h, next, i))
                break;
        section(h, i, next);
    }
    html_close(h);
}

void html_cases(struct html *h)
{
    size_t end;

    html_filters(h);
    for (size_t i = 0; i < h->s->n_rows; i = end) {
        for (end = i + 1; end < h->s->n_rows; end++)
            if (rfc_at(h, end) != rfc_at(h, i))
                break;
        area(h, i, end);
    }
}
