/*
 * abnf_match: from a set of places where a rule may begin to the set of
 * places where it may end. No choice is ever taken back, so the time is a
 * product of the octets and the nodes, whatever the input.
 */
#include "abnf_int.h"

#include <string.h>

#define WORDS ((ABNF_MAX + 1) / 64)

struct places {
    uint64_t w[WORDS];
};

static bool any(const struct places *s)
{
    uint64_t all = 0;
    for (int i = 0; i < WORDS; i++)
        all |= s->w[i];
    return all != 0;
}

static void put(struct places *s, size_t at)
{
    s->w[at / 64] |= (uint64_t)1 << (at % 64);
}

/* The first place from `at` on, or ABNF_MAX + 1. */
static size_t next(const struct places *s, size_t at)
{
    while (at <= ABNF_MAX) {
        uint64_t w = s->w[at / 64] >> (at % 64);
        if (w)
            return at + (size_t)__builtin_ctzll(w);
        at = (at / 64 + 1) * 64;
    }
    return at;
}

static struct places match(int node, struct smtp_span in,
                           const struct places *starts);

static struct places match_octet(const struct abnf_node *n,
                                 struct smtp_span in,
                                 const struct places *starts)
{
    struct places ends = {{0}};
    for (size_t i = next(starts, 0); i < in.n; i = next(starts, i + 1))
        if (abnf_in_set(n, (unsigned char)in.p[i]))
            put(&ends, i + 1);
    return ends;
}

static struct places match_word(const struct abnf_node *n,
                                struct smtp_span in,
                                const struct places *starts)
{
    struct places ends = {{0}};
    for (size_t i = next(starts, 0); i + n->text.n <= in.n;
         i = next(starts, i + 1))
        if (smtp_span_ieq(smtp_span_of(in.p + i, n->text.n), n->text))
            put(&ends, i + n->text.n);
    return ends;
}

static struct places match_rep(const struct abnf_node *n, struct smtp_span in,
                               const struct places *starts)
{
    struct places at = *starts;
    struct places ends = {{0}};
    unsigned count = 0;
    for (;;) {
        if (count >= n->min)
            for (int i = 0; i < WORDS; i++) {
                at.w[i] &= ~ends.w[i]; /* those went on from there already */
                ends.w[i] |= at.w[i];
            }
        if (count == n->max || !any(&at))
            return ends;
        at = match(n->child, in, &at);
        if (count < ABNF_MANY - 1)
            count++;
    }
}

static struct places match_list(const struct abnf_node *n,
                                struct smtp_span in,
                                const struct places *starts)
{
    struct places ends = {{0}};
    if (n->kind == ABNF_CAT)
        ends = *starts;
    for (int c = n->child; c >= 0; c = abnf_nodes[c].next) {
        if (n->kind == ABNF_CAT) {
            ends = match(c, in, &ends);
            if (!any(&ends))
                return ends;
            continue;
        }
        struct places more = match(c, in, starts);
        for (int i = 0; i < WORDS; i++)
            ends.w[i] |= more.w[i];
    }
    return ends;
}

static struct places match_but(const struct abnf_node *n, struct smtp_span in,
                               const struct places *starts)
{
    struct places ends = {{0}};
    int not = abnf_nodes[n->child].next;
    for (size_t s = next(starts, 0); s <= in.n; s = next(starts, s + 1)) {
        struct places start = {{0}};
        put(&start, s);
        struct places yes = match(n->child, in, &start);
        struct places no = match(not, in, &start);
        for (int i = 0; i < WORDS; i++)
            ends.w[i] |= yes.w[i] & ~no.w[i];
    }
    return ends;
}

static struct places match(int node, struct smtp_span in,
                           const struct places *starts)
{
    const struct abnf_node *n = &abnf_nodes[node];
    if (n->one)
        return match_octet(n, in, starts);
    switch ((enum abnf_kind)n->kind) {
    case ABNF_WORD:
        return match_word(n, in, starts);
    case ABNF_RULE:
        return match(n->child, in, starts);
    case ABNF_REP:
        return match_rep(n, in, starts);
    case ABNF_BUT:
        return match_but(n, in, starts);
    case ABNF_RANGE: /* is `one` */
    case ABNF_CAT:
    case ABNF_ALT:
        break;
    }
    return match_list(n, in, starts);
}

bool abnf_matches(int rule, struct smtp_span in)
{
    struct places start = {{1}};
    struct places ends = match(rule, in, &start);
    return (ends.w[in.n / 64] >> (in.n % 64) & 1) != 0;
}
