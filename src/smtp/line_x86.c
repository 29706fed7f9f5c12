/* The line scan with SSE2 and AVX2. What is for AVX2 is compiled for it
 * function by function; line.c chooses. */
#include "smtp/line_isa.h"

#if SMTP_LINE_X86

#include <immintrin.h>

/*
 * A turn takes two vectors, which hold most lines whole: then no branch
 * depends on the length of the line. The loads stay inside the input: where
 * less than a turn is left they overlap, and what was seen before is shifted
 * out. Input shorter than a vector goes to the next smaller implementation.
 *
 * The compare is of signed octets: one more than SP to "~" is 33 to 127, and
 * one more than any other octet is less, DEL and those over 127 included.
 */

static inline uint32_t special16(const char *p)
{
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    v = _mm_add_epi8(v, _mm_set1_epi8(1));
    v = _mm_cmplt_epi8(v, _mm_set1_epi8(' ' + 1));
    return (uint32_t)_mm_movemask_epi8(v);
}

/* The special octets of buf[i..len), 32 of them at most; len >= 16. */
static inline uint32_t turn_sse2(const char *buf, size_t i, size_t len)
{
    size_t left = len - i;
    if (left < 16)
        return special16(buf + len - 16) >> (16 - left);
    size_t second = left < 32 ? left - 16 : 16;
    return special16(buf + i) | special16(buf + i + second) << second;
}

size_t smtp_line_plain_sse2(const char *buf, size_t len)
{
    if (len < 16)
        return smtp_line_plain_scalar(buf, len);
    for (size_t i = 0; i < len; i += 32) {
        uint64_t special = turn_sse2(buf, i, len);
        if (special)
            return i + (unsigned)__builtin_ctzll(special);
    }
    return len;
}

size_t smtp_line_scan_sse2(const char *buf, size_t len, unsigned *classes)
{
    struct line_seen seen = {0, 0};
    size_t end = len;
    if (len < 16)
        return smtp_line_scan_scalar(buf, len, classes);
    for (size_t i = 0; i < len; i += 32) {
        uint64_t special = turn_sse2(buf, i, len);
        if (special && line_step(&seen, buf, len, i, special, 0, &end))
            break;
    }
    return line_finish(&seen, end, classes);
}

__attribute__((target("avx2")))
static inline uint64_t special32(const char *p)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)p);
    v = _mm256_add_epi8(v, _mm256_set1_epi8(1));
    v = _mm256_cmpgt_epi8(_mm256_set1_epi8(' ' + 1), v);
    return (uint32_t)_mm256_movemask_epi8(v);
}

/* The special octets of buf[i..len), 64 of them at most; len >= 32. */
__attribute__((target("avx2")))
static inline uint64_t turn_avx2(const char *buf, size_t i, size_t len)
{
    size_t left = len - i;
    if (left < 32)
        return special32(buf + len - 32) >> (32 - left);
    size_t second = left < 64 ? left - 32 : 32;
    return special32(buf + i) | special32(buf + i + second) << second;
}

__attribute__((target("avx2")))
size_t smtp_line_plain_avx2(const char *buf, size_t len)
{
    if (len < 32)
        return smtp_line_plain_sse2(buf, len);
    for (size_t i = 0; i < len; i += 64) {
        uint64_t special = turn_avx2(buf, i, len);
        if (special)
            return i + (unsigned)__builtin_ctzll(special);
    }
    return len;
}

__attribute__((target("avx2")))
size_t smtp_line_scan_avx2(const char *buf, size_t len, unsigned *classes)
{
    struct line_seen seen = {0, 0};
    size_t end = len;
    if (len < 32)
        return smtp_line_scan_sse2(buf, len, classes);
    for (size_t i = 0; i < len; i += 64) {
        uint64_t special = turn_avx2(buf, i, len);
        if (special && line_step(&seen, buf, len, i, special, 0, &end))
            break;
    }
    return line_finish(&seen, end, classes);
}

#endif
