/*
 * load: result JSON, as --json writes it, back into a result.
 *
 * The file may come from anywhere. What is not a result, is cut off, holds a
 * member that the format does not have or a value of another kind is refused
 * with one line that says where; nothing of it is kept. What was loaded and
 * is written again is the same octet by octet, when we wrote it.
 */
#ifndef REPORT_LOAD_H
#define REPORT_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"
#include "smtp/span.h"

/* The version of the format, the member "schema". */
#define REPORT_SCHEMA_VERSION 1

/* Octets of a file that are read; a longer one is refused. */
#define REPORT_LOAD_MAX ((size_t)128 * 1024 * 1024)

/*
 * Reads the octets of a result into r, which result_init has made and the
 * caller frees either way. name stands for them in messages. False with one
 * line in err: "NAME:LINE:COLUMN: ..." for what is no JSON, "NAME:
 * cases[3].verdict: expected ..., not ..." for what is no result.
 */
bool report_load(struct result *r, struct smtp_span json, const char *name,
                 char *err, size_t err_cap);

/* The octets of a file, from malloc, at most REPORT_LOAD_MAX; `-` is
 * standard input. False with "NAME: why" in err. */
bool report_read_file(const char *path, struct smtp_span *out, char *err,
                      size_t err_cap);

/* The same from a file; `-` is standard input. */
bool report_load_file(struct result *r, const char *path, char *err,
                      size_t err_cap);

#endif
