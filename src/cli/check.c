/*
 * check: "smtpspec check [options] TARGET".
 */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/service.h"
#include "cli/stop.h"
#include "cli/suite.h"
#include "cli/tool.h"
#include "report/format.h"
#include "report/progress.h"
#include "report/terminal.h"

struct check {
    struct cli_options o;
    struct cli_suite suite;
    struct cli_service service;
    struct report_output *outputs[CLI_OUTPUTS_MAX];
    size_t n_outputs;
    bool to_stdout; /* a report goes there, so the one for people does not */
    struct result result;
    struct progress progress;
    FILE *out, *err;
};

static void on_progress(void *ctx, const struct check_progress *p)
{
    progress_draw(ctx, p->done, p->total, p->count, p->last->id);
}

/* Before anything is tested: a path that cannot be written is wrong usage. */
static int open_outputs(struct check *c)
{
    char why[5000];

    for (size_t i = 0; i < c->o.n_outputs; i++) {
        const struct cli_output *w = &c->o.outputs[i];
        bool here = strcmp(w->path, "-") == 0;
        struct report_output *o;

        if (here && c->to_stdout) {
            fputs("smtpspec check: expected only one report to be -\n",
                  c->err);
            return CLI_USAGE;
        }
        o = report_output_open(report_format_find(w->format), w->path, why,
                               sizeof why);
        if (!o) {
            fprintf(c->err, "smtpspec check: --%s: %s\n", w->format, why);
            return CLI_USAGE;
        }
        c->outputs[c->n_outputs++] = o;
        c->to_stdout |= here;
    }
    return CLI_OK;
}

static void abandon_outputs(struct check *c)
{
    while (c->n_outputs > 0)
        report_output_abandon(c->outputs[--c->n_outputs]);
}

/* Writes all reports, whatever becomes of one. False: one failed. */
static bool write_reports(struct check *c, int status)
{
    struct report_options ro = {.color = cli_color(&c->o, c->out),
                                .verbose = c->o.verbose,
                                .quiet = c->o.quiet};
    char why[5000];
    bool all = true;

    for (size_t i = 0; i < c->n_outputs; i++) {
        if (report_output_finish(c->outputs[i], &c->result, &ro, why,
                                 sizeof why) == 0)
            continue;
        fprintf(c->err, "smtpspec check: %s\n", why);
        all = false;
    }
    c->n_outputs = 0;
    if (!c->to_stdout)
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
    status = result_exit(&c->result, c->o.allow_blocked);
    if (!write_reports(c, status) && status == CLI_OK)
        status = CLI_UNABLE;
    return cli_flush(c->out, c->err, "check", status);
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
    rc = open_outputs(c);
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
    abandon_outputs(c);
    cli_service_close(&c->service);
    cli_stop_close();
    cli_suite_free(&c->suite);
    result_free(&c->result);
    cli_options_free(&c->o);
    free(c);
    return rc;
}
