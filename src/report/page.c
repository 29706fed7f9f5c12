/*
 * page: see page.h. Columns are counted in characters of UTF-8; all that we
 * print takes one column each.
 */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

static const char *const codes[] = {
    [PAGE_PLAIN] = "",       [PAGE_BOLD] = "\033[1m",
    [PAGE_DIM] = "\033[2m",  [PAGE_GREEN] = "\033[32m",
    [PAGE_YELLOW] = "\033[33m", [PAGE_RED] = "\033[1;31m",
    [PAGE_BLUE] = "\033[34m", [PAGE_MAGENTA] = "\033[35m",
};

static size_t character(const char *s, size_t n)
{
    size_t c = report_character(smtp_span_of(s, n));

    return c ? c : 1; /* clean text has no others but line ends */
}

/* How many columns s[0..n) takes. */
static unsigned columns(const char *s, size_t n)
{
    unsigned width = 0;

    for (size_t i = 0; i < n; i += character(s + i, n - i))
        width++;
    return width;
}

/* How many octets of s[0..n) fit into `room` columns. */
static size_t fit(const char *s, size_t n, unsigned room)
{
    size_t i = 0;

    while (i < n && room-- > 0)
        i += character(s + i, n - i);
    return i;
}

static void style_on(const struct page *p, enum page_style style)
{
    if (p->color && style != PAGE_PLAIN)
        fputs(codes[style], p->out);
}

static void style_off(const struct page *p, enum page_style style)
{
    if (p->color && style != PAGE_PLAIN)
        fputs("\033[0m", p->out);
}

static void put_raw(struct page *p, const char *s, size_t n)
{
    fwrite(s, 1, n, p->out);
    p->column += columns(s, n);
}

static void put(struct page *p, enum page_style style, const char *s,
                size_t n)
{
    if (n == 0)
        return;
    style_on(p, style);
    put_raw(p, s, n);
    style_off(p, style);
}

static void pad(struct page *p, unsigned to)
{
    while (p->column < to && p->column < p->width) {
        fputc(' ', p->out);
        p->column++;
    }
}

static unsigned room(const struct page *p)
{
    return p->column < p->width ? p->width - p->column : 0;
}

void page_put(struct page *p, enum page_style style, const char *text)
{
    char *clean = report_clean(text);
    size_t n = strcspn(clean, "\n");

    put(p, style, clean, fit(clean, n, room(p)));
    free(clean);
}

void page_cell(struct page *p, enum page_style style, const char *text,
               unsigned to)
{
    page_put(p, style, text);
    if (p->column >= to)
        to = p->column + 1;
    pad(p, to);
}

/* Goes on in the next line. The colour does not run over the margin. */
static void break_line(struct page *p, enum page_style style, unsigned left)
{
    style_off(p, style);
    page_end(p);
    pad(p, left);
    style_on(p, style);
}

/* Puts one word, on the next line when this one has no room for it. */
static void put_word(struct page *p, enum page_style style, unsigned left,
                     const char *s, size_t n, bool space)
{
    if (p->column > left && columns(s, n) + space > room(p))
        break_line(p, style, left);
    else if (p->column > left && space)
        pad(p, p->column + 1);
    while (columns(s, n) > room(p)) {
        size_t part = fit(s, n, room(p));
        put_raw(p, s, part);
        break_line(p, style, left);
        s += part;
        n -= part;
    }
    put_raw(p, s, n);
}

void page_words(struct page *p, enum page_style style, unsigned left,
                const char *text)
{
    char *clean = report_clean(text), *s = clean;
    bool first = true;

    s += strspn(s, " \n");
    if (*s)
        pad(p, left);
    style_on(p, style);
    while (*(s += strspn(s, " \n"))) {
        size_t n = strcspn(s, " \n");
        put_word(p, style, left, s, n, !first);
        first = false;
        s += n;
    }
    style_off(p, style);
    page_end(p);
    free(clean);
}

void page_line(struct page *p, enum page_style style, unsigned left,
               const char *text, bool wrap)
{
    char *clean = report_clean(text);
    const char *s = clean;
    size_t n = strcspn(clean, "\n");

    pad(p, left);
    while (columns(s, n) > room(p)) {
        size_t part = fit(s, n, wrap ? room(p) : room(p) - 3);
        put(p, style, s, part);
        if (!wrap) {
            put(p, PAGE_DIM, "...", 3);
            n = 0;
            break;
        }
        page_end(p);
        pad(p, left + 2);
        s += part;
        n -= part;
    }
    put(p, style, s, n);
    page_end(p);
    free(clean);
}

void page_end(struct page *p)
{
    fputc('\n', p->out);
    p->column = 0;
}

void page_rule(struct page *p, char c)
{
    for (unsigned i = 0; i < p->width; i++)
        fputc(c, p->out);
    page_end(p);
}
