/*
 * help: what --help prints, at most 80 columns wide.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

/* The whole program: its commands, targets, exit statuses. */
void cli_help(FILE *out);

/* One command. False when there is no text for that name. */
bool cli_help_command(FILE *out, const char *name);

#endif
