/*
 * tool: what check and replay share.
 */
#ifndef CLI_TOOL_H
#define CLI_TOOL_H

#include "cli/options.h"
#include "report/result.h"

/* Whether to use colour on that stream. */
bool cli_color(const struct cli_options *o, FILE *stream);

/* Fills the tool's name, the suite's id and the options into r. */
void cli_result_describe(struct result *r, const struct cli_options *o,
                         const char *suite);

/* Makes the places of scripts count from the folder of the suite. */
void cli_result_shorten(struct result *r, const char *dir);

/* Makes r the result of a run that could not begin. */
void cli_result_unusable(struct result *r, const char *why);

#endif
