/*
 * html: one page that reads from the top down: what was found, in plain
 * words; the findings; what was not tested; then everything. It needs no
 * script to be read.
 */
#include "report/html.h"

#include <errno.h>
#include <stdio.h>

#include "report/assets.h"
#include "report/formats.h"

struct part {
    const char *id, *title;
    void (*write)(struct html *h);
};

static const struct part single[] = {
    {"summary", "Summary", html_summary},
    {"findings", "Findings", html_findings},
    {"coverage", "Scope and coverage", html_coverage},
    {"matrix", "By RFC and section", html_matrix},
    {"cases", "Cases", html_cases},
    {"requirements", "Requirements", html_requirements},
    {"evidence", "Evidence", html_evidence},
    {NULL, NULL, NULL},
};

static const struct part servers[] = {
    {"summary", "Summary", html_counts},
    {"servers", "Servers", html_servers},
    {"cases", "Cases side by side", html_side_by_side},
    {"answers", "Findings in detail", html_answers},
    {"requirements", "Requirements", html_statuses},
    {"evidence", "Evidence", html_evidence},
    {NULL, NULL, NULL},
};

static const struct part compare[] = {
    {"summary", "Summary", html_changes},
    {"servers", "Runs", html_servers},
    {"new", "New", html_change_new},
    {"fixed", "Fixed", html_change_fixed},
    {"changed", "Changed", html_change_changed},
    {"same", "The same as before", html_change_same},
    {"evidence", "Evidence", html_evidence},
    {NULL, NULL, NULL},
};

static const struct part *const parts_of[] = {
    [SEVERAL_SINGLE] = single,
    [SEVERAL_SERVERS] = servers,
    [SEVERAL_COMPARE] = compare,
};

static void skip_link(struct html *h)
{
    html_open(h, "a", "skip");
    html_attribute(h, "href", "#main");
    html_text(h, "Skip to the report");
    html_close(h);
}

static void navigation(struct html *h, const struct part *p)
{
    html_open(h, "nav", NULL);
    html_attribute(h, "aria-label", "Parts of this report");
    html_open(h, "ul", NULL);
    for (; p->id; p++) {
        char href[40];

        snprintf(href, sizeof href, "#%s", p->id);
        html_open(h, "li", NULL);
        html_open(h, "a", NULL);
        html_attribute(h, "href", href);
        html_text(h, p->title);
        html_close(h);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void footer(struct html *h)
{
    html_open(h, "footer", NULL);
    html_leaff(h, "p", NULL, "Made by %s. %s", h->r->tool,
               "All that the server sent is shown escaped: \\r, \\n and \\xHH "
               "stand for octets.");
    html_close(h);
}

static void body(struct html *h)
{
    const struct part *p = parts_of[h->s->mode];

    html_open(h, "body", NULL);
    skip_link(h);
    html_identity(h);
    navigation(h, p);
    html_open(h, "main", NULL);
    html_attribute(h, "id", "main");
    html_attribute(h, "tabindex", "-1");
    for (; p->id; p++) {
        html_section(h, p->id, p->title);
        p->write(h);
        html_close(h);
    }
    html_close(h);
    footer(h);
    html_close(h);
}

static void document(struct html *h)
{
    xmlTextWriterWriteDTD(h->w, (const xmlChar *)"html", NULL, NULL, NULL);
    xmlTextWriterWriteRaw(h->w, (const xmlChar *)"\n");
    html_open(h, "html", NULL);
    html_attribute(h, "lang", "en");
    html_head(h);
    body(h);
    html_close(h);
    xmlTextWriterWriteRaw(h->w, (const xmlChar *)"\n");
}

/* The library prints errors of its own: it is told of none, the stream
 * remembers. */
static int write_out(void *context, const char *buffer, int n)
{
    fwrite(buffer, 1, (size_t)n, context);
    return n;
}

int report_html_write_several(const struct several *s,
                              const struct report_options *o, FILE *out)
{
    xmlOutputBufferPtr buffer =
        xmlOutputBufferCreateIO(write_out, NULL, out, NULL);
    struct html h = {.s = s, .r = s->runs[0],
                     .w = buffer ? xmlNewTextWriter(buffer) : NULL};
    bool ok = h.w && html_order(&h);

    (void)o;
    if (ok)
        document(&h);
    if (h.w)
        xmlFreeTextWriter(h.w);
    else if (buffer)
        xmlOutputBufferClose(buffer);
    html_order_free(&h);
    if (!ok)
        errno = ENOMEM;
    return !ok || ferror(out) ? -1 : 0;
}

int report_html_write(const struct result *r, const struct report_options *o,
                      FILE *out)
{
    struct several s;
    int rc = -1;

    if (several_init(&s, SEVERAL_SINGLE, &r, 1))
        rc = report_html_write_several(&s, o, out);
    else
        errno = ENOMEM;
    several_free(&s);
    return rc;
}
