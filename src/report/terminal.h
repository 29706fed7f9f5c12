/*
 * terminal: the report for people.
 */
#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include <stdio.h>

#include "report/format.h"
#include "report/page.h"

/*
 * Who was tested; each finding with its session, what it means and how to
 * see it again; what was not tested and why; the sum. exit_status is said at
 * the end. 0, or -1 with errno when writing failed.
 */
int report_terminal_write(const struct result *r,
                          const struct report_options *o, int exit_status,
                          FILE *out);

/* Results side by side: how many cases have each verdict, and those that
 * differ or are wrong; of two runs, what is new, fixed and changed. */
int report_terminal_write_several(const struct several *s,
                                  const struct report_options *o,
                                  int exit_status, FILE *out);

/* The parts of it. */

/* Target, greeting, profile, extensions, TLS. */
void report_header(struct page *p, const struct result *r);

/* Another value of the same case, with the same verdict at the same place. */
struct report_value {
    const struct result_case *of;
};

/* One case with all that is known of it; also[0..n) are its other values. */
void report_case(struct page *p, const struct result_case *c,
                 const struct report_value *also, size_t n, bool verbose);

/* True for two values of one "each:" that end at the same line of it with the
 * same verdict: one cause, as far as a reader is concerned. */
bool report_same_cause(const struct result_case *a,
                       const struct result_case *b);

/* Cases with that verdict by their reasons: the reason, and whose it is;
 * all ids, or a few and how many more. */
void report_groups(struct page *p, const struct result *r, enum verdict v,
                   bool all);

/* The last lines: counts, requirements, time, exit status. */
void report_summary(struct page *p, const struct result *r, int exit_status);

/* The colour of a verdict. */
enum page_style report_style(enum verdict v);

#endif
