/*
 * word: eight octets at a time, in one 64-bit number, the first octet in the
 * lowest bits. The parsers' common case is read so: names of letters and
 * digits, of which nothing needs to be told but where they end.
 *
 * A set of the octets of a word is a number too: bit 7 of each octet that is
 * in the set.
 */
#ifndef SMTP_WORD_H
#define SMTP_WORD_H

#include <stddef.h>
#include <stdint.h>

#define SMTP_WORD_EACH(octet) ((uint64_t)(octet) * 0x0101010101010101u)
#define SMTP_WORD_SET         SMTP_WORD_EACH(0x80)

/* The eight octets at p. */
static inline uint64_t smtp_word_at(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
           (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 |
           (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 |
           (uint64_t)u[7] << 56;
}

/* The octets p[at..n), at < n, eight of them at most, and NUL behind them.
 * Near the end the last eight are read and shifted: nothing outside p[0..n)
 * is touched. */
static inline uint64_t smtp_word_load(const char *p, size_t at, size_t n)
{
    uint64_t w = 0;
    if (n - at >= 8)
        return smtp_word_at(p + at);
    if (n >= 8)
        return smtp_word_at(p + n - 8) >> (8 * (8 - (n - at)));
    for (size_t i = n; i-- > at;)
        w = w << 8 | (unsigned char)p[i];
    return w;
}

/* The octets of w, all below 128, that are `from` or more, and up to `to`. */
static inline uint64_t smtp_word_range(uint64_t w, unsigned from, unsigned to)
{
    return (w + SMTP_WORD_EACH(0x80 - from)) & ~(w + SMTP_WORD_EACH(0x7F - to));
}

/* The octets of w, all below 128, that are not that one. */
static inline uint64_t smtp_word_not(uint64_t w, unsigned octet)
{
    return (w ^ SMTP_WORD_EACH(octet)) + SMTP_WORD_EACH(0x7F);
}

/* The first octet of a set that is not empty: 0 to 7. */
static inline size_t smtp_word_first(uint64_t set)
{
    return (size_t)__builtin_ctzll(set) / 8;
}

#endif
