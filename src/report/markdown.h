/*
 * markdown: text that stays text in Markdown, CommonMark and GitHub's.
 */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include <stddef.h>
#include <stdio.h>

/* Text in a paragraph, a heading, a list or a table: no mark-up, no HTML, no
 * link, in one line. */
void md_text(FILE *out, const char *text);

/* The same as a code span; one space for an empty one. Not for tables. */
void md_code(FILE *out, const char *text);

/* A fenced block, behind an empty line; the fence is longer than any in the
 * text. `language` may be "". */
void md_block(FILE *out, const char *language, const char *text);

/* The references of a case's spec as links, parted by commas. */
void md_references(FILE *out, const char *spec);

#endif
