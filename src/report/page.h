/*
 * page: text laid out in columns for a terminal or a log: words wrapped,
 * nothing wider than the page, nothing that a terminal would obey but our
 * own colours.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>
#include <stdio.h>

enum page_style {
    PAGE_PLAIN,
    PAGE_BOLD,
    PAGE_DIM,
    PAGE_GREEN,
    PAGE_YELLOW,
    PAGE_RED,
    PAGE_BLUE,
    PAGE_MAGENTA
};

struct page {
    FILE *out;
    unsigned width;  /* columns, at least 40 */
    bool color;
    unsigned column; /* where the next character goes */
};

/* Text on the running line; it is cut where the page ends. */
void page_put(struct page *p, enum page_style style, const char *text);

/* The same with spaces behind it up to column `to`; at least one space. */
void page_cell(struct page *p, enum page_style style, const char *text,
               unsigned to);

/* Words wrapped between column `left` and the edge; the running line is used
 * from where it is. A word that is wider is broken. Ends the line. */
void page_words(struct page *p, enum page_style style, unsigned left,
                const char *text);

/* One line as it is, from column `left`. wrap: what is too wide goes on in
 * the next line, two columns further in; else it is cut with "...". */
void page_line(struct page *p, enum page_style style, unsigned left,
               const char *text, bool wrap);

void page_end(struct page *p); /* ends the line, or makes an empty one */

/* A line across the page. */
void page_rule(struct page *p, char c);

#endif
