/*
 * html_session: what passed on the connection, in script notation. See
 * html.h.
 *
 * The JSON has all of it. Here a long session is cut in the middle and a
 * long line at its end, each with a note of how much is missing: what a
 * person reads of 64 kB of content is its beginning.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/session.h"

#define SIDE 9 /* column of "C" or "S", behind the time */

#define CUT  "... %zu lines, whole in the JSON ...\n"

/* How much is shown. */
struct limits {
    size_t head, tail; /* lines */
    size_t line;       /* octets of one */
};

static const struct limits whole = {120, 280, 2000};
static const struct limits little = {12, 28, 200};

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* The class of a line: whose it is. */
static const char *side(const char *line, size_t n)
{
    if (n > SIDE && line[SIDE] == 'C')
        return "c";
    return n > SIDE && line[SIDE] == 'S' ? "s" : "n";
}

static void line_text(struct html *h, const char *line, size_t n,
                      size_t limit)
{
    html_textf(h, "%.*s", (int)(n < limit ? n : limit), line);
    if (n > limit)
        html_leaff(h, "i", NULL, " ... %zu more characters", n - limit);
}

/* What is written of a session. */
struct plan {
    const struct limits *limit;
    size_t n;       /* lines there are */
    size_t decided; /* the line that did, or SIZE_MAX */
    bool merge;     /* one element for lines of the same side: a report of
                       many sessions has as many elements as lines else */
};

static bool is_cut(const struct plan *p, size_t i)
{
    return i >= p->limit->head && i + p->limit->tail < p->n;
}

/* Begins the element of line i, unless it goes on in the open one. Returns
 * its class. */
static const char *begin_line(struct html *h, const struct plan *p, size_t i,
                              const char *class, const char *open)
{
    if (p->merge && i != p->decided && strcmp(open, class) == 0)
        return open;
    if (open[0])
        html_close(h);
    html_open(h, i == p->decided ? "mark" : p->merge ? "b" : "span", class);
    return i == p->decided ? "decided" : class;
}

/* The line that decided is marked, and not by its colour alone. */
static void put_lines(struct html *h, const struct plan *p, const char *text)
{
    const char *open = "";
    size_t i = 0;

    for (const char *end; (end = strchr(text, '\n')); text = end + 1, i++) {
        size_t n = (size_t)(end - text);

        if (is_cut(p, i)) {
            if (i == p->limit->head)
                html_leaff(h, "i", NULL, CUT,
                           p->n - p->limit->head - p->limit->tail);
            continue;
        }
        open = begin_line(h, p, i, side(text, n), open);
        line_text(h, text, n, p->limit->line);
        html_text(h, i == p->decided ? " \u25c0 decided\n" : "\n");
    }
    if (open[0])
        html_close(h);
}

void html_session(struct html *h, const struct result_case *c)
{
    bool passed = c->verdict == VERDICT_PASS;
    char *text = report_session(&c->log);
    struct plan p = {
        .limit = passed ? &little : &whole,
        .n = count_lines(text),
        .decided = passed ? SIZE_MAX : report_session_decided(text, c->got),
        .merge = passed || h->s->n > 1,
    };

    if (p.n) {
        html_open(h, "pre", "log");
        put_lines(h, &p, text);
        html_close(h);
    }
    free(text);
}
