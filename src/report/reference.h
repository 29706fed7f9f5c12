/*
 * reference: the RFCs and sections that a case's `spec` names, one by one.
 */
#ifndef REPORT_REFERENCE_H
#define REPORT_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

struct report_reference {
    unsigned rfc;
    char section[24]; /* "4.1.1.10", or "" */
};

/*
 * The next reference of "RFC5321 3.8, 4.1.1.10; RFC2920 3.1"; *at moves
 * behind it. It begins as {0} and is handed on from call to call. What is
 * none is passed over. False at the end.
 */
bool report_reference_next(const char **at, struct report_reference *ref);

/* Where it can be read: "https://www.rfc-editor.org/rfc/rfc5321#section-3.8"
 * into out[0..cap), cap >= 96. */
void report_reference_url(const struct report_reference *ref, char *out,
                          size_t cap);

/* "RFC 5321 section 3.8" into out[0..cap), cap >= 64. */
void report_reference_name(const struct report_reference *ref, char *out,
                           size_t cap);

#endif
