/*
 * plain: the paths that nearly all are, "<local@domain>" of letters, digits
 * and few other octets, read without a look at each octet. smtp/path.h is
 * what callers use.
 *
 * Each implementation tells, for 32 octets at a time, which octets are of
 * which kind, one bit an octet; the rest is done on those bits.
 */
#ifndef SMTP_PLAIN_H
#define SMTP_PLAIN_H

#include <stdint.h>

#include "smtp/path.h"

#pragma GCC visibility push(hidden)

/*
 * Reads a valid path of that kind at the start of in, which begins with "<":
 * > 0: its octets, and the fields of *out that are not zero for it are set.
 * 0: it is none; it may still be valid.
 */
size_t smtp_plain_parse(struct smtp_span in, struct smtp_path *out);

/* The same by one implementation: eight octets of a number at a time, or
 * AVX2, where smtp_plain_has_avx2(). */
size_t smtp_plain_parse_portable(struct smtp_span in, struct smtp_path *out);
size_t smtp_plain_parse_avx2(struct smtp_span in, struct smtp_path *out);
bool smtp_plain_has_avx2(void);

/* Sets of octets, a bit each, the first octet lowest. */
struct smtp_plain {
    uint64_t local; /* ALPHA / DIGIT / marks / other: atext and "." */
    uint64_t other; /* "+" / "/" / "=" / "_": of a local part only */
    uint64_t marks; /* "-" / "." */
};

#define SMTP_PLAIN_INLINE static inline __attribute__((always_inline))

/* True when the path may go on behind the 32 octets in s. */
SMTP_PLAIN_INLINE bool smtp_plain_open(struct smtp_plain s)
{
    uint64_t outside = ~s.local & 0xFFFFFFFF;
    return (outside & (outside - 1)) == 0;
}

/* s, and behind its 32 octets those of more. */
SMTP_PLAIN_INLINE struct smtp_plain smtp_plain_join(struct smtp_plain s,
                                                    struct smtp_plain more)
{
    return (struct smtp_plain){s.local | more.local << 32,
                               s.other | more.other << 32,
                               s.marks | more.marks << 32};
}

/*
 * Judges the octets in.p[1..65). A local part and a domain of plain octets
 * are valid when no mark stands at their start, at their end, or next to
 * another one. So when "@" and ">" count as marks, and one before the first
 * octet, no two bits of marks may meet. That "-" may stand anywhere in a
 * local part, that "--" is valid in a domain, and that there is more atext
 * than is taken here, is left to the parser that looks at each octet.
 */
SMTP_PLAIN_INLINE size_t smtp_plain_judge(struct smtp_span in,
                                          struct smtp_plain s,
                                          struct smtp_path *out)
{
    const char *p = in.p;
    /* The first octet that is not local has to be "@", the second ">". */
    uint64_t at = ~s.local & -~s.local;
    uint64_t rest = ~s.local ^ at;
    uint64_t end = rest & -rest;
    if (!end)
        return 0;
    size_t local = (size_t)__builtin_ctzll(at);
    size_t close = (size_t)__builtin_ctzll(end);
    uint64_t domain = (end - 1) & ~(at | (at - 1));
    uint64_t marks = (s.marks & (end - 1)) | at | end;
    if (close + 1 >= in.n || p[1 + local] != '@' || p[1 + close] != '>' ||
        (s.other & domain) || (marks & (marks << 1 | 1)))
        return 0;
    out->raw = smtp_span_of(p, close + 2);
    out->local = smtp_span_of(p + 1, local);
    out->domain = smtp_span_of(p + 2 + local, close - local - 1);
    out->kind = SMTP_DOMAIN_NAME;
    return close + 2;
}

#pragma GCC visibility pop

#endif
