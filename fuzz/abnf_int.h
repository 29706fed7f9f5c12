/*
 * abnf_int: rules, compiled. Only for abnf*.c.
 */
#ifndef FUZZ_ABNF_INT_H
#define FUZZ_ABNF_INT_H

#include "abnf.h"

enum abnf_kind {
    ABNF_RANGE, /* one octet, lo to hi */
    ABNF_WORD,  /* text, in any case */
    ABNF_RULE,  /* child is the body of another rule */
    ABNF_CAT,   /* all children in order */
    ABNF_ALT,   /* one of them */
    ABNF_REP,   /* child, min to max times */
    ABNF_BUT    /* the first child, unless the second matches too */
};

#define ABNF_MANY 0xFFFF /* max of "1*x" */

struct abnf_node {
    uint8_t kind;
    uint8_t lo, hi;
    bool one;          /* matches one octet, of set, and nothing else */
    uint16_t min, max;
    int16_t child, next;
    struct smtp_span text;
    uint64_t set[4];   /* the octets, a bit each, if one */
};

extern struct abnf_node abnf_nodes[];

static inline bool abnf_in_set(const struct abnf_node *n, unsigned char c)
{
    return (n->set[c / 64] >> (c % 64) & 1) != 0;
}

#endif
