/*
 * check: "smtpspec check [options] TARGET".
 */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/passive.h"
#include "cli/baseline.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/service.h"
#include "cli/stop.h"
#include "cli/suite.h"
#include "cli/tool.h"
#include "report/progress.h"
#include "report/terminal.h"

struct check {
    struct cli_options o;
    struct cli_suite suite;
    struct cli_service service;
    struct cli_outputs outputs;
    struct baseline *baseline; /* or NULL */
    struct result result;
    struct progress progress;
    FILE *out, *err;
};

static void on_progress(void *ctx, const struct check_progress *p)
{
    progress_draw(ctx, &(struct progress_state){.done = p->done,
                                                .total = p->total,
                                                .count = p->count,
                                                .left = p->left,
                                                .id = p->last->id});
}

/* False: one of them could not be written. */
static bool write_reports(struct check *c, int status)
{
    struct report_options ro = {.color = cli_color(&c->o, c->out),
                                .verbose = c->o.verbose,
                                .quiet = c->o.quiet,
                                .baseline = c->baseline};
    bool all =
        cli_outputs_write(&c->outputs, &c->result, &ro, "check", c->err);

    if (!c->outputs.to_stdout)
        report_terminal_write(&c->result, &ro, status, c->out);
    return all;
}

static int play(struct check *c)
{
    char why[400];
    int rc;

    if (cli_is_terminal(c->err) && !c->o.quiet)
        c->progress = (struct progress){.out = c->err,
                                        .color = cli_color(&c->o, c->err),
                                        .width = 79};
    if (c->service.unusable[0]) {
        c->result.target = c->o.cfg.target_text;
        cli_result_unusable(&c->result, c->service.unusable);
        return CLI_OK;
    }
    rc = check_run(&c->o.cfg, c->suite.set, c->suite.catalogue, on_progress,
                   &c->progress, &c->result, why, sizeof why);
    progress_erase(&c->progress);
    if (rc == 0)
        return CLI_OK;
    fprintf(c->err, "smtpspec check: %s\n", why);
    return CLI_USAGE;
}

static int run(struct check *c)
{
    int rc = play(c), status;

    if (rc != CLI_OK)
        return rc;
    cli_result_describe(&c->result, &c->o, c->suite.id);
    cli_result_shorten(&c->result, c->suite.dir);
    result_settle(&c->result);
    if (c->baseline)
        baseline_apply(c->baseline, &c->result);
    status = result_exit(&c->result, c->o.allow_blocked);
    if (!write_reports(c, status) && status == CLI_OK)
        status = CLI_UNABLE;
    return cli_flush(c->out, c->err, "check", status);
}

/* A script's id, or that of a rule over all sessions. */
static bool is_case(const void *ctx, const char *id)
{
    const struct script_set *set = ctx;

    for (size_t i = 0; i < script_count(set); i++)
        if (strcmp(script_at(set, i)->id, id) == 0)
            return true;
    for (size_t i = 0; i < passive_count(); i++)
        if (strcmp(passive_rule_at(i)->id, id) == 0)
            return true;
    return false;
}

static int prepare(struct check *c)
{
    int rc;

    if (c->o.n_args != 1) {
        fputs("smtpspec check: expected one TARGET, such as localhost:25 or "
              "ref: (smtpspec check --help)\n",
              c->err);
        return CLI_USAGE;
    }
    if (!cli_suite_load(&c->suite, c->o.suite, CLI_SUITE_ALL, "check", c->err))
        return CLI_USAGE;
    rc = cli_baseline_load(&c->baseline, &c->o, is_case, c->suite.set,
                           "check", c->err);
    if (rc == CLI_OK)
        rc = cli_outputs_open(&c->outputs, &c->o, "check", c->err);
    if (rc != CLI_OK)
        return rc;
    c->o.cfg.stop_fd = cli_stop_open();
    return cli_service_open(&c->service, &c->o, c->o.args[0], "check", c->err);
}

int cli_check(int argc, char **argv, FILE *out, FILE *err)
{
    struct check *c = calloc(1, sizeof *c);
    int rc;

    if (!c || !result_init(&c->result)) {
        fputs("smtpspec check: out of memory\n", err);
        free(c);
        return CLI_UNABLE;
    }
    c->out = out;
    c->err = err;
    rc = cli_options_read(&c->o, CLI_FOR_CHECK, argc, argv, err);
    if (rc == CLI_OK)
        rc = prepare(c);
    if (rc == CLI_OK)
        rc = run(c);
    cli_outputs_abandon(&c->outputs);
    baseline_free(c->baseline);
    cli_service_close(&c->service);
    cli_stop_close();
    cli_suite_free(&c->suite);
    result_free(&c->result);
    cli_options_free(&c->o);
    free(c);
    return rc;
}
