#include "smtp/line.h"

#include "smtp/line_isa.h"
#include "smtp/word.h"

/*
 * The portable scan takes eight octets as one number. With the high bits
 * cleared no sum below carries into the next octet, so the mask is exact:
 * its high bits are those of the octets below SP, equal to DEL, or over 127.
 */
#define ONES 0x0101010101010101u
#define HIGH (0x80 * ONES)

static inline uint64_t special_mask(uint64_t w)
{
    uint64_t low = w & ~HIGH;
    uint64_t printable = low + (0x80 - ' ') * ONES;
    uint64_t del = low + ONES;
    return (~printable | del | w) & HIGH;
}

/* The special octets of buf[i..len), eight of them at most; len >= 8. Where
 * fewer are left the word overlaps the one before, whose octets are shifted
 * out. */
static inline uint64_t turn_word(const char *buf, size_t i, size_t len)
{
    size_t left = len - i;
    if (left < 8)
        return special_mask(smtp_word_at(buf + len - 8)) >> 8 * (8 - left);
    return special_mask(smtp_word_at(buf + i));
}

/* The same of fewer than eight octets. */
static uint64_t short_mask(const char *buf, size_t len)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)(buf[i] - ' ') > '~' - ' ')
            mask |= (uint64_t)0x80 << 8 * i;
    return mask;
}

size_t smtp_line_plain_scalar(const char *buf, size_t len)
{
    for (size_t i = 0; i < len; i += 8) {
        uint64_t special = len < 8 ? short_mask(buf, len)
                                   : turn_word(buf, i, len);
        if (special)
            return i + (unsigned)__builtin_ctzll(special) / 8;
    }
    return len;
}

size_t smtp_line_scan_scalar(const char *buf, size_t len, unsigned *classes)
{
    struct line_seen seen = {0, 0};
    size_t end = len;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t special = len < 8 ? short_mask(buf, len)
                                   : turn_word(buf, i, len);
        if (special && line_step(&seen, buf, len, i, special, 3, &end))
            break;
    }
    return line_finish(&seen, end, classes);
}

bool smtp_line_isa_usable(enum smtp_line_isa isa)
{
#if SMTP_LINE_X86
    if (isa == SMTP_LINE_AVX2)
        return LINE_HAS_AVX2;
    if (isa == SMTP_LINE_SSE2)
        return true;
#endif
    return isa == SMTP_LINE_AUTO || isa == SMTP_LINE_SCALAR;
}

/* What to run when `isa` is asked for: the best that is not above it. */
static inline enum smtp_line_isa choose(enum smtp_line_isa isa)
{
#if SMTP_LINE_X86
    if (isa == SMTP_LINE_SCALAR || isa == SMTP_LINE_SSE2)
        return isa;
    return LINE_HAS_AVX2 ? SMTP_LINE_AVX2 : SMTP_LINE_SSE2;
#else
    (void)isa;
    return SMTP_LINE_SCALAR;
#endif
}

static inline size_t plain_by(enum smtp_line_isa isa, const char *buf,
                              size_t len)
{
    switch (choose(isa)) {
#if SMTP_LINE_X86
    case SMTP_LINE_AVX2:
        return smtp_line_plain_avx2(buf, len);
    case SMTP_LINE_SSE2:
        return smtp_line_plain_sse2(buf, len);
#endif
    default:
        return smtp_line_plain_scalar(buf, len);
    }
}

static inline size_t scan_by(enum smtp_line_isa isa, const char *buf,
                             size_t len, unsigned *classes)
{
    switch (choose(isa)) {
#if SMTP_LINE_X86
    case SMTP_LINE_AVX2:
        return smtp_line_scan_avx2(buf, len, classes);
    case SMTP_LINE_SSE2:
        return smtp_line_scan_sse2(buf, len, classes);
#endif
    default:
        return smtp_line_scan_scalar(buf, len, classes);
    }
}

/* AUTO is known to the compiler: one test of the processor is left of it. */
size_t smtp_line_plain(const char *buf, size_t len)
{
    return plain_by(SMTP_LINE_AUTO, buf, len);
}

size_t smtp_line_scan(const char *buf, size_t len, unsigned *classes)
{
    return scan_by(SMTP_LINE_AUTO, buf, len, classes);
}

size_t smtp_line_plain_isa(enum smtp_line_isa isa, const char *buf,
                           size_t len)
{
    return plain_by(isa, buf, len);
}

size_t smtp_line_scan_isa(enum smtp_line_isa isa, const char *buf, size_t len,
                          unsigned *classes)
{
    return scan_by(isa, buf, len, classes);
}

unsigned smtp_line_class_of(char c)
{
    return line_class_of((unsigned char)c);
}
