/*
 * terminal_case: one case, for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/session.h"
#include "report/terminal.h"

#define LABELS 14 /* column of the text behind a label */
#define HEAD   8  /* lines of a session before a cut, and behind it */
#define TAIL   16
#define ALSO   8  /* other values that are named */

static void field(struct page *p, const char *label, enum page_style style,
                  const char *text)
{
    if (!text || !text[0])
        return;
    page_put(p, PAGE_PLAIN, "  ");
    page_cell(p, PAGE_DIM, label, LABELS);
    page_words(p, style, LABELS, text);
}

static void put_code(struct page *p, const struct result_case *c)
{
    char text[700];

    if (!c->code)
        return;
    report_code_text(c->code, text, sizeof text);
    field(p, "That code", PAGE_PLAIN, text);
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* One line of a session; the one that decided has a mark in its margin. */
static void put_line(struct page *p, const struct result_case *c,
                     const char *line, bool decided, bool verbose)
{
    enum page_style style = PAGE_PLAIN;

    if (decided)
        style = report_style(c->verdict);
    else if (strstr(line, " # "))
        style = PAGE_DIM;
    page_put(p, style, decided ? "  > " : "    ");
    page_line(p, style, 4, line, verbose);
}

static void put_session(struct page *p, const struct result_case *c,
                        bool verbose)
{
    char *text = report_session(&c->log), *line = text;
    size_t n = count_lines(text), i = 0;
    size_t mark = report_session_decided(text, c->got);
    char cut[64];

    if (n) {
        page_put(p, PAGE_PLAIN, "  ");
        page_words(p, PAGE_DIM, 2, "Session (seconds, then as in a script)");
    }
    for (char *end; (end = strchr(line, '\n')); line = end + 1, i++) {
        *end = '\0';
        if (verbose || n <= HEAD + TAIL + 2 || i < HEAD || i >= n - TAIL) {
            put_line(p, c, line, i == mark, verbose);
        } else if (i == HEAD) {
            snprintf(cut, sizeof cut, "... %zu lines (-v shows them) ...",
                     n - HEAD - TAIL);
            page_line(p, PAGE_DIM, 4, cut, false);
        }
    }
    free(text);
}

static void put_notes(struct page *p, const struct result_case *c)
{
    for (size_t i = 0; i < c->n_notes; i++) {
        if (strcmp(c->notes[i].why, c->reason) != 0)
            field(p, "Note", report_style(c->notes[i].verdict),
                  c->notes[i].why);
    }
}

static void put_rule(struct page *p, const struct result_case *c)
{
    char text[600];
    size_t at = 0;

    snprintf(text, sizeof text, "%s: %s", c->level, c->spec);
    field(p, "Rule", PAGE_PLAIN, text);
    text[0] = '\0';
    for (size_t i = 0; i < c->n_covers && at < sizeof text; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s",
                               i ? ", " : "", c->covers[i]);
    field(p, "Covers", PAGE_DIM, text);
}

/* "expected X, but the server answered: Y" stands in the fields below. */
static bool says_the_same(const struct result_case *c)
{
    return strncmp(c->reason, "expected ", 9) == 0 && c->expected[0] &&
           c->got[0] && strstr(c->reason, c->got);
}

/* The other values, each with what came when that is another. */
static void put_also(struct page *p, const struct result_case *c,
                     const struct report_value *also, size_t n)
{
    size_t shown = n <= ALSO + 1 ? n : ALSO;
    char more[60];

    for (size_t i = 0; i < shown; i++) {
        page_put(p, PAGE_PLAIN, "  ");
        page_cell(p, PAGE_DIM, i ? "" : "Also in", LABELS);
        page_words(p, PAGE_PLAIN, LABELS, also[i].of->id);
        if (strcmp(also[i].of->got, c->got) != 0)
            page_words(p, PAGE_DIM, LABELS + 2, also[i].of->got);
    }
    if (shown == n)
        return;
    snprintf(more, sizeof more, "and %zu more (-v shows each)", n - shown);
    page_words(p, PAGE_DIM, LABELS, more);
}

void report_case(struct page *p, const struct result_case *c,
                 const struct report_value *also, size_t n, bool verbose)
{
    page_rule(p, '-');
    page_cell(p, report_style(c->verdict), verdict_name(c->verdict), 6);
    page_words(p, PAGE_BOLD, 6, c->id);
    page_words(p, PAGE_PLAIN, 6, c->title);
    page_end(p);
    if (!says_the_same(c))
        field(p, "Why", PAGE_PLAIN, c->reason);
    put_rule(p, c);
    field(p, "Expected", PAGE_PLAIN, c->expected);
    field(p, "Came", report_style(c->verdict), c->got);
    put_code(p, c);
    put_notes(p, c);
    field(p, "Meaning", PAGE_PLAIN, c->explain);
    field(p, "Exploit", PAGE_PLAIN, c->exploit);
    field(p, "To fix", PAGE_PLAIN, c->fix);
    field(p, "Script", PAGE_PLAIN, c->where);
    field(p, "Again", PAGE_PLAIN, c->reproduce);
    put_also(p, c, also, n);
    if (c->log.n) {
        page_end(p);
        put_session(p, c, verbose);
    }
    page_end(p);
}
