/*
 * passive_text: what stands in replies, where an RFC says more than the
 * grammar: parameters of keywords, names, mailboxes, status codes.
 */
#include <stdio.h>
#include <string.h>

#include "check/passive_int.h"
#include "smtp/ehlo.h"
#include "smtp/enhanced.h"

/* ---- parameters of keywords -------------------------------------------- */

struct keyword {
    struct smtp_span name;
    size_t most;                       /* parameters */
    bool (*ok)(struct smtp_span param);
};

static bool is_number(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= 20;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* RFC 3865 2.2: words of letters, digits, "." and "-", and one ":" or more,
 * parted by ",". */
static bool is_solicitation(struct smtp_span s)
{
    static const char marks[] = {'.', '-', '_', ':', ','};
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') &&
            !memchr(marks, c, sizeof marks))
            return false;
    }
    return s.n > 0 && is_letter(s.p[0]);
}

static enum passive_finding judge_keyword(const struct passive_look *l,
                                          const struct keyword *k)
{
    struct smtp_ehlo_line line;
    struct smtp_span param;
    size_t at = 0, n = 0;

    if (!passive_is_ehlo(l->r) ||
        !smtp_ehlo_find(l->r->reply, k->name, &line))
        return PASSIVE_NOT_APPLICABLE;
    while (smtp_ehlo_param(&line, &at, &param)) {
        if (n++ < k->most && k->ok(param))
            continue;
        snprintf(l->why, l->cap, "parameter %zu of %.*s is not as its RFC "
                 "has it", n, (int)k->name.n, k->name.p);
        return PASSIVE_CONTRADICTS;
    }
    return PASSIVE_AGREES;
}

enum passive_finding passive_size(const struct passive_look *l)
{
    return judge_keyword(l, &(struct keyword){SMTP_SPAN("SIZE"), 1,
                                              is_number});
}

enum passive_finding passive_deliverby(const struct passive_look *l)
{
    return judge_keyword(l, &(struct keyword){SMTP_SPAN("DELIVERBY"), 1,
                                              is_number});
}

enum passive_finding passive_soliciting(const struct passive_look *l)
{
    return judge_keyword(l, &(struct keyword){SMTP_SPAN("NO-SOLICITING"),
                                              SIZE_MAX, is_solicitation});
}

/* ---- names and mailboxes ----------------------------------------------- */

/* RFC 5321 2.3.4: an address literal where there is a name. */
enum passive_finding passive_name(const struct passive_look *l)
{
    struct smtp_span host;

    if (l->r->stage != SCRIPT_GREETING || l->r->reply->code != 220)
        return PASSIVE_NOT_APPLICABLE;
    host = smtp_greeting_host(l->r->reply, NULL);
    if (host.n == 0 || host.p[0] != '[')
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap, "the server calls itself by an address");
    return PASSIVE_CONTRADICTS;
}

static bool is_verify(const struct script_reply *r)
{
    return r->stage == SCRIPT_COMMAND &&
           (r->verb == SMTP_VERB_VRFY || r->verb == SMTP_VERB_EXPN);
}

/* RFC 5321 3.5.2: "<@a.example:...>". */
enum passive_finding passive_no_route(const struct passive_look *l)
{
    struct smtp_span raw = l->r->reply->raw;

    if (!is_verify(l->r) || smtp_reply_class(l->r->reply) != 2)
        return PASSIVE_NOT_APPLICABLE;
    if (!memmem(raw.p, raw.n, "<@", 2))
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap, "the address has a source route");
    return PASSIVE_CONTRADICTS;
}

/* RFC 6531 3.7.4.2: the client asks for UTF-8 by a parameter of its own. */
enum passive_finding passive_verify_ascii(const struct passive_look *l)
{
    static const struct smtp_span ask = {" SMTPUTF8", 9};
    struct smtp_span line = l->r->line;

    if (!is_verify(l->r))
        return PASSIVE_NOT_APPLICABLE;
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    if (line.n > ask.n && smtp_span_ieq(smtp_span_from(line, line.n - ask.n),
                                        ask))
        return PASSIVE_NOT_APPLICABLE;
    return passive_grammar(l);
}

/* ---- status codes (RFC 3463 3) ----------------------------------------- */

/* The status code of the first line. */
static bool status_of(const struct passive_look *l, struct smtp_enhanced *e)
{
    return passive_owes_status(l->r) &&
           smtp_enhanced_parse(l->r->reply->text, e) > 0;
}

static enum passive_finding odd_class(const struct passive_look *l,
                                      const struct smtp_enhanced *e,
                                      unsigned right, const char *what)
{
    if (e->class == right || e->class == 2)
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap, "%u.%u.%u: %s", e->class, e->subject, e->detail,
             what);
    return PASSIVE_CONTRADICTS;
}

/* 3.2: X.1.1 to X.1.3 are useful for permanent failures only. */
enum passive_finding passive_permanent(const struct passive_look *l)
{
    struct smtp_enhanced e;

    if (!status_of(l, &e))
        return PASSIVE_NOT_APPLICABLE;
    if (e.subject != 1 || e.detail < 1 || e.detail > 3)
        return PASSIVE_AGREES;
    return odd_class(l, &e, 5, "a bad address does not get better");
}

/* 3.3: a full mailbox is a persistent transient failure. */
enum passive_finding passive_transient(const struct passive_look *l)
{
    struct smtp_enhanced e;

    if (!status_of(l, &e))
        return PASSIVE_NOT_APPLICABLE;
    if (e.subject != 2 || e.detail != 2)
        return PASSIVE_AGREES;
    return odd_class(l, &e, 4, "a mailbox is not full for ever");
}

/* 3.6: what is wrong with the command is subject 5. Policy (7) and the system
 * (3) may be the reason as well. */
enum passive_finding passive_protocol(const struct passive_look *l)
{
    struct smtp_enhanced e;
    unsigned code = l->r->reply->code;

    if (!status_of(l, &e))
        return PASSIVE_NOT_APPLICABLE;
    if (l->r->stage != SCRIPT_COMMAND || code < 500 || code > 504 ||
        code == 501)
        return PASSIVE_AGREES;
    if (e.subject == 5 || e.subject == 7 || e.subject == 3 || e.subject == 0)
        return PASSIVE_AGREES;
    snprintf(l->why, l->cap, "%u with %u.%u.%u, which is not about commands",
             code, e.class, e.subject, e.detail);
    return PASSIVE_CONTRADICTS;
}
