/*
 * template: text with variables and functions, parsed.
 *
 *   ${name}             a variable
 *   ${rep N text}       text N times
 *   ${b64 text}         text in base64
 *   ${xtext text}       text in xtext
 *   ${date}             now, as in a header field
 *   $$                  "$"
 *   \r \n \t \0 \xHH \\ \" \< \}   octets, but not in the text of a C: line
 */
#ifndef SCRIPT_TEMPLATE_H
#define SCRIPT_TEMPLATE_H

#include "script/step.h"
#include "script/text.h"

enum script_mode {
    SCRIPT_MODE_LINE,   /* C: to the end, without escapes */
    SCRIPT_MODE_STRING, /* to the closing quote, or the end */
    SCRIPT_MODE_WORD,   /* to white space */
    SCRIPT_MODE_ARG     /* of a function, to its "}" */
};

/* A template in the making; pieces may be added from several lines. */
struct script_draft {
    struct script_parser *ps;
    struct script_vec parts;  /* of struct script_part */
    struct script_vec octets; /* literal text not yet in parts */
    unsigned depth;
};

void script_draft_init(struct script_draft *d, struct script_parser *ps);

/* Adds octets as they are. */
bool script_draft_text(struct script_draft *d, struct smtp_span s);

/* Reads from the cursor to where the mode ends; what ends it is left. */
bool script_draft_read(struct script_draft *d, struct script_cursor *c,
                       enum script_mode mode);

/* Keeps it in the arena, and empties and frees the draft. */
bool script_draft_finish(struct script_draft *d, struct script_template *out);

void script_draft_free(struct script_draft *d);

/* Reads a string in double quotes: the cursor is at the first quote, and
 * then behind the second. */
bool script_draft_string(struct script_draft *d, struct script_cursor *c);

/* Which variable has that name; CAPTURE for none of the fixed ones. */
enum script_var script_var_find(struct smtp_span name);

#endif
