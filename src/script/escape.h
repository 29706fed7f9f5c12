/*
 * escape: octets from the wire as printable text.
 */
#ifndef SCRIPT_ESCAPE_H
#define SCRIPT_ESCAPE_H

#include <stddef.h>

#include "smtp/span.h"

/*
 * Appends s to out[*n..cap) with \r \n \t \0 \xHH \\ for what is not
 * printable ASCII, and ends it with a NUL. What has no room is left out, and
 * "..." says so. `also` are printable octets that get a backslash, too.
 */
void script_escape(char *out, size_t cap, size_t *n, struct smtp_span s,
                   const char *also);

/* The escape of one octet: 1 to 4 octets in out, no NUL; returns how many. */
size_t script_escape_octet(char out[4], char c, const char *also);

#endif
