/*
 * value_text: the tokens that the values of parameters are made of.
 */
#ifndef SMTP_VALUE_TEXT_H
#define SMTP_VALUE_TEXT_H

#include <stdint.h>

#include "smtp/span.h"

#pragma GCC visibility push(hidden)

/*
 * Where a function returns a fault, it is 0 for none, else 1 + the offset of
 * the first octet that is wrong; s.n + 1 means that the text is too short.
 */

/* The octets of v from `from` up to the first `stop` or the end. */
struct smtp_span smtp_value_until(struct smtp_span v, size_t from, char stop);

/* The digits at v.p[at..]: how many, their value in *number, UINT64_MAX when
 * it does not fit. */
size_t smtp_value_digits(struct smtp_span v, size_t at, uint64_t *number);

/*
 * xtext (RFC 3461 4). Returns the fault. *n is the length of the decoded
 * text, of which out[0..cap) gets what fits.
 */
size_t smtp_value_xtext(struct smtp_span s, char *out, size_t cap, size_t *n);

/* utf-8-enc-addr (RFC 6533 3). Returns the fault. */
size_t smtp_value_unitext(struct smtp_span s);

/* 1*atext (RFC 5322 3.2.3). Returns the fault. */
size_t smtp_value_atom(struct smtp_span s);

/* transid-token (RFC 1845 2): atoms of MIME token octets between dots. */
size_t smtp_value_token(struct smtp_span s);

/* A solicitation keyword (RFC 3865 2.6): ALPHA *( ALPHA / DIGIT / "." / "-"
 * / "_" / ":" ). Returns the fault. */
size_t smtp_value_word(struct smtp_span s);

/* date-time (RFC 3339 5.6). Returns the fault. */
size_t smtp_value_date_time(struct smtp_span s);

#pragma GCC visibility pop

#endif
