/*
 * sample: a made-up result with everything that is unpleasant to print.
 */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include "report/format.h"
#include "report/result.h"

/* One case of each verdict, octets of all values in the session, names far
 * wider than a page. Freed by result_free. */
void sample_result(struct result *r);

/* What a format writes for r; from malloc. */
char *sample_write(const struct result *r, const char *format, size_t *n);

#endif
