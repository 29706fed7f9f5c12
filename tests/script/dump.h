/*
 * dump: a parsed case in one line a step, for comparisons.
 */
#ifndef TESTS_SCRIPT_DUMP_H
#define TESTS_SCRIPT_DUMP_H

#include <stdio.h>

#include "script/script.h"

void dump_meta(FILE *out, const struct script_case *c);
void dump_steps(FILE *out, const struct script_case *c);

#endif
