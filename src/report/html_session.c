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

/* An element a line; the one that decided is marked, and not by its colour
 * alone. */
static void put_lines(struct html *h, const struct result_case *c,
                      const char *text, size_t n)
{
    size_t i = 0, decided = report_session_decided(text, c->got);

    for (const char *end; (end = strchr(text, '\n')); text = end + 1, i++) {
        size_t length = (size_t)(end - text);

        if (i < whole.head || i + whole.tail >= n) {
            html_open(h, i == decided ? "mark" : "span", side(text, length));
            line_text(h, text, length, whole.line);
            html_text(h, i == decided ? " \u25c0 decided\n" : "\n");
            html_close(h);
        } else if (i == whole.head) {
            html_leaff(h, "i", NULL, CUT, n - whole.head - whole.tail);
        }
    }
}

/* An element for lines of the same side: a report holds a thousand sessions
 * that passed. */
static void put_briefly(struct html *h, const char *text, size_t n)
{
    const char *open = "";
    size_t i = 0;

    for (const char *end; (end = strchr(text, '\n')); text = end + 1, i++) {
        size_t length = (size_t)(end - text);
        const char *class = side(text, length);

        if (i == little.head && n > little.head + little.tail)
            html_leaff(h, "i", NULL, CUT, n - little.head - little.tail);
        if (i >= little.head && i + little.tail < n)
            continue;
        if (strcmp(open, class) != 0) {
            if (open[0])
                html_close(h);
            html_open(h, "b", class);
            open = class;
        }
        line_text(h, text, length, little.line);
        html_text(h, "\n");
    }
    html_close(h);
}

void html_session(struct html *h, const struct result_case *c, bool brief)
{
    char *text = report_session(&c->log);
    size_t n = count_lines(text);

    if (n) {
        html_open(h, "pre", "log");
        if (brief)
            put_briefly(h, text, n);
        else
            put_lines(h, c, text, n);
        html_close(h);
    }
    free(text);
}
