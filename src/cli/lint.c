/*
 * lint: "smtpspec lint FILE...": every mistake in scripts, with its place.
 */
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/suite.h"
#include "server/server.h"

static bool requirement_known(void *ctx, const char *id)
{
    return catalogue_find(ctx, id) != NULL;
}

static bool fault_known(void *ctx, const char *id)
{
    (void)ctx;
    return server_fault_find(id, strlen(id)) != NULL;
}

/* True when some case starts from a preamble, and none of those is here. */
static bool needs_preambles(const struct script_set *set)
{
    bool starts = false;

    for (size_t i = 0; i < script_count(set); i++) {
        const char *start = script_at(set, i)->start;
        if (start && script_preamble(set, start, 0))
            return false;
        starts |= start != NULL;
    }
    return starts;
}

/* How many files the cases are from; a file's cases follow one another. */
static size_t count_files(const struct script_set *set)
{
    size_t n = 0;

    for (size_t i = 0; i < script_count(set); i++)
        n += i == 0 || strcmp(script_at(set, i)->file,
                              script_at(set, i - 1)->file) != 0;
    return n;
}

/* Loads the files and what they start from. Returns mistakes, -1: memory. */
static int load(struct script_set *set, const struct cli_options *o,
                const char *suite, FILE *err)
{
    int mistakes = 0;

    for (int i = 0; i < o->n_args && mistakes >= 0; i++) {
        int n = script_load(set, o->args[i], cli_script_error, err);
        mistakes = n < 0 ? n : mistakes + n;
    }
    if (mistakes >= 0 && needs_preambles(set)) {
        char path[4200];
        int n;
        snprintf(path, sizeof path, "%s/preambles.smtp", suite);
        n = script_load(set, path, cli_script_error, err);
        mistakes = n < 0 ? n : mistakes + n;
    }
    return mistakes;
}

static int lint(struct script_set *set, const struct cli_options *o,
                FILE *out, FILE *err)
{
    char dir[4096], why[4400];
    struct catalogue *catalogue;
    int mistakes;

    if (!cli_suite_find(o->suite, dir, sizeof dir, "lint", err))
        return CLI_USAGE;
    catalogue = catalogue_load(dir, why, sizeof why);
    if (!catalogue) {
        fprintf(err, "%s\n", why);
        return CLI_USAGE;
    }
    mistakes = load(set, o, dir, err);
    if (mistakes >= 0)
        mistakes += script_lint(set, requirement_known, fault_known,
                                catalogue, cli_script_error, err);
    catalogue_free(catalogue);
    if (mistakes < 0) {
        fputs("smtpspec lint: out of memory\n", err);
        return CLI_UNABLE;
    }
    if (mistakes)
        fprintf(err, "%d mistake%s\n", mistakes, mistakes == 1 ? "" : "s");
    else
        fprintf(out, "%zu files, %zu cases, no mistakes\n", count_files(set),
                script_count(set));
    return cli_flush(out, err, "lint", mistakes ? CLI_USAGE : CLI_OK);
}

int cli_lint(int argc, char **argv, FILE *out, FILE *err)
{
    struct cli_options o;
    struct script_set *set = script_set_new();
    int rc = cli_options_read(&o, CLI_FOR_LINT, argc, argv, err);

    if (rc == CLI_OK && !set) {
        fputs("smtpspec lint: out of memory\n", err);
        rc = CLI_UNABLE;
    }
    if (rc == CLI_OK && o.n_args == 0) {
        fputs("smtpspec lint: expected at least one FILE\n", err);
        rc = CLI_USAGE;
    }
    if (rc == CLI_OK)
        rc = lint(set, &o, out, err);
    script_set_free(set);
    cli_options_free(&o);
    return rc;
}
