/*
 * enhanced: enhanced status codes (RFC 3463 2, RFC 2034 4).
 *
 *   status-code = class "." subject "." detail
 *   class = "2" / "4" / "5";  subject = 1*3digit;  detail = 1*3digit
 *
 * RFC 2034 4 and RFC 3463 2 have the same ABNF; RFC 3463 adds that a number
 * has no leading zeros.
 */
#ifndef SMTP_ENHANCED_H
#define SMTP_ENHANCED_H

#include <stdint.h>

#include "smtp/reply.h"

struct smtp_enhanced {
    uint8_t class;    /* 2, 4 or 5; 0 is "none" */
    uint16_t subject; /* 0..999 */
    uint16_t detail;  /* 0..999 */
};

/*
 * Reads a status code at the start of text. > 0: its octets, up to but not
 * including the SP or the end behind it; *out is set. 0: there is none.
 * Leading zeros are not accepted (RFC 3463 2).
 */
size_t smtp_enhanced_parse(struct smtp_span text, struct smtp_enhanced *out);

/*
 * Judges a reply of a server that offers ENHANCEDSTATUSCODES: each line of a
 * 2yz, 4yz or 5yz reply begins with a status code, its class is the reply
 * code's, and it is the same on all lines. Other replies, and lines without a
 * reply code, are passed over. A text that begins with digits and a dot is
 * taken for an attempt at a status code (SYNTAX), all else lacks one
 * (MISSING); a status code without a space behind it is SYNTAX too (RFC 2034
 * 3(4)). Offsets are relative to r->raw. The caller leaves out what RFC 2034
 * exempts: the greeting and the replies to HELO and EHLO.
 */
void smtp_enhanced_check(const struct smtp_reply *r, struct smtp_flaws *flaws);

/* What the registry says of a code (IANA "Enhanced Status Codes"), the class
 * left open: "Bad destination mailbox address" for x.1.1; NULL for an
 * unregistered one. Static string. */
const char *smtp_enhanced_meaning(const struct smtp_enhanced *e);

/* One registered code. All static. */
struct smtp_enhanced_info {
    uint16_t subject;
    uint16_t detail;
    const char *rfc;     /* where it is defined: "RFC3463" */
    const char *meaning;
};

/* The i-th registered code in ascending order; NULL behind the last. */
const struct smtp_enhanced_info *smtp_enhanced_at(size_t i);

#endif
