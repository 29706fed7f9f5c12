/*
 * cli: the table of subcommands.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/explain.h"
#include "cli/help.h"
#include "cli/report.h"
#include "cli/serve.h"
#include "report/escape.h"

#ifndef SMTPSPEC_VERSION
#define SMTPSPEC_VERSION "unreleased"
#endif

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv, FILE *out, FILE *err);
} commands[] = {
    {"check", cli_check},     {"list", cli_list}, {"replay", cli_replay},
    {"lint", cli_lint},       {"serve", cli_serve}, {"parse", cli_parse},
    {"explain", cli_explain}, {"report", cli_report}, {"fuzz", cli_fuzz},
};

int cli_is_terminal(FILE *stream)
{
    int fd = fileno(stream);

    return fd >= 0 && isatty(fd);
}

int cli_flush(FILE *out, FILE *err, const char *command, int status)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return status;
    fprintf(err, "smtpspec %s: the output could not be written: %s\n",
            command, strerror(errno ? errno : EIO));
    return CLI_UNABLE;
}

static bool is_one_of(const char *word, const char *a, const char *b,
                      const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
           strcmp(word, c) == 0;
}

static int unknown(const char *word, FILE *err)
{
    char *clean = report_clean(word);

    fprintf(err, "smtpspec: unknown command %s; expected ", clean);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(err, "%s%s", i ? " " : "", commands[i].name);
    fputs(" (smtpspec --help)\n", err);
    free(clean);
    return CLI_USAGE;
}

static int run_command(const struct command *c, int argc, char **argv,
                       FILE *out, FILE *err)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
            continue;
        if (!cli_help_command(out, c->name))
            break; /* it has a text of its own */
        return cli_flush(out, err, c->name, CLI_OK);
    }
    return c->run(argc, argv, out, err);
}

int cli_run(int argc, char **argv, FILE *out, FILE *err)
{
    const char *word = argc > 1 ? argv[1] : "";

    if (argc < 2) {
        fputs("smtpspec: expected a command; smtpspec --help lists them\n",
              err);
        return CLI_USAGE;
    }
    if (is_one_of(word, "--version", "-V", "version")) {
        fputs("smtpspec " SMTPSPEC_VERSION "\n", out);
        return cli_flush(out, err, "--version", CLI_OK);
    }
    if (is_one_of(word, "--help", "-h", "help")) {
        if (argc < 3 || !cli_help_command(out, argv[2]))
            cli_help(out);
        return cli_flush(out, err, "--help", CLI_OK);
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, word) == 0)
            return run_command(&commands[i], argc - 2, argv + 2, out, err);
    return unknown(word, err);
}
