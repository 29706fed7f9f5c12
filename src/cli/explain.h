/*
 * explain: "smtpspec explain CODE [CODE]", the reference page of a reply
 * code or of an enhanced status code, and two codes compared.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdio.h>

/*
 * argv[0..argc) are the arguments behind the subcommand's name. Pages go to
 * out, at most 80 columns wide; one line on a mistake goes to err. Returns
 * the exit status: 0, 2 for wrong usage, 3 if out cannot be written.
 */
int cli_explain(int argc, char **argv, FILE *out, FILE *err);

#endif
