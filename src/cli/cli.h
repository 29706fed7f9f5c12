/*
 * cli: the subcommands, one function each.
 *
 * argv[0..argc) are the arguments behind the subcommand's name. What was
 * asked for goes to out, one line on a mistake to err. Each returns the exit
 * status (DESIGN: Exit status).
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#define CLI_OK     0
#define CLI_FAILED 1 /* a case FAILed, the input has flaws */
#define CLI_USAGE  2 /* wrong usage, configuration or script */
#define CLI_UNABLE 3 /* could not test, could not write */

int cli_check(int argc, char **argv, FILE *out, FILE *err);
int cli_list(int argc, char **argv, FILE *out, FILE *err);
int cli_replay(int argc, char **argv, FILE *out, FILE *err);
int cli_lint(int argc, char **argv, FILE *out, FILE *err);
int cli_fuzz(int argc, char **argv, FILE *out, FILE *err);
int cli_parse(int argc, char **argv, FILE *out, FILE *err);

/* The whole program: argv[0] is its name. */
int cli_run(int argc, char **argv, FILE *out, FILE *err);

/* True when stream is a terminal. */
int cli_is_terminal(FILE *stream);

/* Flushes out; CLI_UNABLE with a line in err when it could not be written,
 * else status. */
int cli_flush(FILE *out, FILE *err, const char *command, int status);

#endif
