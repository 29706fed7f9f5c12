/*
 * need: one entry of "needs:".
 *
 *   need = [ "!" ] name [ ":" argument ]
 */
#include "script/need.h"

struct need_row {
    const char *name;
    const char *args; /* NULL: takes none; "": any; else " a b " */
    const char *want; /* what is expected, for a mistake */
};

static const struct need_row rows[SCRIPT_NEED_COUNT] = {
    [SCRIPT_NEED_EHLO] = {"ehlo", "", "ehlo:KEYWORD[=PARAM]"},
    [SCRIPT_NEED_TLS_EHLO] = {"tls-ehlo", "", "tls-ehlo:KEYWORD[=PARAM]"},
    [SCRIPT_NEED_TLS] = {"tls", " on off ", "tls:on or tls:off"},
    [SCRIPT_NEED_TLS_PORT] = {"tls-port", NULL, "tls-port"},
    [SCRIPT_NEED_POLICY] = {"policy", " auth-required tls-required open ",
                            "policy:auth-required, policy:tls-required or "
                            "policy:open"},
    [SCRIPT_NEED_PROFILE] = {"profile", " mx submission lmtp ",
                             "profile:mx, profile:submission or "
                             "profile:lmtp"},
    [SCRIPT_NEED_GREETING] = {"greeting", " 220 554 521 ",
                              "greeting:220, greeting:554 or greeting:521"},
    [SCRIPT_NEED_ACCOUNT] = {"account", NULL, "account"},
    [SCRIPT_NEED_RCPT] = {"rcpt", NULL, "rcpt"},
    [SCRIPT_NEED_RCPT_DOMAIN] = {"rcpt-domain", NULL, "rcpt-domain"},
    [SCRIPT_NEED_BAD_RCPT] = {"bad-rcpt", NULL, "bad-rcpt"},
    [SCRIPT_NEED_FOREIGN_RCPT] = {"foreign-rcpt", NULL, "foreign-rcpt"},
    [SCRIPT_NEED_DELIVERY] = {"delivery", NULL, "delivery"},
    [SCRIPT_NEED_COMPLETE] = {"complete", NULL, "complete"},
    [SCRIPT_NEED_SLOW] = {"slow", NULL, "slow"},
    [SCRIPT_NEED_PID] = {"server-pid", NULL, "server-pid"},
};

const char *script_need_name(enum script_need_kind k)
{
    return (unsigned)k < SCRIPT_NEED_COUNT ? rows[k].name : "?";
}

/* True when arg is one of the words of set, which has SP around each. */
static bool in_set(struct smtp_span arg, const char *set)
{
    struct smtp_span s = {set, strlen(set)};

    while (s.n > 1) {
        s = smtp_span_from(s, 1);
        const char *end = memchr(s.p, ' ', s.n);
        size_t n = end ? (size_t)(end - s.p) : s.n;
        if (smtp_span_eq(smtp_span_of(s.p, n), arg))
            return true;
        s = smtp_span_from(s, n);
    }
    return false;
}

/* KEYWORD[=PARAM]: octets of an EHLO keyword or parameter. */
static bool is_keyword(struct smtp_span arg)
{
    for (size_t i = 0; i < arg.n; i++)
        if (arg.p[i] <= ' ' || arg.p[i] > '~')
            return false;
    return arg.n > 0 && arg.p[0] != '=';
}

static bool arg_fits(const struct need_row *row, bool has,
                     struct smtp_span arg)
{
    if (!row->args)
        return !has;
    if (!has)
        return false;
    return *row->args ? in_set(arg, row->args) : is_keyword(arg);
}

bool script_need_parse(struct script_parser *ps, const struct script_text *t,
                       struct script_need *out)
{
    struct smtp_span s = t->s;

    *out = (struct script_need){0};
    if (s.n && s.p[0] == '!') {
        out->not = true;
        s = smtp_span_from(s, 1);
    }
    const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
    size_t n = colon ? (size_t)(colon - s.p) : s.n;
    struct smtp_span name = {s.p, n};
    struct smtp_span arg = smtp_span_from(s, colon ? n + 1 : n);

    for (unsigned k = 0; k < SCRIPT_NEED_COUNT; k++) {
        struct smtp_span known = {rows[k].name, strlen(rows[k].name)};
        if (!smtp_span_eq(name, known))
            continue;
        if (!arg_fits(&rows[k], colon != NULL, arg))
            return script_wrong(ps, t, 0, "expected %s", rows[k].want);
        out->kind = (enum script_need_kind)k;
        out->arg = script_arena_copy(ps->arena, arg);
        out->text = script_arena_copy(ps->arena, t->s);
        return (out->arg && out->text) || script_no_memory(ps);
    }
    return script_wrong(ps, t, 0,
                        "unknown need \"%.*s\": expected ehlo:KEYWORD, "
                        "tls:on, policy:NAME, profile:NAME, account, rcpt "
                        "or another of docs/SCRIPT.md", SCRIPT_ARG(t->s));
}
