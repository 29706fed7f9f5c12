/*
 * serve: "smtpspec serve", the reference server by itself.
 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include <stdio.h>

/*
 * argv[0..argc) are the arguments behind the subcommand's name. Serves until
 * SIGINT or SIGTERM. Returns the exit status: 0, 2 for wrong usage, 3 if the
 * server could not be started or a file not be written.
 */
int cli_serve(int argc, char **argv, FILE *out, FILE *err);

#endif
