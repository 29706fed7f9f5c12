/*
 * each: "each:" lines, which make one case into many.
 *
 *   each: NAME = id "value", id "value"
 *   each: NAME, NAME = id "value" "value", id "value" "value"
 *
 * The second form sets several variables from one row.
 */
#ifndef SCRIPT_EACH_H
#define SCRIPT_EACH_H

#include "script/text.h"

#define SCRIPT_EACH_NAMES 4    /* variables of one line */
#define SCRIPT_EACH_LINES 4    /* of one case */
#define SCRIPT_EACH_CASES 4096 /* that one case may become */
#define SCRIPT_EACH_DEPTH 4    /* of values that name other variables */

struct script_each_row {
    struct smtp_span id;
    struct script_text values[SCRIPT_EACH_NAMES]; /* between the quotes */
};

struct script_each {
    struct smtp_span names[SCRIPT_EACH_NAMES];
    size_t n_names;
    const struct script_each_row *rows;
    size_t n_rows;
    size_t pick; /* the row in force */
};

/* Reads the value of an "each:" line. */
bool script_each_parse(struct script_parser *ps,
                       const struct script_text *value,
                       struct script_each *out);

/* The value in force of variable `name`, or NULL. */
const struct script_text *script_each_find(const struct script_parser *ps,
                                           struct smtp_span name);

/*
 * Writes the values of the each-variables into a line, as they are written
 * between their quotes. *varied is set when there were any (it may be NULL).
 */
bool script_each_replace(struct script_parser *ps,
                         const struct script_text *in,
                         struct script_text *out, bool *varied);

#endif
