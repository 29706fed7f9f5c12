/*
 * steps: the lines of a case behind its metadata.
 *
 *   client = "C" [n] ":" SP ( stage / text )
 *          / "C" [n] "=" SP DQUOTE escapes DQUOTE
 *   server = "S" [n] [ "!" ] [ "[" time "]" ] ":" SP expect
 *          / "S" [n] [ "!" ] [ "[" time "]" ] "=" SP DQUOTE escapes DQUOTE
 */
#ifndef SCRIPT_STEPS_H
#define SCRIPT_STEPS_H

#include "script/step.h"
#include "script/text.h"

/* One line of the file, without its end. */
struct script_line {
    struct smtp_span s;
    unsigned number;
};

/* Reads lines[0..n) as the steps of out, whose id is set. False: mistakes
 * were reported. */
bool script_steps_parse(struct script_parser *ps,
                        const struct script_line *lines, size_t n,
                        struct script_case *out);

/* What parsing a step uses, in steps.c and stage.c. */
struct script_builder {
    struct script_parser *ps;
    bool preamble;
    struct script_vec steps;   /* of struct script_step */
    struct script_vec expects; /* of the last step */
    struct script_vec wants;
    struct script_draft *group; /* the write being collected, or NULL */
    unsigned group_conn;
    struct script_text paste;   /* code of a pasted reply's "250-" lines */
    unsigned paste_conn;
};

/* The front of a step line. */
struct script_head {
    bool client;
    bool octets;      /* "=", not ":" */
    unsigned conn;
    bool under_test;
    bool timed;
    uint64_t time;
    unsigned times;          /* {N}; 0: once */
    struct script_text line; /* all of it */
    size_t at;               /* behind ":" or "=" */
};

/* Reads "<...>" of a client: text is all behind "C: ". */
bool script_stage_parse(struct script_builder *b,
                        const struct script_text *text,
                        struct script_step *out);

#endif
