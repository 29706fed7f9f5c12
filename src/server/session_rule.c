/*
 * session_rule: which rules of the policy match here.
 */
#include <string.h>

#include "server/session_int.h"

/* A rule's code: exact, or a class, or any. */
static bool code_matches(unsigned want, unsigned code)
{
    return want == 0 || want == code || (want < 10 && want == code / 100);
}

/* Whether the list "A|B" holds the word. */
static bool in_list(const char *list, struct smtp_span word)
{
    while (*list) {
        size_t n = strcspn(list, "|");
        if (smtp_span_eq(smtp_span_of(list, n), word))
            return true;
        list += n + (list[n] == '|');
    }
    return false;
}

static bool word_matches(const char *want, struct smtp_span word)
{
    if (!want)
        return true;
    bool not = want[0] == '!';
    return in_list(want + not, word) != not;
}

/* Whether text is like the pattern, with "?" and "*". */
static bool is_like(const char *pattern, struct smtp_span text)
{
    const char *star = NULL; /* behind the last "*" */
    size_t at = 0, tried = 0;
    while (at < text.n) {
        if (*pattern == '*') {
            star = ++pattern;
            tried = at;
        } else if (*pattern == '?' || (*pattern && *pattern == text.p[at])) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star;
            at = ++tried;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool arg_matches(const struct server_rule *r, struct smtp_span arg)
{
    if (arg.n < r->arg_n)
        return false;
    if (!r->arg)
        return true;
    bool not = r->arg[0] == '!';
    return is_like(r->arg + not, arg) != not;
}

/* Facts are those when the command came: what RSET or AUTH changed since
 * is their effect. */
static bool matches(const struct session *s, const struct server_rule *r,
                    unsigned point, unsigned code)
{
    return (r->at >> point & 1) && code_matches(r->code, code) &&
           (s->seen & r->need) == r->need && !(s->seen & r->without) &&
           word_matches(r->word, s->word) && arg_matches(r, s->arg);
}

/* True when this match of rule i lies in its range. */
static bool counted(struct session *s, size_t i)
{
    const struct server_rule *r = s->policy->rules[i];
    if (s->hits[i] < UINT16_MAX)
        s->hits[i]++;
    return s->hits[i] >= r->from && (r->to == 0 || s->hits[i] <= r->to);
}

/* The rules that act before a reply is made have their own look-up. */
static bool before_reply(const struct server_rule *r)
{
    return r->op == OP_PASS || r->op == OP_REFUSE;
}

const struct server_rule *session_rule(struct session *s, unsigned point,
                                       unsigned code, size_t *at)
{
    if (!(s->policy->points >> point & 1))
        return NULL;
    while (*at < s->policy->n_rules) {
        size_t i = (*at)++;
        const struct server_rule *r = s->policy->rules[i];
        if (!before_reply(r) && matches(s, r, point, code) && counted(s, i))
            return r;
    }
    return NULL;
}

const struct server_rule *session_rule_op(struct session *s, enum server_op op,
                                          unsigned point, unsigned code)
{
    if (!(s->policy->points >> point & 1))
        return NULL;
    for (size_t i = 0; i < s->policy->n_rules; i++) {
        const struct server_rule *r = s->policy->rules[i];
        if (r->op == op && matches(s, r, point, code) && counted(s, i))
            return r;
    }
    return NULL;
}
