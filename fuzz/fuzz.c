#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abnf.h"
#include "feed.h"

bool fuzz_every;
const char *fuzz_fault;

/* libFuzzer passes over flags that begin with "--". */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    for (int i = 1; i < *argc; i++)
        if (strcmp((*argv)[i], "--every") == 0)
            fuzz_every = true;
    fuzz_fault = getenv("SMTPSPEC_FUZZ_FAULT");
    return 0;
}

/* One step of FNV-1a, of eight octets. */
static inline uint64_t hash_word(uint64_t h, uint64_t w)
{
    h = (h ^ w) * 1099511628211u;
    return h ^ h >> 32;
}

/* Over a kilobyte at most. */
uint32_t fuzz_hash(const uint8_t *data, size_t size)
{
    size_t n = size < 1024 ? size : 1024;
    uint64_t h = 14695981039346656037u ^ size;
    uint64_t w = 0;
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        memcpy(&w, data + i, 8);
        h = hash_word(h, w);
    }
    for (w = 0; i < n; i++)
        w = w << 8 | data[i];
    return (uint32_t)hash_word(h, w);
}

static char *guard_put(struct feed_guard *guard, const void *p, size_t n)
{
    if (!guard->base && !feed_guard_open(guard, FUZZ_MAX))
        abort();
    return feed_guard_put(guard, p, n);
}

char *fuzz_guard(const void *p, size_t n)
{
    static struct feed_guard guard;
    return guard_put(&guard, p, n);
}

char *fuzz_guard_piece(const void *p, size_t n)
{
    static struct feed_guard guard;
    return guard_put(&guard, p, n);
}

void fuzz_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* The bits of one of the two words that are no flaw. */
static uint64_t beyond(unsigned word)
{
    unsigned flaws = SMTP_FLAW_COUNT > word * 64 ? SMTP_FLAW_COUNT - word * 64
                                                 : 0;
    return flaws < 64 ? ~(uint64_t)0 << flaws : 0;
}

bool fuzz_flaws_sane(const struct smtp_flaws *fs, size_t n)
{
    if (!smtp_flaws_any(fs))
        return true;
    if ((fs->set[0] & beyond(0)) | (fs->set[1] & beyond(1)) ||
        fs->first >= SMTP_FLAW_COUNT)
        return false;
    return smtp_flaws_has(fs, fs->first) && fs->first_at <= n &&
           smtp_flaw_info(fs->first)->id[0] != '\0';
}

bool fuzz_flaws_same(const struct smtp_flaws *a, const struct smtp_flaws *b)
{
    if (a->set[0] != b->set[0] || a->set[1] != b->set[1])
        return false;
    return !smtp_flaws_any(a) ||
           (a->first == b->first && a->first_at == b->first_at);
}

bool fuzz_flaws_none_but(const struct smtp_flaws *fs,
                         const enum smtp_flaw *but, size_t n)
{
    uint64_t set[2] = {fs->set[0], fs->set[1]};
    for (size_t i = 0; i < n; i++)
        set[but[i] / 64] &= ~((uint64_t)1 << (but[i] % 64));
    return (set[0] | set[1]) == 0;
}

void fuzz_judge(const struct fuzz_grammar *g, struct smtp_span in,
                const struct smtp_flaws *flaws)
{
    if (in.n > ABNF_MAX)
        return;
    if (!fuzz_flaws_none_but(flaws, g->but, g->n)) {
        if (!abnf_matches(abnf_rule(g->strict), in))
            return;
        fprintf(stderr, "%s: valid by its ABNF, but at %zu or behind:",
                g->strict, flaws->first_at);
        for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++)
            if (smtp_flaws_has(flaws, (enum smtp_flaw)f))
                fprintf(stderr, " %s", smtp_flaw_info((enum smtp_flaw)f)->id);
        fputs("\n", stderr);
        abort();
    }
    if (smtp_flaws_any(flaws) || abnf_matches(abnf_rule(g->all), in))
        return;
    fprintf(stderr, "%s: no flaw, but not by its ABNF\n", g->all);
    abort();
}
