/*
 * abnf_write: octets by a rule. A mistake is made at some node on the way:
 * it is left out, comes twice, has an octet next to its range, or comes once
 * too often, or as often as lengths go wrong at.
 */
#include <string.h>

#include "abnf_int.h"

struct writer {
    struct abnf_dice *d;
    char *out;
    size_t n, cap;
};

uint32_t abnf_roll(struct abnf_dice *d, uint32_t n)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 17;
    d->state ^= d->state << 5;
    return n > 0 ? d->state % n : 0;
}

static void octet(struct writer *w, unsigned c)
{
    if (w->n < w->cap)
        w->out[w->n++] = (char)c;
}

static bool mistake(struct writer *w)
{
    if (w->d->faults == 0 || abnf_roll(w->d, 24) != 0)
        return false;
    w->d->faults--;
    return true;
}

static void write_node(struct writer *w, int node);

static void write_range(struct writer *w, const struct abnf_node *n)
{
    unsigned c = n->lo + abnf_roll(w->d, n->hi - n->lo + 1u);
    if (n->hi > n->lo && abnf_roll(w->d, 8) == 0)
        c = abnf_roll(w->d, 2) ? n->lo : n->hi;
    if (n->hi > n->lo && mistake(w))
        c = (abnf_roll(w->d, 2) ? n->lo - 1u : n->hi + 1u) & 0xFF;
    octet(w, c);
}

static void write_word(struct writer *w, const struct abnf_node *n)
{
    bool flip = abnf_roll(w->d, 16) == 0;
    size_t wrong = n->text.n;
    if (wrong > 0 && mistake(w))
        wrong = abnf_roll(w->d, (uint32_t)n->text.n);
    for (size_t i = 0; i < n->text.n; i++) {
        char c = n->text.p[i];
        if (flip && smtp_lower(c) >= 'a' && smtp_lower(c) <= 'z' &&
            abnf_roll(w->d, 2))
            c ^= 0x20;
        octet(w, (unsigned char)c + (i == wrong ? 1u : 0u));
    }
}

/* How often: seldom many, and then as many as some limit has or one more
 * (RFC 5321 4.5.3.1: 64, 255, 256, 512, 1000; RFC 3461: 100, 500). */
static unsigned times(struct writer *w, const struct abnf_node *n)
{
    static const uint16_t LIMITS[] = {63,  64,  65,  99,  100, 101, 253,
                                      254, 255, 256, 499, 500, 506, 509,
                                      510, 511, 512, 513, 998, 1000};
    unsigned limits = sizeof(LIMITS) / sizeof(LIMITS[0]);
    unsigned k = n->min;
    if (mistake(w)) {
        if (n->max < ABNF_MANY && abnf_roll(w->d, 2))
            return n->max + 1u;
        return n->min ? n->min - 1u : LIMITS[abnf_roll(w->d, limits)];
    }
    if (n->max == ABNF_MANY && abnf_roll(w->d, 1500) == 0)
        return LIMITS[abnf_roll(w->d, limits)];
    if (n->max < ABNF_MANY && abnf_roll(w->d, 8) == 0)
        return n->max;
    while (k < n->max && abnf_roll(w->d, 4))
        k++;
    return k;
}

static void write_alt(struct writer *w, const struct abnf_node *n)
{
    unsigned count = 0;
    for (int c = n->child; c >= 0; c = abnf_nodes[c].next)
        count++;
    unsigned pick = abnf_roll(w->d, count);
    int c = n->child;
    while (pick-- > 0)
        c = abnf_nodes[c].next;
    write_node(w, c);
}

static void write_plain(struct writer *w, const struct abnf_node *n)
{
    switch ((enum abnf_kind)n->kind) {
    case ABNF_RANGE:
        write_range(w, n);
        break;
    case ABNF_WORD:
        write_word(w, n);
        break;
    case ABNF_RULE:
    case ABNF_BUT: /* what is left out of it is rare */
        write_node(w, n->child);
        break;
    case ABNF_CAT:
        for (int c = n->child; c >= 0; c = abnf_nodes[c].next)
            write_node(w, c);
        break;
    case ABNF_ALT:
        write_alt(w, n);
        break;
    case ABNF_REP:
        for (unsigned k = times(w, n); k > 0 && w->n < w->cap; k--)
            write_node(w, n->child);
        break;
    }
}

static void write_node(struct writer *w, int node)
{
    const struct abnf_node *n = &abnf_nodes[node];
    if (n->kind == ABNF_CAT && mistake(w)) {
        if (abnf_roll(w->d, 2))
            return;
        write_plain(w, n);
    }
    write_plain(w, n);
}

size_t abnf_write(int rule, struct abnf_dice *d, char *out, size_t cap)
{
    struct writer w = {d, out, 0, cap};
    write_node(&w, rule);
    return w.n;
}
