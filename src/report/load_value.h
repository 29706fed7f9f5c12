/*
 * load_value: the values of a result's JSON, each read by the row of a table.
 */
#ifndef REPORT_LOAD_VALUE_H
#define REPORT_LOAD_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"

/* Where in the file one is, and what is wrong there. */
struct load {
    struct result *r;
    const char *name; /* of the file */
    char path[160];   /* "cases[3].verdict" */
    size_t at;        /* its length */
    char *err;
    size_t err_cap;
};

struct load_row;

/* Reads j into the field at row->offset of the struct at `to`. False with
 * l->err set. */
typedef bool load_fn(struct load *l, json_t *j, const struct load_row *row,
                     void *to);

struct load_row {
    const char *name; /* of the member */
    load_fn *read;
    size_t offset;
};

load_fn load_text;         /* const char * */
load_fn load_text_or_null; /* the same, or NULL */
load_fn load_bool;
load_fn load_seconds;  /* uint64_t nanoseconds, whole microseconds */
load_fn load_count;    /* uint64_t, at most 2^53 */
load_fn load_unsigned; /* unsigned */
load_fn load_time;     /* int64_t, Unix time in milliseconds */
load_fn load_octets;   /* struct smtp_span, unescaped */
load_fn load_verdict;  /* enum verdict */
load_fn load_cases;    /* struct result: the cases; see load_case.c */

/* An object with the members of rows[0..n), all of them and no others. */
bool load_object(struct load *l, json_t *j, const struct load_row *rows,
                 size_t n, void *to);

/*
 * An array of objects, each by rows[0..n) into an element of `size` octets.
 * The elements are zeroed first; *out is NULL for an empty array.
 */
bool load_objects(struct load *l, json_t *j, const struct load_row *rows,
                  size_t n, size_t size, void **out, size_t *count);

/* An array of texts. */
bool load_texts(struct load *l, json_t *j, const char *const **out,
                size_t *count);

/* Octets of a text as report_escape writes them; false with l->err set. The
 * span is the result's own. */
bool load_unescape(struct load *l, const char *text, struct smtp_span *out);

/* Which of names[0..n) the text is; -1 with l->err set for none. */
int load_choice(struct load *l, json_t *j, const char *const *names, size_t n);

/* False with "NAME: PATH: expected WHAT, not J" in l->err; j may be NULL. */
bool load_wrong(struct load *l, const char *what, json_t *j);

/* Goes into a member or an element; load_leave with what it returned. */
size_t load_enter(struct load *l, const char *member);
size_t load_enter_at(struct load *l, size_t index);
void load_leave(struct load *l, size_t where);

#endif
