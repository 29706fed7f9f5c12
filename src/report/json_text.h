/*
 * json_text: text as JSON values, always valid UTF-8 without control
 * characters but line ends.
 */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Text of ours; NULL is "". */
json_t *json_text(const char *s);

/* The same, but NULL is null. */
json_t *json_text_or_null(const char *s);

/* Formatted text. */
json_t *json_textf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Writes j as it stands in a file of YAML, too: a string in quotes, in one
 * line; drops it. 0, or -1 with errno. */
int json_put(FILE *out, json_t *j);

#endif
