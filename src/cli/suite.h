/*
 * suite: finding and loading the cases and the catalogue.
 */
#ifndef CLI_SUITE_H
#define CLI_SUITE_H

#include <stdbool.h>
#include <stdio.h>

#include "check/catalogue.h"
#include "script/script.h"

#define CLI_SUITE_ID 17

struct cli_suite {
    char dir[4096];
    char id[CLI_SUITE_ID]; /* which cases these are, in 16 digits */
    struct script_set *set;
    struct catalogue *catalogue;
};

/*
 * Where the suite is: `given` (--suite) when not NULL; else the checkout's
 * that the program lies in, else $PREFIX/share/smtpspec/conformance beside
 * it. False with one line in err.
 */
bool cli_suite_find(const char *given, char *dir, size_t cap,
                    const char *command, FILE *err);

/* What of it to load. */
enum cli_suite_part { CLI_SUITE_ALL, CLI_SUITE_PREAMBLES };

/*
 * The first 16 digits of the SHA-256 of what, in `dir`,
 *     find . -name '*.smtp' -o -name '*.tsv' | LC_ALL=C sort |
 *         xargs sha256sum
 * prints: two results with the same id are of the same cases. False when a
 * file cannot be read.
 */
bool cli_suite_identify(const char *dir, char id[CLI_SUITE_ID]);

/* Finds and loads; mistakes go to err, a line each. False: CLI_USAGE. The
 * caller frees it either way. */
bool cli_suite_load(struct cli_suite *s, const char *given,
                    enum cli_suite_part part, const char *command, FILE *err);
void cli_suite_free(struct cli_suite *s);

/* A script_error_fn: prints "file:line:column: message" to ctx, a FILE. */
void cli_script_error(void *ctx, const struct script_error *e);

#endif
