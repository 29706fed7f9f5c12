/*
 * plain: eight octets of a number at a time (smtp/word.h), and the choice.
 */
#include "smtp/plain.h"
#include "smtp/word.h"

/* One bit an octet, of bit 7 of each. */
static inline uint64_t bits(uint64_t set)
{
    return ((set & SMTP_WORD_SET) >> 7) * 0x0102040810204080u >> 56;
}

/* p[at..at + 32), as far as there is any before n. */
static struct smtp_plain classify(const char *p, size_t at, size_t n)
{
    struct smtp_plain all = {0, 0, 0};
    for (unsigned i = 0; i < 32 && at + i < n; i += 8) {
        uint64_t w = smtp_word_load(p, at + i, n);
        uint64_t x = w & SMTP_WORD_EACH(0x7F);
        uint64_t other = ~(smtp_word_not(x, '+') & smtp_word_not(x, '/') &
                           smtp_word_not(x, '=') & smtp_word_not(x, '_'));
        /* "/" is in both. */
        uint64_t local = smtp_word_range(x | SMTP_WORD_EACH(0x20), 'a', 'z') |
                         smtp_word_range(x, '-', '9') | other;
        all.local |= bits(local & ~w) << i;
        all.other |= bits(other & ~w) << i;
        all.marks |= bits(smtp_word_range(x, '-', '.') & ~w) << i;
    }
    return all;
}

size_t smtp_plain_parse_portable(struct smtp_span in, struct smtp_path *out)
{
    struct smtp_plain s = classify(in.p, 1, in.n);
    if (smtp_plain_open(s) && in.n > 33)
        s = smtp_plain_join(s, classify(in.p, 33, in.n));
    return smtp_plain_judge(in, s, out);
}

bool smtp_plain_has_avx2(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

size_t smtp_plain_parse(struct smtp_span in, struct smtp_path *out)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return smtp_plain_parse_avx2(in, out);
#endif
    return smtp_plain_parse_portable(in, out);
}
