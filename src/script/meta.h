/*
 * meta: the metadata of a case, "key: value" lines in front of its steps.
 */
#ifndef SCRIPT_META_H
#define SCRIPT_META_H

#include "script/text.h"

struct script_meta {
    struct smtp_span key;
    unsigned line, column;    /* of the key */
    struct script_text value; /* continued lines joined by SP */
};

/* True when the key exists ("each" too). */
bool script_meta_known(struct smtp_span key);

/* Checks what does not depend on values: unknown and double keys. */
bool script_meta_check(struct script_parser *ps, const struct script_meta *m,
                       size_t n);

/*
 * Fills out from the id and the metadata, with the each-variables in force.
 * out->file and out->line are set. False: mistakes were reported.
 */
bool script_meta_read(struct script_parser *ps, const struct script_text *id,
                      const struct script_meta *m, size_t n,
                      struct script_case *out);

/* True for the id of a preamble. */
bool script_meta_is_start(const char *id);

#endif
