/*
 * format: one table of report formats.
 */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/result.h"
#include "report/several.h"

struct baseline; /* report/baseline.h */

struct report_options {
    bool color;
    unsigned width;   /* columns of the terminal report; 0: 80 */
    bool verbose;     /* all cases, not only what needs attention */
    bool quiet;       /* the summary line only */
    const struct baseline *baseline; /* what was accepted so far, or NULL */
};

struct report_format {
    const char *name;     /* "json": also the option, --json F */
    const char *describe; /* for --help */
    /* 0, or -1 with errno when writing failed. */
    int (*write)(const struct result *r, const struct report_options *o,
                 FILE *out);
    /* The same for results side by side; NULL: the format has no place for
     * more than one. */
    int (*write_several)(const struct several *s,
                         const struct report_options *o, FILE *out);
};

/* The i-th format; NULL behind the last. The terminal report is not one of
 * them: see terminal.h. */
const struct report_format *report_format_at(size_t i);
const struct report_format *report_format_find(const char *name);

/*
 * An output opened before the run, so that an unwritable path is found then.
 * `-` is stdout. The report is written to a temporary file beside the final
 * name and renamed when complete: no half-written file is ever left there.
 */
struct report_output;
struct report_output *report_output_open(const struct report_format *f,
                                         const char *path, char *err,
                                         size_t err_cap);
/* Writes and closes; frees o. 0, or -1 with one line in err. */
int report_output_finish(struct report_output *o, const struct result *r,
                         const struct report_options *opts, char *err,
                         size_t err_cap);
/* The same for results side by side; the format must have write_several. */
int report_output_finish_several(struct report_output *o,
                                 const struct several *s,
                                 const struct report_options *opts, char *err,
                                 size_t err_cap);
/* Removes the temporary file; frees o. */
void report_output_abandon(struct report_output *o);

#endif
