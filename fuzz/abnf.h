/*
 * abnf: the grammars of the RFCs as they are written there, made to work:
 * they say whether octets match a rule, and they write octets that do, or
 * that nearly do. The targets hold the parsers against the first (which
 * shares no code with them), the mutator lives on the second.
 *
 * The notation is that of RFC 5234, and "a ! b": what matches a, but not b.
 * Literals are in any case of their letters.
 */
#ifndef FUZZ_ABNF_H
#define FUZZ_ABNF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smtp/span.h"

/* Octets that abnf_matches can take. */
#define ABNF_MAX 511

/* One rule of a grammar. */
struct abnf_text {
    const char *name;
    const char *elements;
};

/* All rules; the last one has no name. fuzz/rules.c */
extern const struct abnf_text abnf_rules[];

/* The number of the rule with that name. Aborts when there is none, or when
 * the rules have a mistake: that is one of ours. */
int abnf_rule(const char *name);

/* Whether the whole of in matches the rule; in.n <= ABNF_MAX. */
bool abnf_matches(int rule, struct smtp_span in);

/* Where chance comes from. */
struct abnf_dice {
    uint32_t state;  /* not 0 */
    unsigned faults; /* so many mistakes are made at most */
};

/* A number below n; n > 0. */
uint32_t abnf_roll(struct abnf_dice *d, uint32_t n);

/* Writes octets that match the rule, but for the mistakes, to out[0..cap).
 * Returns how many; what does not fit is left out. */
size_t abnf_write(int rule, struct abnf_dice *d, char *out, size_t cap);

#endif
