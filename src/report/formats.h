/*
 * formats: the writers behind the table of format.c.
 */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include <stdio.h>

#include "report/format.h"
#include "report/result.h"

/* Each: 0, or -1 with errno when writing failed. */
int report_json_write(const struct result *r, const struct report_options *o,
                      FILE *out);
int report_html_write(const struct result *r, const struct report_options *o,
                      FILE *out);
int report_html_write_several(const struct several *s,
                              const struct report_options *o, FILE *out);
int report_junit_write(const struct result *r, const struct report_options *o,
                       FILE *out);

int report_tap_write(const struct result *r, const struct report_options *o,
                     FILE *out);
int report_sarif_write(const struct result *r, const struct report_options *o,
                       FILE *out);
int report_sarif_write_several(const struct several *s,
                               const struct report_options *o, FILE *out);
int report_markdown_write(const struct result *r,
                          const struct report_options *o, FILE *out);
int report_markdown_write_several(const struct several *s,
                                  const struct report_options *o, FILE *out);

int report_baseline_write(const struct result *r,
                          const struct report_options *o, FILE *out);

/* Names that formats share. */
const char *report_event_name(unsigned kind);   /* of a transcript entry */
const char *report_status_name(enum result_status s);

/* "2026-11-21T20:14:04.123Z" into out[0..cap), cap >= 32. */
void report_time(int64_t unix_ms, char *out, size_t cap);

/* How many sessions were played. */
unsigned long report_sessions(const struct result *r);

#endif
