/*
 * passive_registry: names in replies, held against the registries of IANA
 * (conformance/iana.tsv; enhanced status codes: smtp/enhanced_codes.c). A
 * registry grows: that a name is not in our copy is an observation.
 */
#include <stdio.h>

#include "check/passive_int.h"
#include "smtp/ehlo.h"
#include "smtp/enhanced.h"

#define SHOWN 40 /* octets of a name in a sentence */

/* Parameters are free in the octets they hold; a sentence is not. */
static enum passive_finding wrong(const struct passive_look *l,
                                  const char *what, struct smtp_span name)
{
    char text[SHOWN + 1];
    size_t n = 0;

    for (; n < name.n && n < SHOWN; n++)
        text[n] = name.p[n] > ' ' && name.p[n] <= '~' ? name.p[n] : '?';
    text[n] = '\0';
    snprintf(l->why, l->cap, "%s: %s", what, text);
    return PASSIVE_CONTRADICTS;
}

/* RFC 5321 2.2.2, 4.1.5: "X" begins what is private by agreement. A keyword
 * that is none by the grammar is for another rule. */
enum passive_finding passive_keywords(const struct passive_look *l)
{
    struct smtp_ehlo_line line;
    size_t at = 0;

    if (!passive_is_ehlo(l->r))
        return PASSIVE_NOT_APPLICABLE;
    for (;;) {
        struct smtp_flaws seen = {0};
        if (!smtp_ehlo_next(l->r->reply, &at, &line, &seen))
            return PASSIVE_AGREES;
        if (line.keyword.n == 0 || (line.keyword.p[0] | 0x20) == 'x' ||
            smtp_flaws_has(&seen, SMTP_FLAW_EHLO_KEYWORD) ||
            catalogue_registered(l->codes, CATALOGUE_EXTENSION, line.keyword))
            continue;
        return wrong(l, "a keyword that is not registered", line.keyword);
    }
}

/* The first parameter of the keyword's lines for which ok is false. */
static enum passive_finding each_param(const struct passive_look *l,
                                       struct smtp_span keyword,
                                       bool (*ok)(const struct passive_look *l,
                                                  struct smtp_span param),
                                       const char *what)
{
    enum passive_finding found = PASSIVE_NOT_APPLICABLE;
    struct smtp_ehlo_line line;
    size_t at = 0;

    if (!passive_is_ehlo(l->r))
        return found;
    while (smtp_ehlo_next(l->r->reply, &at, &line, NULL)) {
        struct smtp_span param;
        size_t next = 0;
        if (!smtp_span_ieq(line.keyword, keyword))
            continue;
        found = PASSIVE_AGREES;
        while (smtp_ehlo_param(&line, &next, &param))
            if (!ok(l, param))
                return wrong(l, what, param);
    }
    return found;
}

/* RFC 9422 3.1: "NAME=value", or "NAME" alone. */
static bool is_limit(const struct passive_look *l, struct smtp_span param)
{
    const char *equals = memchr(param.p, '=', param.n);
    size_t n = equals ? (size_t)(equals - param.p) : param.n;

    return catalogue_registered(l->codes, CATALOGUE_LIMIT,
                                smtp_span_of(param.p, n));
}

enum passive_finding passive_limits(const struct passive_look *l)
{
    return each_param(l, SMTP_SPAN("LIMITS"), is_limit,
                      "a limit that is not registered");
}

/* RFC 4422 3.1: sasl-mech = 1*20mech-char; A-Z, 0-9, "-" and "_". */
static bool is_mechanism(const struct passive_look *l, struct smtp_span param)
{
    (void)l;
    for (size_t i = 0; i < param.n; i++) {
        char c = param.p[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '_')
            return false;
    }
    return param.n <= 20;
}

enum passive_finding passive_mechanisms(const struct passive_look *l)
{
    return each_param(l, SMTP_SPAN("AUTH"), is_mechanism,
                      "no name of a mechanism");
}

enum passive_finding passive_status_codes(const struct passive_look *l)
{
    struct smtp_reply_line line;
    enum passive_finding found = PASSIVE_NOT_APPLICABLE;
    size_t at = 0;

    if (!passive_owes_status(l->r))
        return found;
    while (smtp_reply_next(l->r->reply, &at, &line)) {
        struct smtp_enhanced e;
        size_t n = line.code ? smtp_enhanced_parse(line.text, &e) : 0;
        if (n == 0)
            continue;
        if (!smtp_enhanced_meaning(&e))
            return wrong(l, "a status code that is not registered",
                         smtp_span_of(line.text.p, n));
        found = PASSIVE_AGREES;
    }
    return found;
}
