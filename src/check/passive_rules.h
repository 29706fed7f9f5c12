/*
 * passive_rules: the table of passive rules.
 */
#ifndef CHECK_PASSIVE_RULES_H
#define CHECK_PASSIVE_RULES_H

#include "check/passive.h"

/* Holds r against rule i. why gets one sentence unless the rule agrees or
 * does not apply. */
enum passive_finding passive_judge(size_t i, const struct catalogue *codes,
                                   const struct script_reply *r, char *why,
                                   size_t cap);

#endif
