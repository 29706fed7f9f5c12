/*
 * argument: RFC 5321 4.1.1. BDAT, BURL, AUTH, ETRN and ATRN are read in
 * argument_ext.c.
 *
 *   ehlo = "EHLO" SP ( Domain / address-literal )       ; LHLO: RFC 2033 4.1
 *   helo = "HELO" SP Domain
 *   mail = "MAIL FROM:" Reverse-path [ SP Mail-parameters ]
 *   rcpt = "RCPT TO:" ( "<Postmaster>" / Forward-path )
 *          [ SP Rcpt-parameters ]
 *   data, rset, quit, STARTTLS (RFC 3207 4), TURN (RFC 821): nothing
 *   vrfy = "VRFY" SP String [ SP "SMTPUTF8" ]           ; RFC 6531 3.7.4.2
 *   expn = "EXPN" SP String [ SP "SMTPUTF8" ]
 *   help = "HELP" [ SP String ]
 *   noop = "NOOP" [ SP String ]
 *   String = Atom / Quoted-string
 *   send = "SEND FROM:" Reverse-path                    ; RFC 821 4.1.2
 *
 * VRFY and EXPN take a Mailbox as well: RFC 5321 3.5.1 says so in prose.
 */
#include "smtp/argument.h"
#include "smtp/octet.h"
#include "smtp/param.h"
#include "smtp/plain.h"
#include "smtp/verb.h"
#include "smtp/word.h"

enum { DOMAIN_MAX_OCTETS = 255 }; /* RFC 5321 4.5.3.1.2 */

/* MAIL, RCPT and their like. The keyword's first four octets as a number,
 * and which of their bits count: not that of the case, nor, for "TO:", the
 * fourth octet. */
struct path_rule {
    uint32_t word, mask;
    size_t n;                  /* octets of the keyword, with ":" */
    unsigned opts;             /* enum smtp_path_opt */
    enum smtp_param_of params; /* 0: none */
};

#define FROM SMTP_VERB_WORD('F', 'R', 'O', 'M'), 0xDFDFDFDFu, 5
#define TO   SMTP_VERB_WORD('T', 'O', ':', 0), 0x00FFDFDFu, 3

static const struct path_rule from_params = {
    FROM, SMTP_PATH_NULL, SMTP_PARAM_OF_MAIL};
static const struct path_rule to_params = {
    TO, SMTP_PATH_POSTMASTER, SMTP_PARAM_OF_RCPT};
static const struct path_rule from_alone = {
    FROM, SMTP_PATH_NULL, (enum smtp_param_of)0};

void smtp_argument_flaw(struct smtp_command *c, enum smtp_flaw f,
                        const char *p)
{
    smtp_flaws_add(&c->flaws, f, (size_t)(p - c->raw.p));
}

/* The first SP or HT of p[at..n), or n. */
static size_t find_blank(const char *p, size_t at, size_t n)
{
    for (; n - at >= 8; at += 8) {
        uint64_t w = smtp_word_at(p + at);
        uint64_t x = w & SMTP_WORD_EACH(0x7F);
        uint64_t blank = ~(smtp_word_not(x, ' ') & smtp_word_not(x, '\t'));
        blank &= ~w & SMTP_WORD_SET;
        if (blank)
            return at + smtp_word_first(blank);
    }
    while (at < n && !smtp_octet_blank(p[at]))
        at++;
    return at;
}

/* Passes the blanks at offset `at` of the argument, of which something is
 * wrong. */
static __attribute__((noinline)) size_t skip_blanks(struct smtp_command *c,
                                                    size_t at)
{
    smtp_argument_flaw(c, SMTP_FLAW_COMMAND_SEPARATOR, c->arg.p + at);
    while (smtp_octet_blank(c->arg.p[at]))
        at++;
    return at;
}

struct smtp_span smtp_argument_word(struct smtp_command *c, size_t *at)
{
    const char *p = c->arg.p;
    size_t start = *at;
    size_t n = c->arg.n;
    /* The argument neither begins nor ends with a blank. */
    if (start < n && smtp_octet_blank(p[start])) {
        if (p[start] == ' ' && !smtp_octet_blank(p[start + 1]))
            start++;
        else
            start = skip_blanks(c, start);
    }
    *at = find_blank(p, start, n);
    return smtp_span_of(p + start, *at - start);
}

void smtp_argument_end(struct smtp_command *c, size_t at)
{
    if (at == c->arg.n)
        return;
    struct smtp_span word = smtp_argument_word(c, &at);
    smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_UNEXPECTED, word.p);
}

static void flaw(struct smtp_command *c, enum smtp_flaw f)
{
    smtp_argument_flaw(c, f, c->arg.p);
}

static void parse_none(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    flaw(c, SMTP_FLAW_COMMAND_ARG_UNEXPECTED);
}

static enum smtp_domain_kind parse_host(struct smtp_command *c)
{
    size_t at = 0;
    struct smtp_span host = smtp_argument_word(c, &at);
    enum smtp_domain_kind kind = smtp_domain_kind(host, false);
    if (kind == SMTP_DOMAIN_NONE)
        flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX);
    else if (host.n > DOMAIN_MAX_OCTETS)
        flaw(c, SMTP_FLAW_PATH_DOMAIN_LENGTH);
    smtp_argument_end(c, at);
    return kind;
}

static void parse_ehlo(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    parse_host(c);
}

static void parse_helo(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    if (parse_host(c) > SMTP_DOMAIN_NAME)
        flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX);
}

/* "FROM:" or "TO:" at the start of the argument, in any case. */
static inline bool has_keyword(struct smtp_span arg,
                               const struct path_rule *rule)
{
    if (arg.n < rule->n || arg.p[rule->n - 1] != ':')
        return false;
    /* Behind an argument of three octets there is the line end. */
    const unsigned char *u = (const unsigned char *)arg.p;
    uint32_t word = SMTP_VERB_WORD(u[0], u[1], u[2], u[3]);
    return (word & rule->mask) == rule->word;
}

/* The offset in the argument where the path begins. */
static __attribute__((noinline)) size_t
find_path(struct smtp_command *c, const struct path_rule *rule)
{
    struct smtp_span arg = c->arg;
    size_t at = rule->n;
    if (!has_keyword(arg, rule)) {
        flaw(c, SMTP_FLAW_PATH_KEYWORD);
        const char *bracket = memchr(arg.p, '<', arg.n);
        return bracket ? (size_t)(bracket - arg.p) : arg.n;
    }
    if (at < arg.n && smtp_octet_blank(arg.p[at])) {
        smtp_argument_flaw(c, SMTP_FLAW_PATH_SPACE, arg.p + at);
        while (smtp_octet_blank(arg.p[at]))
            at++;
    }
    return at;
}

static void parse_params(struct smtp_command *c, size_t at,
                         enum smtp_param_of of)
{
    struct smtp_flaws flaws = {.first_at = 0};
    if (c->arg.p[at] == ' ')
        at++;
    else
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_SEPARATOR, c->arg.p + at);
    c->params = smtp_span_tail(c->arg, at);
    smtp_params_check(c->params, of, &flaws);
    if (smtp_flaws_any(&flaws))
        smtp_flaws_merge(&c->flaws, &flaws,
                         (size_t)(c->params.p - c->raw.p));
}

/* RFC 6531 3.4: an address that needs SMTPUTF8 needs the parameter too. Of a
 * RCPT that depends on the MAIL before it. */
static void check_utf8(struct smtp_command *c)
{
    size_t at = 0;
    if (smtp_params_find(c->params, SMTP_PARAM_OF_MAIL, SMTP_PARAM_SMTPUTF8,
                         NULL))
        return;
    while ((unsigned char)c->path.raw.p[at] < 128)
        at++;
    smtp_argument_flaw(c, SMTP_FLAW_PATH_8BIT, c->path.raw.p + at);
}

/* Reads the path at offset `at` of the argument: its octets. */
static __attribute__((noinline)) size_t
read_path(struct smtp_command *c, size_t at, unsigned opts)
{
    struct smtp_flaws flaws = {.first_at = 0};
    struct smtp_span rest = smtp_span_tail(c->arg, at);
    size_t n = smtp_path_parse(rest, opts, &c->path, &flaws);
    if (n == 0)
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_MISSING, rest.p);
    if (smtp_flaws_any(&flaws))
        smtp_flaws_merge(&c->flaws, &flaws, (size_t)(rest.p - c->raw.p));
    return n;
}

/* What follows the path, which ended at offset `at` and had n octets. */
static __attribute__((noinline)) void
parse_rest(struct smtp_command *c, size_t at, size_t n, unsigned opts,
           const struct path_rule *rule)
{
    if (rule->params && n > 0 && at < c->arg.n)
        parse_params(c, at, rule->params);
    else
        smtp_argument_end(c, at);
    if (c->path.utf8 && (opts & SMTP_COMMAND_UTF8) &&
        c->id == SMTP_VERB_MAIL)
        check_utf8(c);
}

/* What is rare is out of line: nearly all lines have the keyword, a path as
 * plain.h reads it, and many nothing more. */
static void parse_path(struct smtp_command *c, unsigned opts,
                       const struct path_rule *rule)
{
    size_t at = rule->n;
    size_t n = 0;
    if (!has_keyword(c->arg, rule) || at == c->arg.n || c->arg.p[at] != '<')
        at = find_path(c, rule);
    else
        n = smtp_plain_parse(smtp_span_tail(c->arg, at), &c->path);
    if (n == 0)
        n = read_path(c, at,
                      rule->opts | (opts & SMTP_COMMAND_UTF8 ? SMTP_PATH_UTF8
                                                             : 0));
    at += n;
    if (at < c->arg.n || c->path.utf8)
        parse_rest(c, at, n, opts, rule);
}

static void parse_mail(struct smtp_command *c, unsigned opts)
{
    parse_path(c, opts, &from_params);
}

static void parse_rcpt(struct smtp_command *c, unsigned opts)
{
    parse_path(c, opts, &to_params);
}

static void parse_send(struct smtp_command *c, unsigned opts)
{
    parse_path(c, opts, &from_alone);
}

/* String = Atom / Quoted-string */
static bool is_string(struct smtp_span s)
{
    struct smtp_flaws flaws = {.first_at = 0};
    struct smtp_path path;
    size_t i = 0;
    while (i < s.n && smtp_octet_is(s.p[i], SMTP_OCTET_ATEXT))
        i++;
    if (i == s.n)
        return true;
    smtp_mailbox_parse(s, SMTP_PATH_LOCAL, &path, &flaws);
    /* What stands behind the second quote is read as part of it, as a flaw. */
    return path.quoted && path.local.n == s.n &&
           !smtp_flaws_has(&flaws, SMTP_FLAW_PATH_QUOTED) &&
           !smtp_flaws_has(&flaws, SMTP_FLAW_PATH_LOCAL_PART);
}

static void parse_string(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    if (!is_string(c->arg))
        flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX);
}

/* True when nothing but lengths is wrong: of those the grammar knows
 * nothing. */
static bool only_lengths(const struct smtp_flaws *flaws)
{
    struct smtp_flaws lengths = {.first_at = 0};
    smtp_flaws_add(&lengths, SMTP_FLAW_PATH_LENGTH, 0);
    smtp_flaws_add(&lengths, SMTP_FLAW_PATH_LOCAL_LENGTH, 0);
    smtp_flaws_add(&lengths, SMTP_FLAW_PATH_DOMAIN_LENGTH, 0);
    return !(flaws->set[0] & ~lengths.set[0]) &&
           !(flaws->set[1] & ~lengths.set[1]);
}

static void parse_user(struct smtp_command *c, unsigned opts)
{
    struct smtp_flaws flaws = {.first_at = 0};
    struct smtp_span user = c->arg;
    struct smtp_path path;
    unsigned path_opts = SMTP_PATH_LOCAL;
    if (opts & SMTP_COMMAND_UTF8) {
        const struct smtp_span tail = SMTP_SPAN(" SMTPUTF8");
        path_opts |= SMTP_PATH_UTF8;
        if (user.n > tail.n &&
            smtp_span_ieq(smtp_span_tail(user, user.n - tail.n), tail))
            user.n -= tail.n;
    }
    smtp_mailbox_parse(user, path_opts, &path, &flaws);
    if (only_lengths(&flaws))
        smtp_flaws_merge(&c->flaws, &flaws, (size_t)(user.p - c->raw.p));
    else
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX,
                           user.p + flaws.first_at);
}

static void parse_unknown(struct smtp_command *c, unsigned opts)
{
    /* Its flaw is that of the verb. */
    (void)c;
    (void)opts;
}

enum { OPTIONAL = 1, UTF8 = 2 };

/* How the argument of each verb is read, and whether it may be left out, and
 * hold octets over 127. */
static const struct {
    void (*parse)(struct smtp_command *c, unsigned opts);
    unsigned traits;
} grammars[SMTP_VERB_COUNT] = {
    [SMTP_VERB_UNKNOWN] = {parse_unknown, OPTIONAL},
    [SMTP_VERB_HELO] = {parse_helo, 0},
    [SMTP_VERB_EHLO] = {parse_ehlo, 0},
    [SMTP_VERB_LHLO] = {parse_ehlo, 0},
    [SMTP_VERB_MAIL] = {parse_mail, UTF8},
    [SMTP_VERB_RCPT] = {parse_rcpt, UTF8},
    [SMTP_VERB_DATA] = {parse_none, OPTIONAL},
    [SMTP_VERB_BDAT] = {smtp_argument_bdat, 0},
    [SMTP_VERB_BURL] = {smtp_argument_burl, 0},
    [SMTP_VERB_RSET] = {parse_none, OPTIONAL},
    [SMTP_VERB_NOOP] = {parse_string, OPTIONAL},
    [SMTP_VERB_QUIT] = {parse_none, OPTIONAL},
    [SMTP_VERB_VRFY] = {parse_user, UTF8},
    [SMTP_VERB_EXPN] = {parse_user, UTF8},
    [SMTP_VERB_HELP] = {parse_string, OPTIONAL},
    [SMTP_VERB_STARTTLS] = {parse_none, OPTIONAL},
    [SMTP_VERB_AUTH] = {smtp_argument_auth, 0},
    [SMTP_VERB_ETRN] = {smtp_argument_etrn, 0},
    [SMTP_VERB_ATRN] = {smtp_argument_atrn, OPTIONAL},
    [SMTP_VERB_TURN] = {parse_none, OPTIONAL},
    [SMTP_VERB_SEND] = {parse_send, UTF8},
    [SMTP_VERB_SOML] = {parse_send, UTF8},
    [SMTP_VERB_SAML] = {parse_send, UTF8},
};

void smtp_argument_parse(struct smtp_command *c, unsigned opts)
{
    if (c->arg.n > 0)
        grammars[c->id].parse(c, opts);
    else if (!(grammars[c->id].traits & OPTIONAL))
        flaw(c, SMTP_FLAW_COMMAND_ARG_MISSING);
}

bool smtp_argument_utf8(enum smtp_verb v)
{
    return (grammars[v].traits & UTF8) != 0;
}
