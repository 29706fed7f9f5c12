/*
 * sarif: the parts of a SARIF document.
 */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include <jansson.h>

#include "report/result.h"
#include "report/several.h"

/* A message of text alone: what looks like a link or a placeholder in it is
 * none (SARIF 3.11.5, 3.11.6). */
json_t *sarif_message(const char *text);

/* The requirements that were tested, each a rule. */
json_t *sarif_rules(const struct result *r);

/* The findings of a run. */
json_t *sarif_results(const struct result *r);

/* The findings of two runs, with what became of them. */
json_t *sarif_results_compared(const struct several *s);

#endif
