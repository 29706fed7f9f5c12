/*
 * replay: "smtpspec replay FILE TARGET": plays the cases of one file and
 * prints their sessions.
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
#include "report/terminal.h"

struct replay {
    struct cli_options o;
    struct cli_suite suite; /* the preambles, then the file's cases */
    struct cli_service service;
    struct result result;
    struct page page;
    FILE *out, *err;
};

/* A case has ended: its session at once, while the next one plays. */
static void on_progress(void *ctx, const struct check_progress *p)
{
    struct replay *r = ctx;

    if (r->o.quiet)
        return;
    report_case(&r->page, p->last, NULL, 0, true);
    fflush(r->out);
}

/* The rules over all sessions are not what was asked for. */
static void drop_passive(struct result *r)
{
    while (r->n_cases && r->cases[r->n_cases - 1].passive)
        transcript_free(&r->cases[--r->n_cases].log);
}

static int play(struct replay *r)
{
    char why[400];

    r->page = (struct page){
        .out = r->out, .width = 80, .color = cli_color(&r->o, r->out)};
    if (r->service.unusable[0]) {
        cli_result_unusable(&r->result, r->service.unusable);
        return CLI_OK;
    }
    if (check_run(&r->o.cfg, r->suite.set, r->suite.catalogue, on_progress, r,
                  &r->result, why, sizeof why) == 0)
        return CLI_OK;
    fprintf(r->err, "smtpspec replay: %s\n", why);
    return CLI_USAGE;
}

/* The line at the end. A file of which nothing could be played has tested
 * nothing. */
static int sum_up(struct replay *r)
{
    size_t n = r->result.n_cases;
    int status = result_exit(&r->result, r->o.allow_blocked);
    struct report_options ro = {.quiet = true};

    if (status == CLI_OK && n == result_count(&r->result, VERDICT_SKIP))
        status = CLI_UNABLE;
    report_terminal_write(&r->result, &ro, status, r->out);
    return cli_flush(r->out, r->err, "replay", status);
}

static int load(struct replay *r, const char *file)
{
    int mistakes;

    if (!cli_suite_load(&r->suite, r->o.suite, CLI_SUITE_PREAMBLES, "replay",
                        r->err))
        return CLI_USAGE;
    mistakes = script_load(r->suite.set, file, cli_script_error, r->err);
    if (mistakes == 0)
        mistakes = script_lint(r->suite.set, NULL, NULL, NULL,
                               cli_script_error, r->err);
    if (mistakes)
        return CLI_USAGE;
    if (script_count(r->suite.set) == 0) {
        fprintf(r->err, "%s: expected a case\n", file);
        return CLI_USAGE;
    }
    return CLI_OK;
}

static int prepare(struct replay *r)
{
    int rc;

    if (r->o.n_args != 2) {
        fputs("smtpspec replay: expected a FILE and a TARGET (smtpspec "
              "replay --help)\n",
              r->err);
        return CLI_USAGE;
    }
    rc = load(r, r->o.args[0]);
    if (rc != CLI_OK)
        return rc;
    if (r->o.case_id) {
        r->o.cfg.select.at[0] = r->o.case_id;
        r->o.cfg.select.n = 1;
    }
    r->o.cfg.stop_fd = cli_stop_open();
    return cli_service_open(&r->service, &r->o, r->o.args[1], "replay",
                            r->err);
}

int cli_replay(int argc, char **argv, FILE *out, FILE *err)
{
    struct replay *r = calloc(1, sizeof *r);
    int rc;

    if (!r || !result_init(&r->result)) {
        fputs("smtpspec replay: out of memory\n", err);
        free(r);
        return CLI_UNABLE;
    }
    r->out = out;
    r->err = err;
    rc = cli_options_read(&r->o, CLI_FOR_REPLAY, argc, argv, err);
    if (rc == CLI_OK)
        rc = prepare(r);
    if (rc == CLI_OK)
        rc = play(r);
    if (rc == CLI_OK) {
        drop_passive(&r->result);
        rc = sum_up(r);
    }
    cli_service_close(&r->service);
    cli_stop_close();
    cli_suite_free(&r->suite);
    result_free(&r->result);
    cli_options_free(&r->o);
    free(r);
    return rc;
}
