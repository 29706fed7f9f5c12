/*
 * mutate: mutations that know the grammar, for LLVMFuzzerCustomMutator.
 *
 * An input is taken for lines, and a line for words. Lines and words are
 * written anew by the ABNF (fuzz/rules.c), right or nearly right; lines are
 * left out, repeated and exchanged; line ends and lengths become those that
 * parsers go wrong at. libFuzzer's own mutations stay in the mix.
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* What the inputs of a target are made of. */
struct mutate_kind {
    const char *const *lines; /* rules for a whole line, or the whole input if
                                 it has none; ended by NULL */
    const char *const *words; /* rules for a piece of one; ended by NULL */
    const char *const *pieces; /* octets as they are; ended by NULL */
};

extern const struct mutate_kind mutate_replies;  /* of a server */
extern const struct mutate_kind mutate_greetings; /* and EHLO replies */
extern const struct mutate_kind mutate_commands; /* of a client */
extern const struct mutate_kind mutate_sessions; /* commands and content */
extern const struct mutate_kind mutate_paths;
extern const struct mutate_kind mutate_params;
extern const struct mutate_kind mutate_content;
extern const struct mutate_kind mutate_exchanges; /* of SASL messages */
extern const struct mutate_kind mutate_scripts;
extern const struct mutate_kind mutate_results;

/* Changes data[0..size), which has room for max octets; returns the new
 * size, never 0. The same seed does the same. */
size_t mutate(const struct mutate_kind *kind, uint8_t *data, size_t size,
              size_t max, unsigned seed);

/* Writes lines of both inputs to out[0..max); returns how many octets. For
 * LLVMFuzzerCustomCrossOver; our own targets reach more without one. */
size_t mutate_cross(const uint8_t *a, size_t a_n, const uint8_t *b,
                    size_t b_n, uint8_t *out, size_t max, unsigned seed);

/* libFuzzer's own mutations; harness/replay.c has some of its own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n,
                                 const uint8_t *b, size_t b_n, uint8_t *out,
                                 size_t max, unsigned seed);

/* Makes a target use them; FUZZ_PLAIN leaves them out, to measure what they
 * buy. */
#ifdef FUZZ_PLAIN
#define MUTATE_WITH(kind) extern const struct mutate_kind kind
#else
#define MUTATE_WITH(kind)                                                     \
    size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,    \
                                   unsigned seed)                             \
    {                                                                         \
        return mutate(&(kind), data, size, max, seed);                        \
    }                                                                         \
    extern const struct mutate_kind kind
#endif

#endif
