/*
 * expand: what a template comes to.
 */
#ifndef SCRIPT_EXPAND_H
#define SCRIPT_EXPAND_H

#include "script/run.h"
#include "script/step.h"

/* Octets that grow. Zero-initialise. */
struct script_buffer {
    char *p;
    size_t n, cap;
};

bool script_buffer_add(struct script_buffer *b, struct smtp_span s);
void script_buffer_free(struct script_buffer *b);

/* The variables of one run. */
struct script_vars {
    const struct script_env *env;
    struct {
        const char *name;
        struct script_buffer value;
    } captures[SCRIPT_CAPTURES];
    size_t n;
};

enum script_expanded {
    SCRIPT_EXPANDED,
    SCRIPT_EXPAND_UNSET, /* a variable has no value */
    SCRIPT_EXPAND_LONG,  /* over SCRIPT_EXPAND_MAX, or no memory */
};

/* Appends what t comes to. */
enum script_expanded script_expand(const struct script_template *t,
                                   const struct script_vars *v,
                                   struct script_buffer *out);

/*
 * Appends a script's line to out[*n..cap) as a report shows it: escaped, its
 * variables as their values. The password stays a name, and so does the
 * case's token, which is another in each run.
 */
void script_show(struct smtp_span line, const struct script_vars *v, char *out,
                 size_t cap, size_t *n);

/* Sets a captured variable. False: no room. */
bool script_vars_set(struct script_vars *v, const char *name,
                     struct smtp_span value);

void script_vars_free(struct script_vars *v);

#endif
