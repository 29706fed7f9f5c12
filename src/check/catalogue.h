/*
 * catalogue: requirements.tsv, replycodes.tsv and iana.tsv, loaded.
 */
#ifndef CHECK_CATALOGUE_H
#define CHECK_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/command.h"

/* `observable`: wire, delivery, config or timing; beyond: where this program
 * is not (the next hop, the DNS, the settings); none: nowhere. `reason`: why
 * no case covers it, "" where one does. */
struct catalogue_requirement {
    const char *id, *rfc, *section, *level, *party, *text, *observable;
    const char *reason;
};

struct catalogue;

/* Reads these files of DIR. NULL with one line in
 * err: file, line, what was expected. */
struct catalogue *catalogue_load(const char *dir, char *err, size_t err_cap);
void catalogue_free(struct catalogue *c);

size_t catalogue_count(const struct catalogue *c);
const struct catalogue_requirement *catalogue_at(const struct catalogue *c,
                                                 size_t i);
/* Whose duty it is: a server's, or that of servers as well. */
bool catalogue_is_server(const struct catalogue_requirement *r);
/* Whether a case can see it from outside. */
bool catalogue_is_observable(const struct catalogue_requirement *r);
/* NULL for an unknown id. */
const struct catalogue_requirement *catalogue_find(const struct catalogue *c,
                                                   const char *id);

/* Registries of IANA (iana.tsv). */
enum catalogue_registry { CATALOGUE_EXTENSION, CATALOGUE_LIMIT };

/* True when the name, in any case, is registered there. */
bool catalogue_registered(const struct catalogue *c, enum catalogue_registry r,
                          struct smtp_span name);

/* What the catalogue says of a code as the answer to a command. */
enum catalogue_allowed {
    CATALOGUE_UNLISTED, /* no RFC in the catalogue allows it there */
    CATALOGUE_NOTED,    /* not allowed by the text, but known and harmless */
    CATALOGUE_LISTED
};

/* The rows of `command` ("MAIL", "(connect)", "(end of data)") in any state,
 * and those of "(any)". */
enum catalogue_allowed catalogue_code(const struct catalogue *c,
                                      const char *command, unsigned code);

#endif
