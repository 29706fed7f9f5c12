/*
 * text: logical lines of a script that know where they come from, a cursor
 * over them, and how mistakes are reported.
 *
 * A logical line may be joined from several lines of the file, and may have
 * had each-variables replaced in it; a mistake still names the place in the
 * file.
 */
#ifndef SCRIPT_TEXT_H
#define SCRIPT_TEXT_H

#include "script/arena.h"
#include "script/script.h"

/* From offset `at` on, the text comes from this place. */
struct script_mark {
    size_t at;
    unsigned line, column;
    bool fixed; /* all of it has this one column: a replaced variable */
};

struct script_text {
    struct smtp_span s;
    size_t base; /* of s in the text that the marks are for */
    const struct script_mark *marks;
    size_t n_marks;
};

struct script_each;

/* One call of script_parse. */
struct script_parser {
    struct script_arena *arena;
    const char *file;
    script_error_fn *on_error;
    void *ctx;
    int errors;
    bool no_memory;
    const struct script_each *each; /* of the case being parsed */
    size_t n_each;
    size_t replaced; /* variables so far, of SCRIPT_REPLACED_MAX */
};

#define SCRIPT_ERRORS_MAX   100       /* reported for one file */
#define SCRIPT_REPLACED_MAX 200000u   /* each-variables in one file */

/* Reports a mistake at a place. Returns false, for `return`. */
bool script_mistake(struct script_parser *ps, unsigned line, unsigned column,
                    const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for offset `at` of t. */
bool script_wrong(struct script_parser *ps, const struct script_text *t,
                  size_t at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Notes that memory ran out; parsing ends. Returns false. */
bool script_no_memory(struct script_parser *ps);

/* The place of offset `at`. */
void script_text_place(const struct script_text *t, size_t at, unsigned *line,
                       unsigned *column);

/* t[from..to), knowing its place. */
struct script_text script_text_slice(const struct script_text *t, size_t from,
                                     size_t to);

/* t without white space at its ends. */
struct script_text script_text_trim(const struct script_text *t);

struct script_cursor {
    struct script_parser *ps;
    struct script_text t;
    size_t at;
};

/* The octet at the cursor, or -1 at the end. */
int script_peek(const struct script_cursor *c);

/* Moves over SP and HT. */
void script_skip_space(struct script_cursor *c);

/* The octets up to SP, HT or the end; moves over them. */
struct smtp_span script_take_word(struct script_cursor *c);

/* Moves over `what` if it stands here. */
bool script_take(struct script_cursor *c, struct smtp_span what);

/* Mistake at the cursor unless only white space is left. */
bool script_take_end(struct script_cursor *c);

/* Octet classes of the notation. */
static inline bool script_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static inline bool script_is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}

/* True when all of s is in a-z 0-9 and `more`, and s is not empty. */
bool script_is_slug(struct smtp_span s, const char *more);

/* Decimal number, all of s. False: none, or over max. */
bool script_number(struct smtp_span s, uint64_t max, uint64_t *out);

/* A span in a constant table. */
#define SCRIPT_NAME(literal) {(literal), sizeof(literal) - 1}

/* For "%.*s". */
#define SCRIPT_ARG(span) (int)((span).n > 60 ? 60 : (span).n), (span).p

#endif
