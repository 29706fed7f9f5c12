/*
 * html_write: elements, text and links. See html.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/html.h"
#include "report/reference.h"

static const xmlChar *xml(const char *s)
{
    return (const xmlChar *)s;
}

void html_open(struct html *h, const char *name, const char *class)
{
    xmlTextWriterStartElement(h->w, xml(name));
    if (class)
        html_attribute(h, "class", class);
}

void html_attribute(struct html *h, const char *name, const char *value)
{
    char *clean = report_clean(value);

    xmlTextWriterWriteAttribute(h->w, xml(name), xml(clean));
    free(clean);
}

void html_text(struct html *h, const char *text)
{
    char *clean;

    if (!text)
        return;
    clean = report_clean(text);
    xmlTextWriterWriteString(h->w, xml(clean));
    free(clean);
}

static void text_v(struct html *h, const char *format, va_list args)
{
    char *text;

    if (vasprintf(&text, format, args) < 0) {
        fputs("smtpspec: out of memory\n", stderr);
        _Exit(3);
    }
    html_text(h, text);
    free(text);
}

void html_textf(struct html *h, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    text_v(h, format, args);
    va_end(args);
}

void html_close(struct html *h)
{
    xmlTextWriterFullEndElement(h->w);
}

void html_void(struct html *h)
{
    xmlTextWriterEndElement(h->w);
}

void html_leaf(struct html *h, const char *name, const char *class,
               const char *text)
{
    html_open(h, name, class);
    html_text(h, text);
    html_close(h);
}

void html_leaff(struct html *h, const char *name, const char *class,
                const char *format, ...)
{
    va_list args;

    html_open(h, name, class);
    va_start(args, format);
    text_v(h, format, args);
    va_end(args);
    html_close(h);
}

/* ---- places in the document ------------------------------------------- */

/* Letters, digits and a little more stand for themselves. '=' takes the
 * place of '%', which a link would decode. From malloc. */
static char *anchor(const char *before, const char *kind, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-._/";
    size_t at = strlen(before) + strlen(kind) + 1;
    char *out = malloc(at + 3 * strlen(name) + 1);

    if (!out) {
        fputs("smtpspec: out of memory\n", stderr);
        _Exit(3);
    }
    sprintf(out, "%s%s-", before, kind);
    for (; *name; name++) {
        if (strchr(plain, *name))
            out[at++] = *name;
        else
            at += (size_t)sprintf(out + at, "=%02X", (unsigned char)*name);
    }
    out[at] = '\0';
    return out;
}

void html_id(struct html *h, const char *kind, const char *name)
{
    char *id = anchor("", kind, name);

    html_attribute(h, "id", id);
    free(id);
}

void html_link_open(struct html *h, const char *kind, const char *name)
{
    char *href = anchor("#", kind, name);

    html_open(h, "a", NULL);
    html_attribute(h, "href", href);
    free(href);
}

void html_section(struct html *h, const char *id, const char *title)
{
    char label[80];

    snprintf(label, sizeof label, "%s-title", id);
    html_open(h, "section", NULL);
    html_attribute(h, "id", id);
    html_attribute(h, "aria-labelledby", label);
    html_open(h, "h2", NULL);
    html_attribute(h, "id", label);
    html_text(h, title);
    html_close(h);
}

/* ---- tables ----------------------------------------------------------- */

void html_table(struct html *h, const char *class, const char *caption,
                const char *const *columns, size_t n)
{
    html_open(h, "table", class);
    html_leaf(h, "caption", "hidden", caption);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "th", NULL);
        html_attribute(h, "scope", "col");
        html_text(h, columns[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_open(h, "tbody", NULL);
}

void html_table_end(struct html *h)
{
    html_close(h);
    html_close(h);
}

/* ---- RFCs ---------------------------------------------------------------- */

void html_spec(struct html *h, const char *spec)
{
    struct report_reference ref = {0};
    const char *at = spec;
    unsigned last = 0;

    while (report_reference_next(&at, &ref)) {
        char url[96];

        if (last)
            html_text(h, ref.rfc == last ? ", " : "; ");
        report_reference_url(&ref, url, sizeof url);
        html_open(h, "a", NULL);
        html_attribute(h, "href", url);
        if (ref.rfc != last)
            html_textf(h, "RFC %u%s", ref.rfc, ref.section[0] ? " " : "");
        html_text(h, ref.section);
        html_close(h);
        last = ref.rfc;
    }
    if (!last)
        html_text(h, spec);
}
