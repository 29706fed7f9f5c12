/*
 * abnf: from the text of the rules to nodes.
 *
 *   elements = concat *( "/" concat )
 *   concat   = but *( SP but )
 *   but      = repeat [ "!" repeat ]
 *   repeat   = [ N / [N] "*" [N] ] ( name / "(" elements ")"
 *              / "[" elements "]" / DQUOTE text DQUOTE / "%x" HH [ "-" HH ] )
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abnf_int.h"

#define NODES 8000
#define RULES 200

struct abnf_node abnf_nodes[NODES];
static int n_nodes;
static int heads[RULES]; /* a node for each rule, whose child is its body */
static size_t lengths[RULES]; /* of their names: rules are looked for often */
static int n_rules;

struct reader {
    const char *rule;
    const char *p;
};

static _Noreturn void wrong(const char *rule, const char *what)
{
    fprintf(stderr, "abnf: %s: %s\n", rule, what);
    abort();
}

static int add(const struct reader *r, enum abnf_kind kind)
{
    if (n_nodes == NODES)
        wrong(r->rule, "too many nodes");
    struct abnf_node *n = &abnf_nodes[n_nodes];
    n->kind = (uint8_t)kind;
    n->child = n->next = -1;
    return n_nodes++;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static void skip(struct reader *r)
{
    while (*r->p == ' ' || *r->p == '\n')
        r->p++;
}

static bool take(struct reader *r, char c)
{
    skip(r);
    if (*r->p != c)
        return false;
    r->p++;
    return true;
}

static int find(const char *name, size_t n)
{
    for (int i = 0; i < n_rules; i++)
        if (lengths[i] == n &&
            memcmp(abnf_rules[i].name, name, n) == 0)
            return heads[i];
    return -1;
}

static int read_elements(struct reader *r);

static uint8_t hex(struct reader *r)
{
    char *end;
    unsigned long v = strtoul(r->p, &end, 16);
    if (end != r->p + 2)
        wrong(r->rule, "two hexadecimal digits expected");
    r->p = end;
    return (uint8_t)v;
}

static int read_terminal(struct reader *r)
{
    int i;
    if (take(r, '%')) {
        i = add(r, ABNF_RANGE);
        r->p++; /* x */
        abnf_nodes[i].lo = abnf_nodes[i].hi = hex(r);
        if (*r->p == '-') {
            r->p++;
            abnf_nodes[i].hi = hex(r);
        }
        return i;
    }
    if (!take(r, '"'))
        wrong(r->rule, "an element expected");
    const char *end = strchr(r->p, '"');
    i = add(r, ABNF_WORD);
    abnf_nodes[i].text = smtp_span_of(r->p, (size_t)(end - r->p));
    r->p = end + 1;
    return i;
}

static int read_primary(struct reader *r)
{
    int i;
    skip(r);
    if (*r->p == '(' || *r->p == '[') {
        bool option = *r->p++ == '[';
        i = option ? add(r, ABNF_REP) : -1;
        int body = read_elements(r);
        if (!take(r, option ? ']' : ')'))
            wrong(r->rule, "a bracket is not closed");
        if (!option)
            return body;
        abnf_nodes[i].max = 1;
        abnf_nodes[i].child = (int16_t)body;
        return i;
    }
    if (!is_name(*r->p))
        return read_terminal(r);
    const char *start = r->p;
    while (is_name(*r->p))
        r->p++;
    i = find(start, (size_t)(r->p - start));
    if (i < 0)
        wrong(r->rule, start);
    return i;
}

static int read_repeat(struct reader *r)
{
    skip(r);
    const char *start = r->p;
    char *end = (char *)(uintptr_t)r->p;
    unsigned long min = strtoul(start, &end, 10);
    unsigned long max = min;
    if (*end == '*') {
        const char *from = end + 1;
        max = strtoul(from, &end, 10);
        if (end == from)
            max = ABNF_MANY;
    }
    if (end == start)
        return read_primary(r);
    int i = add(r, ABNF_REP);
    r->p = end;
    int body = read_primary(r);
    abnf_nodes[i].min = (uint16_t)min;
    abnf_nodes[i].max = (uint16_t)max;
    abnf_nodes[i].child = (int16_t)body;
    return i;
}

/* A rule has one node; where it is used it needs one of its own, since the
 * nodes of a list are chained. */
static int as_link(struct reader *r, int target)
{
    int i = add(r, ABNF_RULE);
    abnf_nodes[i].child = (int16_t)target;
    return i;
}

static int read_but(struct reader *r)
{
    int a = read_repeat(r);
    if (!take(r, '!'))
        return a;
    int i = add(r, ABNF_BUT);
    int first = as_link(r, a);
    int second = as_link(r, read_repeat(r));
    abnf_nodes[i].child = (int16_t)first;
    abnf_nodes[first].next = (int16_t)second;
    return i;
}

static bool at_end(struct reader *r)
{
    skip(r);
    return !*r->p || *r->p == '/' || *r->p == ')' || *r->p == ']';
}

static int read_concat(struct reader *r)
{
    int i = add(r, ABNF_CAT);
    int last = -1;
    while (!at_end(r)) {
        int link = as_link(r, read_but(r));
        if (last < 0)
            abnf_nodes[i].child = (int16_t)link;
        else
            abnf_nodes[last].next = (int16_t)link;
        last = link;
    }
    return i;
}

static int read_elements(struct reader *r)
{
    int i = add(r, ABNF_ALT);
    int last = -1;
    do {
        int next = read_concat(r);
        if (last < 0)
            abnf_nodes[i].child = (int16_t)next;
        else
            abnf_nodes[last].next = (int16_t)next;
        last = next;
    } while (take(r, '/'));
    return i;
}

/* Finds out which nodes match one octet and nothing else, from what is known
 * of their children: several rounds settle it. */
static void note_sets(int node)
{
    struct abnf_node *n = &abnf_nodes[node];
    int count = 0;
    bool all = true;
    for (int c = n->child; c >= 0; c = abnf_nodes[c].next) {
        const struct abnf_node *k = &abnf_nodes[c];
        count++;
        all = all && k->one;
        for (int i = 0; i < 4; i++)
            n->set[i] |= k->set[i];
    }
    if (n->kind == ABNF_RANGE)
        for (unsigned c = n->lo; c <= n->hi; c++)
            n->set[c / 64] |= (uint64_t)1 << (c % 64);
    if (n->kind == ABNF_WORD && n->text.n == 1) {
        unsigned char c = (unsigned char)n->text.p[0];
        unsigned char up = c >= 'a' && c <= 'z' ? c ^ 0x20 : c;
        unsigned char low = (unsigned char)smtp_lower((char)c);
        n->set[c / 64] |= (uint64_t)1 << (c % 64);
        n->set[up / 64] |= (uint64_t)1 << (up % 64);
        n->set[low / 64] |= (uint64_t)1 << (low % 64);
    }
    n->one = n->kind == ABNF_RANGE ||
             (n->kind == ABNF_WORD && n->text.n == 1) ||
             ((n->kind == ABNF_RULE || n->kind == ABNF_CAT) && all &&
              count == 1) ||
             (n->kind == ABNF_ALT && all && count > 0);
}

static void compile(void)
{
    while (abnf_rules[n_rules].name) {
        struct reader r = {abnf_rules[n_rules].name,
                           abnf_rules[n_rules].elements};
        int from = n_nodes;
        if (n_rules == RULES)
            wrong(r.rule, "too many rules");
        int head = add(&r, ABNF_RULE);
        int body = read_elements(&r);
        if (*r.p)
            wrong(r.rule, r.p);
        abnf_nodes[head].child = (int16_t)body;
        lengths[n_rules] = strlen(r.rule);
        heads[n_rules++] = head;
        for (int round = 0; round < 6; round++)
            for (int i = n_nodes; i-- > from;)
                note_sets(i);
    }
}

int abnf_rule(const char *name)
{
    if (n_rules == 0)
        compile();
    int i = find(name, strlen(name));
    if (i < 0)
        wrong(name, "no such rule");
    return i;
}
