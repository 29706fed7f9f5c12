/*
 * span: a piece of somebody else's bytes.
 *
 * Bytes from the network are never NUL-terminated and may hold any value.
 * A span owns nothing: it lives as long as the buffer that it points into.
 * p may be NULL only when n is 0.
 */
#ifndef SMTP_SPAN_H
#define SMTP_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct smtp_span {
    const char *p; /* first octet */
    size_t n;      /* octets */
};

/* A span over a string literal, without its NUL. */
#define SMTP_SPAN(literal) ((struct smtp_span){(literal), sizeof(literal) - 1})

/* The n octets at p. */
static inline struct smtp_span smtp_span_of(const char *p, size_t n)
{
    return (struct smtp_span){p, n};
}

/* True when both hold the same octets. */
static inline bool smtp_span_eq(struct smtp_span a, struct smtp_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* c in lower case if it is an ASCII letter, else c itself. No locale. */
static inline char smtp_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* smtp_span_eq without regard to the case of ASCII letters: verbs and
 * keywords are compared so (RFC 5321 2.4). */
static inline bool smtp_span_ieq(struct smtp_span a, struct smtp_span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (smtp_lower(a.p[i]) != smtp_lower(b.p[i]))
            return false;
    return true;
}

/* The part of s from offset `from` (clamped to its end) to its end. */
static inline struct smtp_span smtp_span_from(struct smtp_span s, size_t from)
{
    if (from > s.n)
        from = s.n;
    if (from == 0) /* p may be NULL */
        return s;
    return (struct smtp_span){s.p + from, s.n - from};
}

#endif
