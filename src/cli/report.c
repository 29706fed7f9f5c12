/*
 * report: "smtpspec report [options] RESULT.json...".
 */
#include "cli/report.h"

#include <string.h>

#include "cli/baseline.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/report_set.h"
#include "cli/tool.h"
#include "report/several.h"
#include "report/terminal.h"

struct report {
    struct cli_options o;
    struct report_set set;
    struct cli_outputs outputs;
    struct baseline *baseline; /* or NULL */
    enum several_mode mode;
    FILE *out, *err;
};

static int usage(const struct report *c, const char *expected)
{
    fprintf(c->err, "smtpspec report: expected %s (smtpspec report --help)\n",
            expected);
    return CLI_USAGE;
}

/* 0, 1, 3 or 130: the one that weighs most. */
static int worst(int a, int b)
{
    static const int order[] = {0, 3, 1, 130};
    size_t x = 0, y = 0;

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        x = order[i] == a ? i : x;
        y = order[i] == b ? i : y;
    }
    return order[x > y ? x : y];
}

/* Of two runs, what was there before does not count: only what is new. */
static int exit_of_compare(const struct several *s, bool allow_blocked)
{
    const struct result *now = s->runs[1];
    int status = CLI_OK;

    if (now->interrupted || now->failure)
        return result_exit(now, true);
    if (now->n_stale)
        status = CLI_FAILED;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct several_row *row = &s->rows[i];
        const struct result_case *c = row->in[1];
        if (!c || c->known || row->change == SEVERAL_SAME)
            continue;
        if (row->change == SEVERAL_NEW && c->verdict == VERDICT_FAIL)
            status = CLI_FAILED;
        if (!allow_blocked &&
            (c->verdict == VERDICT_BLOCKED || c->verdict == VERDICT_ERROR))
            status = worst(status, CLI_UNABLE);
    }
    return status;
}

static int exit_of(const struct several *s, bool allow_blocked)
{
    int status = CLI_OK;

    if (s->mode == SEVERAL_COMPARE)
        return exit_of_compare(s, allow_blocked);
    for (size_t i = 0; i < s->n; i++)
        status = worst(status, result_exit(s->runs[i], allow_blocked));
    return status;
}

/* All reports. False: one could not be written. */
static bool write_all(struct report *c, const struct several *s, int status)
{
    struct report_options ro = {.color = cli_color(&c->o, c->out),
                                .verbose = c->o.verbose,
                                .quiet = c->o.quiet,
                                .baseline = c->baseline};
    bool all, one = s->mode == SEVERAL_SINGLE;

    all =
        one ? cli_outputs_write(&c->outputs, s->runs[0], &ro, "report", c->err)
            : cli_outputs_write_several(&c->outputs, s, &ro, "report", c->err);
    if (c->outputs.to_stdout)
        return all;
    if (one)
        report_terminal_write(s->runs[0], &ro, status, c->out);
    else
        report_terminal_write_several(s, &ro, status, c->out);
    return all;
}

static int show(struct report *c)
{
    struct several s;
    int status;

    if (!several_init(&s, c->mode, (const struct result *const *)c->set.at,
                      c->set.n)) {
        several_free(&s);
        fputs("smtpspec report: out of memory\n", c->err);
        return CLI_UNABLE;
    }
    status = exit_of(&s, c->o.allow_blocked);
    if (!write_all(c, &s, status) && status == CLI_OK)
        status = CLI_UNABLE;
    several_free(&s);
    return cli_flush(c->out, c->err, "report", status);
}

/* What the results are to each other. */
static int arrange(struct report *c)
{
    struct report_set *s = &c->set;

    if (!report_set_one_version(s, c->err) ||
        (!c->o.compare && !report_set_merge(s, c->o.merge, c->err)))
        return CLI_USAGE;
    for (size_t i = 0; c->baseline && i < s->n; i++)
        baseline_apply(c->baseline, s->at[i]);
    c->mode = c->o.compare ? SEVERAL_COMPARE
              : s->n > 1   ? SEVERAL_SERVERS
                           : SEVERAL_SINGLE;
    if (s->n > SEVERAL_MAX)
        return usage(c, "at most 64 results side by side");
    if (c->mode != SEVERAL_SINGLE &&
        !cli_outputs_hold_several(&c->o, "report", c->err))
        return CLI_USAGE;
    return CLI_OK;
}

static int run(struct report *c)
{
    size_t n = (size_t)c->o.n_args;
    int rc;

    if (n == 0)
        return usage(c, "result files as check --json writes them");
    if (n > REPORT_FILES_MAX)
        return usage(c, "at most 1024 files");
    if (c->o.verify)
        return cli_report_verify(c->o.verify, c->o.args, n, c->out, c->err);
    if (c->o.compare && (n != 2 || c->o.merge))
        return usage(c, "two files behind --compare: the old run, the new "
                        "one");
    rc = cli_baseline_load(&c->baseline, &c->o, NULL, NULL, "report", c->err);
    if (rc != CLI_OK)
        return rc;
    if (!report_set_load(&c->set, c->o.args, n, c->err))
        return CLI_USAGE;
    rc = arrange(c);
    if (rc == CLI_OK)
        rc = cli_outputs_open(&c->outputs, &c->o, "report", c->err);
    return rc == CLI_OK ? show(c) : rc;
}

int cli_report(int argc, char **argv, FILE *out, FILE *err)
{
    struct report c = {.out = out, .err = err};
    int rc = cli_options_read(&c.o, CLI_FOR_REPORT, argc, argv, err);

    if (rc == CLI_OK)
        rc = run(&c);
    cli_outputs_abandon(&c.outputs);
    baseline_free(c.baseline);
    report_set_free(&c.set);
    cli_options_free(&c.o);
    return rc;
}
