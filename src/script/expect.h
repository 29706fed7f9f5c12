/*
 * expect: the right-hand sides of server lines.
 *
 *   expect = stage / 1*code *token [ "->" verdict DQUOTE why DQUOTE ]
 *   token  = word / "<" type [ ":" variable ] ">"
 *   want   = ( "+" / "-" ) SP keyword *token
 */
#ifndef SCRIPT_EXPECT_H
#define SCRIPT_EXPECT_H

#include "script/step.h"
#include "script/text.h"

/* Where an expectation stands, which decides what is allowed there. */
enum script_place {
    SCRIPT_PLACE_MAIN,   /* behind S: */
    SCRIPT_PLACE_ALT,    /* behind | under a server line */
    SCRIPT_PLACE_CLIENT  /* behind | under <open> or <tls> */
};

/* Reads from the cursor to the end. */
bool script_expect_parse(struct script_cursor *c, enum script_place place,
                         struct script_expect *out);

/* Reads a string in quotes: what S= expects. */
bool script_octets_parse(struct script_cursor *c, struct script_expect *out);

/* Reads "+ KEY tokens" to the end. */
bool script_want_parse(struct script_cursor *c, struct script_want *out);

/* Reads a time: 0, 300ms, 5s, 2m; at most an hour. */
bool script_time_parse(struct script_parser *ps, const struct script_text *t,
                       uint64_t *out);

/* Takes "<...>" at the cursor up to the last ">" of the line's first
 * `reach` octets; *inner is what is between. */
bool script_stage_take(struct script_cursor *c, size_t reach,
                       struct script_text *inner);

/* True for 250, 5yz, x5z and so on. */
bool script_is_code(struct smtp_span s);

#endif
