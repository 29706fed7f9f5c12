#include "smtp/data_isa.h"
#include "smtp/word.h"

#if SMTP_LINE_X86
#include <immintrin.h>
#endif

#define ONES 0x0101010101010101u

/* Eight octets and the eight one further on: where the first is LF and the
 * second "." the sum of differences is zero. The usual test for a zero octet
 * is exact for the lowest one, and that is the one wanted. */
size_t smtp_data_pair_scalar(const char *p, size_t from, size_t n)
{
    size_t i = from;
    for (; i + 9 <= n; i += 8) {
        uint64_t w = (smtp_word_at(p + i) ^ '\n' * ONES) |
                     (smtp_word_at(p + i + 1) ^ '.' * ONES);
        uint64_t zero = (w - ONES) & ~w & (0x80 * ONES);
        if (zero)
            return i + (unsigned)__builtin_ctzll(zero) / 8;
    }
    for (; i + 2 <= n; i++)
        if (p[i] == '\n' && p[i + 1] == '.')
            return i;
    return n;
}

#if SMTP_LINE_X86

static inline uint32_t pair_mask16(const char *p)
{
    __m128i a = _mm_loadu_si128((const __m128i *)p);
    __m128i b = _mm_loadu_si128((const __m128i *)(p + 1));
    a = _mm_cmpeq_epi8(a, _mm_set1_epi8('\n'));
    b = _mm_cmpeq_epi8(b, _mm_set1_epi8('.'));
    return (uint32_t)_mm_movemask_epi8(_mm_and_si128(a, b));
}

size_t smtp_data_pair_sse2(const char *p, size_t from, size_t n)
{
    size_t i = from;
    for (; i + 17 <= n; i += 16) {
        uint32_t mask = pair_mask16(p + i);
        if (mask)
            return i + (unsigned)__builtin_ctz(mask);
    }
    return smtp_data_pair_scalar(p, i, n);
}

__attribute__((target("avx2")))
static inline __m256i pair_at32(const char *p)
{
    __m256i a = _mm256_loadu_si256((const __m256i *)p);
    __m256i b = _mm256_loadu_si256((const __m256i *)(p + 1));
    a = _mm256_cmpeq_epi8(a, _mm256_set1_epi8('\n'));
    b = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('.'));
    return _mm256_and_si256(a, b);
}

/* Four blocks a turn: the pair is rare, so one test for all pays. */
__attribute__((target("avx2")))
size_t smtp_data_pair_avx2(const char *p, size_t from, size_t n)
{
    size_t i = from;
    for (; i + 129 <= n; i += 128) {
        __m256i ab = _mm256_or_si256(pair_at32(p + i), pair_at32(p + i + 32));
        __m256i cd = _mm256_or_si256(pair_at32(p + i + 64),
                                     pair_at32(p + i + 96));
        __m256i any = _mm256_or_si256(ab, cd);
        if (!_mm256_testz_si256(any, any))
            break;
    }
    for (; i + 33 <= n; i += 32) {
        uint32_t mask = (uint32_t)_mm256_movemask_epi8(pair_at32(p + i));
        if (mask)
            return i + (unsigned)__builtin_ctz(mask);
    }
    return smtp_data_pair_sse2(p, i, n);
}

#endif

size_t smtp_data_pair(enum smtp_line_isa isa, const char *p, size_t from,
                      size_t n)
{
#if SMTP_LINE_X86
    if (isa == SMTP_LINE_AUTO || isa == SMTP_LINE_AVX2)
        isa = LINE_HAS_AVX2 ? SMTP_LINE_AVX2
                                             : SMTP_LINE_SSE2;
    if (isa == SMTP_LINE_AVX2)
        return smtp_data_pair_avx2(p, from, n);
    if (isa == SMTP_LINE_SSE2)
        return smtp_data_pair_sse2(p, from, n);
#else
    (void)isa;
#endif
    return smtp_data_pair_scalar(p, from, n);
}
