/*
 * fuzz: what the targets share: how an invariant fails, memory that ends at
 * an unreadable page, where to cut an input in two, and the ABNF as judge.
 *
 * A target is deterministic: what it does depends on its input alone.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

/* What libFuzzer calls, and harness/replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define FUZZ_MAX ((size_t)256 * 1024) /* octets of an input; more is passed */

/*
 * Under --every (harness/replay.c sets it) all cuts of an input are tried,
 * octet by octet too, and the ABNF judges every input. While fuzzing that is
 * done for some inputs only: it takes many times as long as the parser.
 */
extern bool fuzz_every;

/* The one fault that the targets of the server are run with, or NULL:
 * $SMTPSPEC_FUZZ_FAULT. It shows that an invariant can fail. */
extern const char *fuzz_fault;

/* A number that depends on the input alone. */
uint32_t fuzz_hash(const uint8_t *data, size_t size);

/* What is tried for a share of the inputs only. Each has its own bits of the
 * hash, so that none waits for the turn of another. */
enum fuzz_part {
    FUZZ_DRIP = 0,      /* octet by octet */
    FUZZ_JUDGE = 6,     /* by the ABNF */
    FUZZ_LINES = 12,    /* what was read is gone through once more */
    FUZZ_CUT = 18,      /* in two pieces */
    FUZZ_REGISTRY = 22, /* what hardly depends on the input */
};

/* Whether it is this input's turn, one in `share`, a power of two; always
 * under --every. */
static inline bool fuzz_turn(uint32_t hash, enum fuzz_part part,
                             uint32_t share)
{
    return fuzz_every || (hash >> part & (share - 1)) == 0;
}

/* A copy of p[0..n) that ends at an unreadable page, good until the next
 * call; n <= FUZZ_MAX. */
char *fuzz_guard(const void *p, size_t n);

/* The same, in other memory: a piece of what fuzz_guard holds. */
char *fuzz_guard_piece(const void *p, size_t n);

/* Says what does not hold, and aborts. */
_Noreturn void fuzz_fail(const char *file, int line, const char *what);
#define FUZZ_CHECK(holds)                                                     \
    do {                                                                      \
        if (!(holds))                                                         \
            fuzz_fail(__FILE__, __LINE__, #holds);                            \
    } while (0)

/* s lies inside outer, or has no octets. */
static inline bool fuzz_inside(struct smtp_span s, struct smtp_span outer)
{
    return s.n == 0 || (s.p >= outer.p && s.n <= outer.n &&
                        (size_t)(s.p - outer.p) <= outer.n - s.n);
}

/* The set holds rows of the table only, its first one is in it, and stands
 * at one of n octets or right behind them. */
bool fuzz_flaws_sane(const struct smtp_flaws *fs, size_t n);
bool fuzz_flaws_same(const struct smtp_flaws *a, const struct smtp_flaws *b);

/* No flaw but, maybe, those in but[0..n). */
bool fuzz_flaws_none_but(const struct smtp_flaws *fs,
                         const enum smtp_flaw *but, size_t n);

/*
 * Holds a parser's judgement of in against the grammar: what matches the rule
 * `strict` has no flaw but those in but[0..n) (lengths, repetitions: they are
 * beyond grammar), and what has no flaw matches the rule `all`. Rules by
 * name. Inputs over ABNF_MAX are passed. Aborts when it does not hold.
 */
struct fuzz_grammar {
    const char *strict, *all;
    const enum smtp_flaw *but;
    size_t n;
};
void fuzz_judge(const struct fuzz_grammar *g, struct smtp_span in,
                const struct smtp_flaws *flaws);

#endif
