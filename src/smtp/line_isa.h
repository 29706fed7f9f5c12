/*
 * line_isa: what the implementations of the line scan share. Not installed.
 *
 * Each one looks at a block of octets at a time and makes a mask of the
 * special ones: below SP, DEL, over 127. In an ordinary line these are CR
 * and LF only, so everything else is done octet by octet on that mask.
 */
#ifndef SMTP_LINE_ISA_H
#define SMTP_LINE_ISA_H

#include <stdint.h>

#include "smtp/line.h"

/* SSE2 is part of x86-64; AVX2 is asked for at run time. */
#if defined(__SSE2__)
#define SMTP_LINE_X86 1
#define LINE_HAS_AVX2 (__builtin_cpu_supports("avx2") != 0)
#else
#define SMTP_LINE_X86 0
#define LINE_HAS_AVX2 false
#endif

#pragma GCC visibility push(hidden)

size_t smtp_line_plain_scalar(const char *buf, size_t len);
size_t smtp_line_plain_sse2(const char *buf, size_t len);
size_t smtp_line_plain_avx2(const char *buf, size_t len);
size_t smtp_line_scan_scalar(const char *buf, size_t len, unsigned *classes);
size_t smtp_line_scan_sse2(const char *buf, size_t len, unsigned *classes);
size_t smtp_line_scan_avx2(const char *buf, size_t len, unsigned *classes);

/* What was seen so far. */
struct line_seen {
    unsigned classes;
    size_t cr; /* offset of the first CR, if there was one */
};

static inline unsigned line_class_of(unsigned char c)
{
    if (c == '\r')
        return SMTP_LINE_CR;
    if (c >= 0x80)
        return SMTP_LINE_8BIT;
    if (c == 0)
        return SMTP_LINE_NUL;
    if (c == '\t' || c == '\n' || (c >= ' ' && c != 0x7f))
        return 0;
    return SMTP_LINE_CONTROL;
}

static inline void line_note(struct line_seen *seen, const char *buf,
                             size_t at)
{
    unsigned c = line_class_of((unsigned char)buf[at]);
    if (c == SMTP_LINE_CR && !(seen->classes & SMTP_LINE_CR))
        seen->cr = at;
    seen->classes |= c;
}

/* True for an ordinary line: its first special octet is the CR right before
 * the LF. */
static inline bool line_is_plain(const struct line_seen *seen,
                                 const char *buf, size_t len, size_t first)
{
    return !seen->classes && first + 1 < len && buf[first] == '\r' &&
           buf[first + 1] == '\n';
}

/* Goes through the special octets of the block at `at`, of which there is
 * one: octet k of the block is bit k << shift of the mask. True when it meets
 * the LF; *end is its offset. */
static inline bool line_step(struct line_seen *seen, const char *buf,
                             size_t len, size_t at, uint64_t special,
                             unsigned shift, size_t *end)
{
    size_t first = at + ((unsigned)__builtin_ctzll(special) >> shift);
    if (line_is_plain(seen, buf, len, first)) {
        *seen = (struct line_seen){SMTP_LINE_CR, first};
        *end = first + 1;
        return true;
    }
    for (; special; special &= special - 1) {
        size_t i = at + ((unsigned)__builtin_ctzll(special) >> shift);
        if (buf[i] == '\n') {
            *end = i;
            return true;
        }
        line_note(seen, buf, i);
    }
    return false;
}

/* The scan ends before the octet at `end`: only the CR right before it may
 * be part of a line end, and if the first is, it is the only one. */
static inline size_t line_finish(const struct line_seen *seen, size_t end,
                                 unsigned *classes)
{
    *classes = seen->classes;
    if ((seen->classes & SMTP_LINE_CR) && seen->cr + 1 != end)
        *classes |= SMTP_LINE_BARE_CR;
    return end;
}

#pragma GCC visibility pop

#endif
