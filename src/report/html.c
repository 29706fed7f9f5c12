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

static const struct {
    const char *id, *title;
    void (*write)(struct html *h);
} parts[] = {
    {"summary", "Summary", html_summary},
    {"findings", "Findings", html_findings},
    {"coverage", "Scope and coverage", html_coverage},
    {"matrix", "By RFC and section", html_matrix},
    {"cases", "Cases", html_cases},
    {"requirements", "Requirements", html_requirements},
    {"evidence", "Evidence", html_evidence},
};

#define PARTS (sizeof parts / sizeof *parts)

static void skip_link(struct html *h)
{
    html_open(h, "a", "skip");
    html_attribute(h, "href", "#main");
    html_text(h, "Skip to the report");
    html_close(h);
}

static void navigation(struct html *h)
{
    html_open(h, "nav", NULL);
    html_attribute(h, "aria-label", "Parts of this report");
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < PARTS; i++) {
        char href[40];

        snprintf(href, sizeof href, "#%s", parts[i].id);
        html_open(h, "li", NULL);
        html_open(h, "a", NULL);
        html_attribute(h, "href", href);
        html_text(h, parts[i].title);
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
    html_open(h, "body", NULL);
    skip_link(h);
    html_identity(h);
    navigation(h);
    html_open(h, "main", NULL);
    html_attribute(h, "id", "main");
    html_attribute(h, "tabindex", "-1");
    for (size_t i = 0; i < PARTS; i++) {
        html_section(h, parts[i].id, parts[i].title);
        parts[i].write(h);
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

int report_html_write(const struct result *r, const struct report_options *o,
                      FILE *out)
{
    xmlOutputBufferPtr buffer =
        xmlOutputBufferCreateIO(write_out, NULL, out, NULL);
    struct html h = {.r = r, .w = buffer ? xmlNewTextWriter(buffer) : NULL};
    bool ok =
        h.w && html_order(&h) && report_digest_json(r, &h.digest);

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
