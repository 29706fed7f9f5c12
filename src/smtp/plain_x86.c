/*
 * plain_x86: by AVX2, 32 octets at once.
 *
 * An octet's kind is found by its two halves, each of which is looked up in a
 * table of sixteen: what both rows have in common is what the octet is.
 *
 *                 | 0x2_ 0x3_ 0x4_ 0x5_ 0x6_ 0x7_ |
 *   PLUS   + /    |  x                            | _B _F
 *   MARK   - .    |  x                            | _D _E
 *   DIGIT  0 to 9 |       x                       | _0 to _9
 *   EQUAL  =      |       x                       | _D
 *   UNDER  _      |                 x             | _F
 *   HEAD   A-O a-o|            x         x        | _1 to _F
 *   TAIL   P-Z p-z|                 x         x   | _0 to _A
 */
#include "smtp/plain.h"
#include "smtp/word.h"

#ifdef __x86_64__
#include <immintrin.h>

enum {
    PLUS = 1,
    MARK = 2,
    DIGIT = 4,
    EQUAL = 8,
    UNDER = 16,
    HEAD = 32,
    TAIL = 64,
    OTHER = PLUS | EQUAL | UNDER
};

#define AVX2 __attribute__((target("avx2"))) SMTP_PLAIN_INLINE

/*
 * p[at..n), 32 octets of it at most; nothing outside p[0..n) is touched. When
 * there are fewer, the high half is the last sixteen of them and stands at
 * octet *high, so that the halves overlap, or there is none.
 */
AVX2 __m256i load(const char *p, size_t at, size_t n, unsigned *high)
{
    const char *from = p + at;
    size_t left = n - at;
    *high = 16;
    if (left >= 32)
        return _mm256_loadu_si256((const __m256i *)(const void *)from);
    if (left >= 16) {
        *high = (unsigned)(left - 16);
        return _mm256_loadu2_m128i(
            (const __m128i *)(const void *)(from + *high),
            (const __m128i *)(const void *)from);
    }
    uint64_t second = left > 8 ? smtp_word_load(p, at + 8, n) : 0;
    return _mm256_set_epi64x(0, 0, (int64_t)second,
                             (int64_t)smtp_word_load(p, at, n));
}

AVX2 uint64_t bits(__m256i set, unsigned high)
{
    uint32_t mask = (uint32_t)_mm256_movemask_epi8(set);
    return (mask & 0xFFFF) | (uint64_t)(mask >> 16) << high;
}

/* The octets that are one of `kinds`, which are bits of OTHER or one more. */
AVX2 uint64_t any(__m256i kind, int kinds, unsigned high)
{
    __m256i none = _mm256_cmpeq_epi8(
        _mm256_and_si256(kind, _mm256_set1_epi8((char)kinds)),
        _mm256_setzero_si256());
    return bits(_mm256_cmpeq_epi8(none, _mm256_setzero_si256()), high);
}

AVX2 struct smtp_plain classify(const char *p, size_t at, size_t n)
{
    const __m256i by_low = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        DIGIT | TAIL, DIGIT | HEAD | TAIL, DIGIT | HEAD | TAIL,
        DIGIT | HEAD | TAIL, DIGIT | HEAD | TAIL, DIGIT | HEAD | TAIL,
        DIGIT | HEAD | TAIL, DIGIT | HEAD | TAIL, DIGIT | HEAD | TAIL,
        DIGIT | HEAD | TAIL, HEAD | TAIL, HEAD | PLUS, HEAD,
        HEAD | MARK | EQUAL, HEAD | MARK, HEAD | PLUS | UNDER));
    const __m256i by_high = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, PLUS | MARK, DIGIT | EQUAL, HEAD, TAIL | UNDER,
                      HEAD, TAIL, 0, 0, 0, 0, 0, 0, 0, 0));
    unsigned high;
    __m256i v = load(p, at, n, &high);
    __m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4),
                                    _mm256_set1_epi8(0x0F));
    __m256i kind = _mm256_and_si256(_mm256_shuffle_epi8(by_low, v),
                                    _mm256_shuffle_epi8(by_high, half));
    return (struct smtp_plain){
        any(kind, 0x7F, high), any(kind, OTHER, high),
        bits(_mm256_slli_epi16(kind, 6), high)};
}

__attribute__((target("avx2"))) size_t
smtp_plain_parse_avx2(struct smtp_span in, struct smtp_path *out)
{
    struct smtp_plain s = classify(in.p, 1, in.n);
    if (smtp_plain_open(s) && in.n > 33)
        s = smtp_plain_join(s, classify(in.p, 33, in.n));
    return smtp_plain_judge(in, s, out);
}

#else

size_t smtp_plain_parse_avx2(struct smtp_span in, struct smtp_path *out)
{
    return smtp_plain_parse_portable(in, out);
}

#endif
