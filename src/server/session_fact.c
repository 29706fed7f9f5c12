/*
 * session_fact: what the argument of a command says about it, for rules, and
 * for the refusal to relay.
 */
#include <string.h>

#include "server/session_int.h"
#include "smtp/path.h"

/* A name with a dot in it: what would be looked up in the DNS. */
static bool is_domain(struct smtp_span s)
{
    return s.n > 0 && memchr(s.p, '.', s.n) &&
           smtp_domain_kind(s, false) == SMTP_DOMAIN_NAME;
}

/* The local part of a path as it is written, quotes left out: up to the last
 * "@" that stands outside of quotes, or all of it. A path that is malformed
 * counts as well. */
static struct smtp_span written_local(const struct smtp_path *p)
{
    struct smtp_span s = p->raw;
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        s = smtp_span_of(s.p + 1, s.n - 2);
    size_t skip = p->route.n > 0 ? p->route.n + 1 : 0;
    if (skip < s.n)
        s = smtp_span_of(s.p + skip, s.n - skip);
    size_t end = s.n;
    for (size_t i = 0, quoted = 0; i < s.n; i++) {
        quoted ^= s.p[i] == '"';
        if (s.p[i] == '@' && !quoted)
            end = i;
    }
    if (end >= 2 && s.p[0] == '"' && s.p[end - 1] == '"')
        return smtp_span_of(s.p + 1, end - 2);
    return smtp_span_of(s.p, end);
}

/* RFC 5321 7.9, and what mail systems of old did with "%" and "!": the local
 * part is an address in itself. */
static bool names_other_domain(struct smtp_span local)
{
    for (size_t i = 0; i < local.n; i++) {
        struct smtp_span head = {local.p, i};
        struct smtp_span tail = {local.p + i + 1, local.n - i - 1};
        if (local.p[i] == '!' && is_domain(head))
            return true;
        if ((local.p[i] == '%' || local.p[i] == '@') && is_domain(tail))
            return true;
    }
    return false;
}

static bool has_lower(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return true;
    return false;
}

uint64_t session_argument_facts(const struct smtp_command *c)
{
    char first = '\0';
    if (c->arg.n > 0)
        first = c->arg.p[0];
    switch (c->id) {
    case SMTP_VERB_EHLO:
    case SMTP_VERB_HELO:
        return first == '[' ? FACT_LITERAL : 0;
    case SMTP_VERB_MAIL:
        return has_lower(c->params) ? FACT_LOWER : 0;
    case SMTP_VERB_RCPT:
        return (c->path.route.n > 0 ? FACT_ROUTE : 0) |
               (names_other_domain(written_local(&c->path)) ? FACT_HIDDEN
                                                            : 0);
    case SMTP_VERB_ETRN:
        return first == '@' || first == '#' ? FACT_ETRN_OPTION : 0;
    default:
        return 0;
    }
}
