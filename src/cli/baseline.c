/*
 * baseline: see baseline.h.
 */
#include "cli/baseline.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "report/escape.h"

int cli_baseline_load(struct baseline **b, const struct cli_options *o,
                      bool (*is_case)(const void *ctx, const char *id),
                      const void *ctx, const char *command, FILE *err)
{
    char why[4600], *clean;

    *b = NULL;
    if (!o->baseline)
        return CLI_OK;
    *b = baseline_load(o->baseline, why, sizeof why);
    if (!*b) {
        fprintf(err, "smtpspec %s: %s\n", command, why);
        return CLI_USAGE;
    }
    for (size_t i = 0; is_case && i < (*b)->n; i++) {
        const struct baseline_entry *e = &(*b)->entries[i];
        if (is_case(ctx, e->id))
            continue;
        clean = report_clean(e->id);
        fprintf(err,
                "smtpspec %s: %s:%u: expected the id of a case, not \"%s\"; "
                "\"smtpspec list\" shows them\n",
                command, o->baseline, e->line, clean);
        free(clean);
        return CLI_USAGE;
    }
    return CLI_OK;
}
