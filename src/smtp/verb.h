/*
 * verb: finding a verb by its first four letters as one number, of which the
 * table is a perfect hash. smtp/command.h is what callers use.
 */
#ifndef SMTP_VERB_H
#define SMTP_VERB_H

#include "smtp/command.h"

#pragma GCC visibility push(hidden)

#define SMTP_VERB_WORD(a, b, c, d)                                            \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 |               \
     (uint32_t)(d) << 24)

enum { SMTP_VERB_SLOTS_LOG2 = 5 };

/* A new verb that shares a slot with another is a compile error (an
 * initialiser overridden), and the factor is chosen anew. */
#define SMTP_VERB_SLOT(word)                                                  \
    ((uint32_t)((word) * 0x0523D0B9u) >> (32 - SMTP_VERB_SLOTS_LOG2))

struct smtp_verb_slot {
    uint32_t word;
    enum smtp_verb verb;
};

extern const struct smtp_verb_slot
    smtp_verb_slots[1 << SMTP_VERB_SLOTS_LOG2];

/* Four octets as a number, letters in upper case. That clears a bit of other
 * octets too, but none of them becomes a letter by it. */
static inline uint32_t smtp_verb_word(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return SMTP_VERB_WORD(u[0], u[1], u[2], u[3]) & 0xDFDFDFDFu;
}

/* The verb whose first four letters are at p; STARTTLS for "STAR". */
static inline enum smtp_verb smtp_verb_at(const char *p)
{
    uint32_t word = smtp_verb_word(p);
    const struct smtp_verb_slot *s = &smtp_verb_slots[SMTP_VERB_SLOT(word)];
    return s->word == word ? s->verb : SMTP_VERB_UNKNOWN;
}

#pragma GCC visibility pop

#endif
