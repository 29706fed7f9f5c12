/*
 * escape: octets of anyone as text that is safe anywhere.
 *
 * Two kinds of input: octets from the wire, of which nothing but printable
 * ASCII is kept; and text of our side (titles, paths, arguments), which is
 * kept when it is UTF-8 without control characters.
 */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "smtp/span.h"

/*
 * Writes the octets as a script's string has them between its quotes
 * (\r \n \t \0 \\ \" \xHH), cut at cap - 1 and NUL-terminated where cap > 0.
 * Returns the whole length.
 */
size_t report_escape(struct smtp_span octets, char *out, size_t cap);

/*
 * The octets of a text that report_escape wrote, into out, which has room
 * for strlen(text); how many into *n. False for any other text.
 */
bool report_unescape(const char *text, char *out, size_t *n);

/*
 * Octets at s that make one character that may be shown: 1 to 4; 0 for what
 * may not: a control character (C0, DEL, C1), one that is not seen but changes
 * what is (such as U+202E), a noncharacter, or no well-formed UTF-8 (RFC 3629
 * 4).
 */
size_t report_character(struct smtp_span s);

/* A copy of s, from malloc, with what may not be shown as \xHH; line ends
 * are kept. Ends the program when memory runs out. */
char *report_clean(const char *s);

#endif
