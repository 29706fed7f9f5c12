/*
 * octet: classes of octets that the grammars of paths, parameters and
 * commands share, and UTF-8.
 */
#ifndef SMTP_OCTET_H
#define SMTP_OCTET_H

#include <stddef.h>
#include <stdint.h>

#include "smtp/span.h"

#pragma GCC visibility push(hidden)

enum smtp_octet_class {
    SMTP_OCTET_ATEXT = 1,     /* RFC 5322 3.2.3 */
    SMTP_OCTET_QTEXT = 2,     /* qtextSMTP, RFC 5321 4.1.2 */
    SMTP_OCTET_LETDIG = 4,    /* Let-dig: ALPHA / DIGIT */
    SMTP_OCTET_LDH = 8,       /* Let-dig / "-" */
    SMTP_OCTET_DCONTENT = 16, /* RFC 5321 4.1.3 */
    SMTP_OCTET_VALUE = 32,    /* esmtp-value, RFC 5321 4.1.2 */
    SMTP_OCTET_HEXDIG = 64,   /* in either case */
    SMTP_OCTET_DIGIT = 128,
    /* White space between the words of a command: SP, and HT, which the
     * grammar has nowhere but which clients send. */
    SMTP_OCTET_BLANK = 256,
    SMTP_OCTET_BASE64 = 512,  /* RFC 4648 4, without "=" */
    SMTP_OCTET_XCHAR = 1024   /* RFC 3461 4 */
};

/* The classes of each octet; 0 for controls but HT, and those over 127. */
extern const uint16_t smtp_octet_classes[256];

static inline unsigned smtp_octet_is(char c, enum smtp_octet_class class)
{
    return smtp_octet_classes[(unsigned char)c] & (unsigned)class;
}

static inline bool smtp_octet_blank(char c)
{
    return smtp_octet_is(c, SMTP_OCTET_BLANK) != 0;
}

/* c in upper case if it is an ASCII letter, else c itself. */
static inline char smtp_octet_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c ^ 0x20) : c;
}

/* smtp_span_from for a span that has a buffer: its p is not NULL. */
static inline struct smtp_span smtp_span_tail(struct smtp_span s, size_t from)
{
    if (from > s.n)
        from = s.n;
    return (struct smtp_span){s.p + from, s.n - from};
}

/*
 * The octets of the UTF-8 sequence at p[0..n), 1 to 4. 0: it is not well
 * formed (RFC 3629 4): overlong, a surrogate, over U+10FFFF, cut off, or
 * begins with a continuation octet.
 */
size_t smtp_utf8_length(const char *p, size_t n);

#pragma GCC visibility pop

#endif
