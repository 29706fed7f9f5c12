/*
 * outputs: see outputs.h.
 */
#include "cli/outputs.h"

#include <string.h>

#include "cli/cli.h"

#define MESSAGE_MAX 5000 /* with a path in it */

int cli_outputs_open(struct cli_outputs *w, const struct cli_options *o,
                     const char *command, FILE *err)
{
    char why[MESSAGE_MAX];

    for (size_t i = 0; i < o->n_outputs; i++) {
        const struct cli_output *one = &o->outputs[i];
        bool here = strcmp(one->path, "-") == 0;
        struct report_output *opened;

        if (here && w->to_stdout) {
            fprintf(err, "smtpspec %s: expected only one report to be -\n",
                    command);
            return CLI_USAGE;
        }
        opened = report_output_open(report_format_find(one->format), one->path,
                                    why, sizeof why);
        if (!opened) {
            fprintf(err, "smtpspec %s: --%s: %s\n", command, one->format, why);
            return CLI_USAGE;
        }
        w->at[w->n++] = opened;
        w->to_stdout |= here;
    }
    return CLI_OK;
}

/* s or r: the other is NULL. */
static bool write_all(struct cli_outputs *w, const struct result *r,
                      const struct several *s, const struct report_options *ro,
                      const char *command, FILE *err)
{
    char why[MESSAGE_MAX];
    bool all = true;

    for (size_t i = 0; i < w->n; i++) {
        struct report_output *one = w->at[i];
        int rc = s ? report_output_finish_several(one, s, ro, why, sizeof why)
                   : report_output_finish(one, r, ro, why, sizeof why);
        if (rc == 0)
            continue;
        fprintf(err, "smtpspec %s: %s\n", command, why);
        all = false;
    }
    w->n = 0;
    return all;
}

bool cli_outputs_write(struct cli_outputs *w, const struct result *r,
                       const struct report_options *ro, const char *command,
                       FILE *err)
{
    return write_all(w, r, NULL, ro, command, err);
}

bool cli_outputs_write_several(struct cli_outputs *w, const struct several *s,
                               const struct report_options *ro,
                               const char *command, FILE *err)
{
    return write_all(w, NULL, s, ro, command, err);
}

bool cli_outputs_hold_several(const struct cli_options *o, const char *command,
                              FILE *err)
{
    for (size_t i = 0; i < o->n_outputs; i++) {
        const char *name = o->outputs[i].format;
        if (report_format_find(name)->write_several)
            continue;
        fprintf(err,
                "smtpspec %s: --%s: expected one result, or the shards of "
                "one run: this format has no place for several\n",
                command, name);
        return false;
    }
    return true;
}

void cli_outputs_abandon(struct cli_outputs *w)
{
    while (w->n > 0)
        report_output_abandon(w->at[--w->n]);
}
