/*
 * report: the parts of "smtpspec report".
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdio.h>

/* "smtpspec report [options] RESULT.json...". */
int cli_report(int argc, char **argv, FILE *out, FILE *err);

/*
 * Whether the HTML report was made from files[0..n): each file's SHA-256
 * stands in it, and each that stands in it is one of theirs. A line a file
 * to out. CLI_OK, CLI_FAILED when they differ, CLI_USAGE with a line in err
 * when a file cannot be read or is no report.
 */
int cli_report_verify(const char *html, char **files, size_t n, FILE *out,
                      FILE *err);

#endif
