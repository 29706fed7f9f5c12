/*
 * command: RFC 5321 4.1.1.
 *
 *   command = verb [ SP argument ] CRLF
 *
 * The line, its octets and its verb; the arguments are read in argument.c.
 */
#include "smtp/command.h"
#include "smtp/argument.h"
#include "smtp/line.h"
#include "smtp/octet.h"
#include "smtp/verb.h"

/* Finds the end of the line: the octets with it, 0 for none yet. */
static ssize_t find_end(struct smtp_command_scan *scan, unsigned opts,
                        const char *buf, size_t len)
{
    size_t n = len < SMTP_COMMAND_MAX ? len : SMTP_COMMAND_MAX;
    size_t at = scan->at;
    while (at < n) {
        unsigned classes;
        at += smtp_line_scan(buf + at, n - at, &classes);
        scan->classes |= classes;
        if (at == n)
            break;
        bool bare = at == 0 || buf[at - 1] != '\r';
        if (bare && !scan->bare_lf_at)
            scan->bare_lf_at = at + 1;
        at++;
        if (!bare || !(opts & SMTP_COMMAND_STRICT_END))
            return (ssize_t)at;
    }
    /* Whether a last CR is a bare one is not known yet. */
    scan->at = at > scan->at && buf[at - 1] == '\r' ? at - 1 : at;
    return len >= SMTP_COMMAND_MAX ? SMTP_COMMAND_TOO_LONG : 0;
}

/* Octets that a command may not hold. What is no class of a line scan is
 * valid, so this is for the lines that have some only. (Kept out of line, as
 * split is: both are rare, and their registers would be saved each time.) */
static __attribute__((noinline)) void
judge_octets(struct smtp_command *c, size_t n, size_t bare_lf_at,
             unsigned opts)
{
    bool utf8 = (opts & SMTP_COMMAND_UTF8) && smtp_argument_utf8(c->id);
    for (size_t i = 0; i < n; i++) {
        unsigned class = smtp_line_class_of(c->raw.p[i]);
        if (class & SMTP_LINE_NUL)
            smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_NUL, i);
        if (class & SMTP_LINE_CR)
            smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_BARE_CR, i);
        if (class & SMTP_LINE_CONTROL)
            smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_CONTROL, i);
        if ((class & SMTP_LINE_8BIT) && !utf8)
            smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_8BIT, i);
    }
    if (bare_lf_at)
        smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_BARE_LF, bare_lf_at - 1);
}

/* Takes the white space before the line end off: the octets left of n. */
static size_t trim_end(struct smtp_command *c, size_t n)
{
    size_t end = n;
    while (end > 0 && smtp_octet_blank(c->raw.p[end - 1]))
        end--;
    if (end < n)
        smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_SPACING, end);
    return end;
}

static size_t skip_blanks(const char *p, size_t at, size_t n)
{
    while (at < n && smtp_octet_blank(p[at]))
        at++;
    return at;
}

/* Sets the verb and what is behind it, in raw.p[0..n). */
static __attribute__((noinline)) void split(struct smtp_command *c, size_t n)
{
    const char *p = c->raw.p;
    n = trim_end(c, n);
    size_t start = skip_blanks(p, 0, n);
    size_t at = start;
    if (start > 0)
        smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_SEPARATOR, 0);
    while (at < n && !smtp_octet_blank(p[at]))
        at++;
    c->verb = smtp_span_of(p + start, at - start);
    c->id = smtp_verb_find(c->verb);
    if (c->id == SMTP_VERB_UNKNOWN)
        smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_VERB, start);
    size_t arg = skip_blanks(p, at, n);
    if (arg > at && (arg > at + 1 || p[at] != ' '))
        smtp_flaws_add(&c->flaws, SMTP_FLAW_COMMAND_SEPARATOR, at);
    c->arg = smtp_span_of(p + arg, n - arg);
}

/* The same for a known verb of four letters, with nothing behind it or one
 * SP and an argument: nearly every line. False for others. */
static bool split_plain(struct smtp_command *c, size_t n)
{
    const char *p = c->raw.p;
    size_t arg = n == 4 ? 4 : 5;
    if (n < 4 || (n > 4 && (n < 6 || p[4] != ' ' || smtp_octet_blank(p[5]) ||
                            smtp_octet_blank(p[n - 1]))))
        return false;
    c->id = smtp_verb_at(p);
    if (c->id == SMTP_VERB_UNKNOWN || c->id == SMTP_VERB_STARTTLS)
        return false;
    c->verb = smtp_span_of(p, 4);
    c->arg = smtp_span_of(p + arg, n - arg);
    return true;
}

/* In pieces: of one zeroing of it all some compilers make a `rep stos`, which
 * takes as long as the parsing. */
static void clear(struct smtp_command *c)
{
    c->path = (struct smtp_path){.kind = SMTP_DOMAIN_NONE};
    memset(&c->params, 0, 4 * sizeof(c->params)); /* params to uri */
    c->size = 0;
    c->last = false;
    c->flaws = (struct smtp_flaws){.first_at = 0};
}

_Static_assert(offsetof(struct smtp_command, size) ==
                   offsetof(struct smtp_command, params) +
                       4 * sizeof(struct smtp_span),
               "params, mech, initial and uri stand together");

ssize_t smtp_command_parse(struct smtp_command_scan *scan, unsigned opts,
                           const char *buf, size_t len,
                           struct smtp_command *out)
{
    const unsigned odd = SMTP_LINE_NUL | SMTP_LINE_BARE_CR |
                         SMTP_LINE_CONTROL | SMTP_LINE_8BIT;
    ssize_t n = find_end(scan, opts, buf, len);
    if (n <= 0)
        return n;
    clear(out);
    out->raw = smtp_span_of(buf, (size_t)n);
    size_t end = (size_t)n - 1;
    if (end > 0 && buf[end - 1] == '\r')
        end--;
    if (!split_plain(out, end))
        split(out, end);
    if ((scan->classes & odd) || scan->bare_lf_at)
        judge_octets(out, end, scan->bare_lf_at, opts);
    if (n > 512 && out->raw.n > smtp_command_limit(out->id, ~0u))
        smtp_flaws_add(&out->flaws, SMTP_FLAW_COMMAND_LENGTH, 0);
    smtp_argument_parse(out, opts);
    *scan = (struct smtp_command_scan){0, 0, 0};
    return n;
}

static const struct {
    enum smtp_line_ext ext;
    unsigned octets;
} mail_growth[] = {
    {SMTP_EXT_SIZE, 26},        /* RFC 1870 3 */
    {SMTP_EXT_AUTH, 500},       /* RFC 4954 3 */
    {SMTP_EXT_DSN, 110},        /* RFC 3461 5.4: RET 8, ENVID 100, each SP */
    {SMTP_EXT_SMTPUTF8, 10},    /* RFC 6531 3.1 */
    {SMTP_EXT_REQUIRETLS, 11},  /* RFC 8689 2 */
    {SMTP_EXT_MT_PRIORITY, 15}, /* RFC 6710 3 */
    {SMTP_EXT_HOLD, 34},        /* RFC 4865 3 */
    {SMTP_EXT_DELIVERBY, 17},   /* RFC 2852 2 */
};

static size_t mail_limit(unsigned extensions)
{
    size_t limit = 512;
    for (size_t i = 0; i < sizeof(mail_growth) / sizeof(mail_growth[0]); i++)
        if (extensions & mail_growth[i].ext)
            limit += mail_growth[i].octets;
    /* Two values of one parameter: the longer counts. */
    if (extensions & SMTP_EXT_BINARYMIME)
        limit += 16; /* RFC 3030 3 */
    else if (extensions & SMTP_EXT_8BITMIME)
        limit += 14; /* " BODY=8BITMIME" */
    return limit;
}

size_t smtp_command_limit(enum smtp_verb v, unsigned extensions)
{
    if (v == SMTP_VERB_MAIL)
        return mail_limit(extensions);
    if (v == SMTP_VERB_RCPT && (extensions & SMTP_EXT_DSN))
        return 1036; /* RFC 3461 5.4 */
    if (v == SMTP_VERB_AUTH && (extensions & SMTP_EXT_AUTH))
        return 12288; /* RFC 4954 4 */
    return v == SMTP_VERB_BURL ? SMTP_COMMAND_MAX : 512;
}
