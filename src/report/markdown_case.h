/*
 * markdown_case: the parts of the Markdown report that single results and
 * results side by side share.
 */
#ifndef REPORT_MARKDOWN_CASE_H
#define REPORT_MARKDOWN_CASE_H

#include <stdio.h>

#include "report/result.h"

/* What GitHub takes as a job's summary is 1 MiB; the note that something was
 * left out needs room, too. */
#define MD_LIMIT ((size_t)1000 * 1000)

/* A report being made: what no longer fits is counted, not written. */
struct md {
    FILE *out;
    size_t size; /* octets written so far */
    size_t left; /* pieces left out */
};

/* Begins a piece: a stream into memory. */
FILE *md_begin(struct md *m, char **text, size_t *size);

/* Ends it: its text is written when there is room. */
void md_end(struct md *m, FILE *piece, char **text, const size_t *size);

/* Says what was left out, and where it is. */
void md_left_out(struct md *m);

/* A finding with all that is known of it. heading: "### " and the like. */
void md_case(struct md *m, const struct result_case *c);

/* The counts of a result, as a table of two lines. */
void md_counts(FILE *out, const struct result *r);

/* What is wrong with the run itself: failure, interruption, stale entries of
 * the baseline. */
void md_run(FILE *out, const struct result *r);

#endif
