/*
 * argument_ext: the commands of extensions.
 *
 *   bdat = "BDAT" SP 1*DIGIT [ SP "LAST" ]              ; RFC 3030 2
 *   burl = "BURL" SP absolute-URI [ SP "LAST" ]         ; RFC 4468 3.5
 *   auth = "AUTH" SP sasl-mech [ SP ( base64 / "=" ) ]  ; RFC 4954 8
 *   etrn = "ETRN" SP [ "@" ] Domain / "ETRN" SP "#" 1*VCHAR ; RFC 1985 5
 *   atrn = "ATRN" [ SP Domain *( "," Domain ) ]         ; RFC 2645 5.2.1
 */
#include "smtp/argument.h"
#include "smtp/base64.h"
#include "smtp/octet.h"
#include "smtp/word.h"

enum { MECHANISM_MAX = 20 }; /* RFC 4422 3.1 */

static void parse_last(struct smtp_command *c, size_t at)
{
    struct smtp_span word = smtp_argument_word(c, &at);
    if (word.n == 0)
        return;
    c->last = smtp_span_ieq(word, SMTP_SPAN("LAST"));
    if (!c->last)
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, word.p);
    smtp_argument_end(c, at);
}

void smtp_argument_bdat(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    size_t at = 0;
    bool fits = true;
    struct smtp_span word = smtp_argument_word(c, &at);
    size_t i = 0;
    for (; i < word.n && smtp_octet_is(word.p[i], SMTP_OCTET_DIGIT); i++) {
        uint64_t digit = (uint64_t)(word.p[i] - '0');
        if (c->size > (UINT64_MAX - digit) / 10)
            fits = false;
        c->size = fits ? c->size * 10 + digit : UINT64_MAX;
    }
    if (i < word.n) {
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, word.p + i);
        c->size = 0;
    } else if (!fits) {
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, c->arg.p);
    }
    parse_last(c, at);
}

/* RFC 3986 3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static size_t scheme(struct smtp_span s)
{
    size_t i = 0;
    while (i < s.n && (smtp_octet_is(s.p[i], SMTP_OCTET_LDH) ||
                       s.p[i] == '+' || s.p[i] == '.'))
        i++;
    bool alpha = i > 0 && smtp_octet_is(s.p[0], SMTP_OCTET_LETDIG) &&
                 !smtp_octet_is(s.p[0], SMTP_OCTET_DIGIT);
    return alpha ? i : 0;
}

/* RFC 3986 2 and 4.3: 0 for a valid absolute-URI, else 1 + the offset of the
 * fault. There is no fragment in one. */
static size_t check_uri(struct smtp_span s)
{
    static const struct smtp_span marks = {"-._~:/?[]@!$&'()*+,;=", 21};
    size_t i = scheme(s);
    if (i == 0 || i == s.n || s.p[i] != ':')
        return i + 1;
    for (i++; i < s.n; i++) {
        char c = s.p[i];
        bool valid = smtp_octet_is(c, SMTP_OCTET_LETDIG) ||
                     memchr(marks.p, c, marks.n) != NULL;
        if (c == '%')
            valid = i + 2 < s.n &&
                    smtp_octet_is(s.p[i + 1], SMTP_OCTET_HEXDIG) &&
                    smtp_octet_is(s.p[i + 2], SMTP_OCTET_HEXDIG);
        if (!valid)
            return i + 1;
    }
    return 0;
}

void smtp_argument_burl(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    size_t at = 0;
    c->uri = smtp_argument_word(c, &at);
    size_t wrong = check_uri(c->uri);
    if (wrong)
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX,
                           c->uri.p + wrong - 1);
    parse_last(c, at);
}

/* RFC 4422 3.1: 1*20( ALPHA / DIGIT / "-" / "_" ); in SMTP in any case of
 * its letters (RFC 4954 8). */
static bool is_mechanism(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!smtp_octet_is(s.p[i], SMTP_OCTET_LDH) && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n <= MECHANISM_MAX;
}

/* As many octets of p[0..n), by eights, as are of the alphabet. */
static size_t plain_base64(const char *p, size_t n)
{
    for (size_t i = 0; n - i >= 8; i += 8) {
        uint64_t w = smtp_word_at(p + i);
        uint64_t x = w & SMTP_WORD_EACH(0x7F);
        uint64_t set = smtp_word_range(x, '/', '9');
        set |= smtp_word_range(x | SMTP_WORD_EACH(0x20), 'a', 'z');
        set |= ~smtp_word_not(x, '+');
        if (~(set & ~w) & SMTP_WORD_SET)
            return i;
    }
    return n / 8 * 8;
}

/*
 * Strict (RFC 4954 4): 0, or 1 + the offset of the octet that is wrong. It
 * is only judged: all has to be of the alphabet but a last group of four that
 * is padded, or is none; that is decoded.
 */
static size_t check_base64(struct smtp_span s)
{
    char out[SMTP_BASE64_DECODED(4)];
    bool padded = s.n % 4 != 0 || s.p[s.n - 1] == '=';
    size_t last = padded ? (s.n - 1) / 4 * 4 : s.n;
    size_t i = plain_base64(s.p, last);
    for (; i < last; i++)
        if (!smtp_octet_is(s.p[i], SMTP_OCTET_BASE64))
            return i + 1;
    if (!padded)
        return 0;
    ssize_t n = smtp_base64_decode(smtp_span_tail(s, last), out);
    return n < 0 ? last + (size_t)-n : 0;
}

void smtp_argument_auth(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    size_t at = 0;
    c->mech = smtp_argument_word(c, &at);
    if (!is_mechanism(c->mech))
        smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, c->mech.p);
    c->initial = smtp_argument_word(c, &at);
    if (c->initial.n > 0 && !smtp_span_eq(c->initial, SMTP_SPAN("="))) {
        size_t wrong = check_base64(c->initial);
        if (wrong)
            smtp_argument_flaw(c, SMTP_FLAW_BASE64, c->initial.p + wrong - 1);
    }
    smtp_argument_end(c, at);
}

void smtp_argument_etrn(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    size_t at = 0;
    struct smtp_span node = smtp_argument_word(c, &at);
    if (node.p[0] == '#') {
        /* A queue: what its name looks like is the server's (5.3). */
        if (node.n == 1)
            smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, c->arg.p);
    } else {
        node = smtp_span_tail(node, node.p[0] == '@' ? 1 : 0);
        if (smtp_domain_kind(node, false) != SMTP_DOMAIN_NAME)
            smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, c->arg.p);
    }
    smtp_argument_end(c, at);
}

void smtp_argument_atrn(struct smtp_command *c, unsigned opts)
{
    (void)opts;
    size_t end = 0;
    struct smtp_span list = smtp_argument_word(c, &end);
    for (size_t at = 0; at <= list.n;) {
        struct smtp_span name = smtp_span_tail(list, at);
        const char *comma = memchr(name.p, ',', name.n);
        if (comma)
            name.n = (size_t)(comma - name.p);
        /* RFC 2645 5.2.1 has a Domain of two labels or more. */
        if (smtp_domain_kind(name, false) != SMTP_DOMAIN_NAME ||
            !memchr(name.p, '.', name.n))
            smtp_argument_flaw(c, SMTP_FLAW_COMMAND_ARG_SYNTAX, name.p);
        at += name.n + 1;
    }
    smtp_argument_end(c, end);
}

