/*
 * base64: RFC 4648 4, strict: no white space, right padding, zero bits at
 * the end, as RFC 4954 4 requires in AUTH exchanges.
 */
#ifndef SMTP_BASE64_H
#define SMTP_BASE64_H

#include <sys/types.h>

#include "smtp/span.h"

/* Octets that encoding n octets yields. */
#define SMTP_BASE64_ENCODED(n) (((n) + 2) / 3 * 4)

/* Octets that decoding n octets yields at most. */
#define SMTP_BASE64_DECODED(n) ((n) / 4 * 3)

/* Encodes in to out (room for SMTP_BASE64_ENCODED); returns its length. */
size_t smtp_base64_encode(struct smtp_span in, char *out);

/*
 * Decodes the whole of in to out (room for SMTP_BASE64_DECODED; out may be
 * in). >= 0: octets written. -1 - i: the octet at offset i is wrong: not of
 * the alphabet, padding that is not at the end, or set bits that no octet
 * uses (offset in.n: the input is too short, its length no multiple of 4);
 * out holds what was decoded before it.
 */
ssize_t smtp_base64_decode(struct smtp_span in, char *out);

#endif
