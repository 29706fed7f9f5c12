/*
 * html_write: elements, text and links. See html.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/html.h"
#include "report/rfc.h"

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

/* ---- RFCs ------------------------------------------------------------- */

/* s[0..n) is "4.1.2", or "F.2" of an appendix. */
static bool is_section(const char *s, size_t n)
{
    size_t letters = n && *s >= 'A' && *s <= 'Z';

    return n && strspn(s + letters, "0123456789.") >= n - letters;
}

static void rfc_link(struct html *h, unsigned rfc, const char *s, size_t n)
{
    const char *kind = n && *s > '9' ? "#appendix-" : "#section-";

    html_open(h, "a", NULL);
    xmlTextWriterWriteFormatAttribute(
        h->w, xml("href"), "https://www.rfc-editor.org/rfc/rfc%u%s%.*s", rfc,
        n ? kind : "", (int)n, s);
    if (n)
        html_textf(h, "%.*s", (int)n, s);
    else
        html_textf(h, "RFC %u", rfc);
    html_close(h);
}

void html_spec(struct html *h, const char *spec)
{
    unsigned rfc = 0, next;

    while (*spec) {
        size_t n = strcspn(spec, " ,;"), digits = 0;

        if ((next = report_rfc_number(spec, &digits)) && digits == n) {
            rfc = next;
            rfc_link(h, rfc, "", 0);
        } else if (rfc && is_section(spec, n)) {
            rfc_link(h, rfc, spec, n);
        } else {
            html_textf(h, "%.*s", (int)n, spec);
        }
        spec += n;
        n = strspn(spec, " ,;");
        html_textf(h, "%.*s", (int)n, spec);
        spec += n;
    }
}
