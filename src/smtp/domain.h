/*
 * domain: Domain and address literals, and the octets over 127 that
 * SMTPUTF8 allows in them (RFC 5321 4.1.2, 4.1.3; RFC 6531 3.3). The parts
 * that the path parser uses; smtp/path.h has what callers need.
 */
#ifndef SMTP_DOMAIN_H
#define SMTP_DOMAIN_H

#include "smtp/path.h"

#pragma GCC visibility push(hidden)

/* What a scan met in octets over 127; 1 + offset of the first, or 0. */
struct smtp_non_ascii {
    size_t any;       /* whatever it is */
    size_t malformed; /* not well-formed UTF-8 */
};

/* Passes the octet over 127 at p[at], at < n: returns the offset behind its
 * UTF-8 sequence, or behind it alone if there is none, and notes it. */
size_t smtp_non_ascii_skip(struct smtp_non_ascii *seen, const char *p,
                           size_t at, size_t n);

/*
 * Reads a Domain from p[at..n): the offset of the first octet that is none
 * of it. *valid says whether what was passed is a whole Domain; it is false
 * for one that is empty or whose last label is, or ends with "-".
 * Octets over 127 are passed as U-labels; whether they may stand there is
 * for the caller to judge by *seen.
 */
size_t smtp_domain_scan(const char *p, size_t at, size_t n, bool *valid,
                        struct smtp_non_ascii *seen);

/* What the address literal in, brackets included, is; NONE for no valid
 * one. */
enum smtp_domain_kind smtp_literal_kind(struct smtp_span in);

#pragma GCC visibility pop

#endif
