/*
 * baseline: --baseline of check and report.
 */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/options.h"
#include "report/baseline.h"

/*
 * Loads what o names into *b, NULL when it names none. is_case says whether
 * there is a case with that id; NULL: not looked at. CLI_OK, or CLI_USAGE
 * with one line in err.
 */
int cli_baseline_load(struct baseline **b, const struct cli_options *o,
                      bool (*is_case)(const void *ctx, const char *id),
                      const void *ctx, const char *command, FILE *err);

#endif
