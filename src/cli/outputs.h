/*
 * outputs: the reports that --json and its like ask for.
 */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/options.h"
#include "report/format.h"

struct cli_outputs {
    struct report_output *at[CLI_OUTPUTS_MAX];
    size_t n;
    bool to_stdout; /* one goes there, so the report for people does not */
};

/* Opens all that o names, before anything is tested: a path that cannot be
 * written is wrong usage. CLI_OK, or CLI_USAGE with one line in err. */
int cli_outputs_open(struct cli_outputs *w, const struct cli_options *o,
                     const char *command, FILE *err);

/* Writes all, whatever becomes of one, and closes them. False with a line in
 * err for each that failed. */
bool cli_outputs_write(struct cli_outputs *w, const struct result *r,
                       const struct report_options *ro, const char *command,
                       FILE *err);

/* The same for results side by side; every format has to have a place for
 * them, which cli_outputs_hold_several tells. */
bool cli_outputs_write_several(struct cli_outputs *w, const struct several *s,
                               const struct report_options *ro,
                               const char *command, FILE *err);

/* False with one line in err: a format that o names holds one result only. */
bool cli_outputs_hold_several(const struct cli_options *o, const char *command,
                              FILE *err);

/* Closes all without a report. */
void cli_outputs_abandon(struct cli_outputs *w);

#endif
