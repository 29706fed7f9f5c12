/*
 * suite: see suite.h.
 */
#include "cli/suite.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/escape.h"

/* From the folder of the program: build/<variant>/smtpspec in a checkout,
 * $PREFIX/bin/smtpspec once installed. */
static const char *const places[] = {
    "../../conformance",
    "../share/smtpspec/conformance",
};

void cli_script_error(void *ctx, const struct script_error *e)
{
    FILE *err = ctx;
    char *file = report_clean(e->file), *message = report_clean(e->message);

    if (e->line && e->column)
        fprintf(err, "%s:%u:%u: %s\n", file, e->line, e->column, message);
    else if (e->line)
        fprintf(err, "%s:%u: %s\n", file, e->line, message);
    else
        fprintf(err, "%s: %s\n", file, message);
    free(file);
    free(message);
}

static bool is_suite(const char *dir)
{
    char path[PATH_MAX + 128];
    int n = snprintf(path, sizeof path, "%s/preambles.smtp", dir);

    return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

/* The folder of the running program. */
static bool program_folder(char *dir, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", dir, cap - 1);
    char *slash;

    if (n <= 0)
        return false;
    dir[n] = '\0';
    slash = strrchr(dir, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

bool cli_suite_find(const char *given, char *dir, size_t cap,
                    const char *command, FILE *err)
{
    char home[PATH_MAX], path[PATH_MAX + 64], real[PATH_MAX];

    if (given) {
        snprintf(dir, cap, "%s", given);
        if (is_suite(dir))
            return true;
        fprintf(err, "smtpspec %s: --suite: expected preambles.smtp in %s\n",
                command, dir);
        return false;
    }
    if (program_folder(home, sizeof home)) {
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            snprintf(path, sizeof path, "%s/%s", home, places[i]);
            if (!is_suite(path) || !realpath(path, real) ||
                strlen(real) >= cap)
                continue;
            snprintf(dir, cap, "%s", real);
            return true;
        }
    }
    fprintf(err,
            "smtpspec %s: no cases found beside the program: give --suite "
            "DIR\n",
            command);
    return false;
}

static bool load_scripts(struct cli_suite *s, enum cli_suite_part part,
                         FILE *err)
{
    char path[sizeof s->dir + 32];
    int mistakes;

    s->set = script_set_new();
    if (!s->set) {
        fputs("smtpspec: out of memory\n", err);
        return false;
    }
    snprintf(path, sizeof path, "%s/preambles.smtp", s->dir);
    mistakes = script_load(s->set, path, cli_script_error, err);
    /* The session that the passive rules look at; a suite may do without. */
    snprintf(path, sizeof path, "%s/tour.smtp", s->dir);
    if (mistakes == 0 && access(path, R_OK) == 0)
        mistakes = script_load(s->set, path, cli_script_error, err);
    if (mistakes == 0 && part == CLI_SUITE_ALL) {
        snprintf(path, sizeof path, "%s/cases", s->dir);
        mistakes = script_load(s->set, path, cli_script_error, err);
    }
    if (mistakes == 0)
        mistakes = script_lint(s->set, NULL, NULL, NULL, cli_script_error,
                               err);
    if (mistakes < 0)
        fputs("smtpspec: out of memory\n", err);
    return mistakes == 0;
}

bool cli_suite_load(struct cli_suite *s, const char *given,
                    enum cli_suite_part part, const char *command, FILE *err)
{
    char why[4400];

    memset(s, 0, sizeof *s);
    if (!cli_suite_find(given, s->dir, sizeof s->dir, command, err) ||
        !load_scripts(s, part, err))
        return false;
    s->catalogue = catalogue_load(s->dir, why, sizeof why);
    if (!s->catalogue)
        fprintf(err, "%s\n", why);
    else if (!cli_suite_identify(s->dir, s->id))
        fprintf(err, "%s: the files of the suite cannot be read\n", s->dir);
    else
        return true;
    return false;
}

void cli_suite_free(struct cli_suite *s)
{
    script_set_free(s->set);
    catalogue_free(s->catalogue);
    memset(s, 0, sizeof *s);
}
