/*
 * path: RFC 5321 4.1.2, RFC 6531 3.3.
 *
 *   Path          = "<" [ A-d-l ":" ] Mailbox ">"
 *   A-d-l         = At-domain *( "," At-domain )
 *   At-domain     = "@" Domain
 *   Mailbox       = Local-part "@" ( Domain / address-literal )
 *   Local-part    = Dot-string / Quoted-string
 *   Dot-string    = Atom *( "." Atom )
 *   Quoted-string = DQUOTE *( qtextSMTP / quoted-pairSMTP ) DQUOTE
 *   quoted-pairSMTP = %d92 %d32-126
 *
 * A valid path is read in one pass that does not know where it ends. Only
 * when something is wrong is the end looked for, and the rest of the reading
 * kept within it: a broken path shall not swallow the parameters.
 */
#include "smtp/path.h"
#include "smtp/domain.h"
#include "smtp/octet.h"

enum {
    PATH_MAX_OCTETS = 256,   /* RFC 5321 4.5.3.1.3 */
    LOCAL_MAX_OCTETS = 64,   /* RFC 5321 4.5.3.1.1 */
    DOMAIN_MAX_OCTETS = 255  /* RFC 5321 4.5.3.1.2 */
};

struct cursor {
    const char *p;
    size_t n;        /* octets that there are */
    size_t end;      /* none is read from here on */
    bool bounded;    /* end was looked for */
    unsigned opts;
    struct smtp_non_ascii seen;
    struct smtp_path *out;
    struct smtp_flaws *flaws;
};

static size_t find(const struct cursor *c, size_t at, size_t end, char what)
{
    const char *hit = at < end ? memchr(c->p + at, what, end - at) : NULL;
    return hit ? (size_t)(hit - c->p) : end;
}

/* The first `what` from at on that is not within quotes, or c->n. */
static size_t find_unquoted(const struct cursor *c, size_t at, char what)
{
    bool quoted = false;
    for (; at < c->n; at++) {
        if (c->p[at] == '"')
            quoted = !quoted;
        else if (quoted && c->p[at] == '\\')
            at++;
        else if (!quoted && c->p[at] == what)
            return at;
    }
    return c->n;
}

/* Looks for the end of a path in which something is wrong at `at`: its ">",
 * or failing that the SP before the parameters. */
static void bound(struct cursor *c, size_t at)
{
    if (c->bounded)
        return;
    c->bounded = true;
    c->end = find_unquoted(c, at, '>');
    if (c->end == c->n)
        c->end = find(c, at, c->n, '>');
    if (c->end == c->n)
        c->end = find(c, at, c->n, ' ');
}

static void flaw(struct cursor *c, enum smtp_flaw f, size_t at)
{
    smtp_flaws_add(c->flaws, f, at);
    bound(c, at);
}

static bool at_end(const struct cursor *c, size_t at)
{
    return at >= c->end || c->p[at] == '>';
}

/* Behind the local part there must be "@" or the end; otherwise it goes on
 * to the next "@", with a flaw. */
static size_t end_local(struct cursor *c, size_t at)
{
    if (at_end(c, at) || c->p[at] == '@')
        return at;
    flaw(c, SMTP_FLAW_PATH_LOCAL_PART, at);
    return find(c, at, c->end, '@');
}

static size_t read_dot_string(struct cursor *c, size_t at)
{
    size_t start = at;
    char before = '.';
    for (;;) {
        size_t atom = at;
        while (at < c->end && smtp_octet_is(c->p[at], SMTP_OCTET_ATEXT))
            at++;
        if (at > atom)
            before = 'a';
        if (at >= c->end)
            break;
        if ((unsigned char)c->p[at] > 127) {
            at = smtp_non_ascii_skip(&c->seen, c->p, at, c->end);
            before = 'a';
        } else if (c->p[at] == '.' && before != '.') {
            at++;
            before = '.';
        } else {
            break;
        }
    }
    if (before == '.' && (at_end(c, at) || c->p[at] == '@'))
        flaw(c, SMTP_FLAW_PATH_LOCAL_PART, at > start ? at - 1 : at);
    return end_local(c, at);
}

/* Without its second quote it is no Quoted-string: it is then read as if it
 * had none, so that the rest of the line is not taken for it. */
static size_t read_unclosed(struct cursor *c, size_t start)
{
    smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_QUOTED, start);
    bound(c, start + 1);
    return find(c, start + 1, c->end, '@');
}

static size_t read_quoted(struct cursor *c, size_t start)
{
    size_t at = start + 1;
    size_t bad = 0;
    for (;;) {
        while (at < c->end && smtp_octet_is(c->p[at], SMTP_OCTET_QTEXT))
            at++;
        if (at >= c->end || c->p[at] == '"')
            break;
        char o = c->p[at];
        bool pair = o == '\\' && at + 1 < c->end && c->p[at + 1] >= 32 &&
                    c->p[at + 1] < 127;
        if (!pair && (unsigned char)o <= 127 && !bad)
            bad = at;
        if ((unsigned char)o > 127)
            at = smtp_non_ascii_skip(&c->seen, c->p, at, c->end);
        else
            at += pair ? 2 : 1;
    }
    if (at >= c->end)
        return read_unclosed(c, start);
    c->out->quoted = true;
    if (bad)
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_QUOTED, bad);
    return end_local(c, at + 1);
}

static size_t read_literal(struct cursor *c, size_t at)
{
    size_t start = at++;
    while (at < c->end && smtp_octet_is(c->p[at], SMTP_OCTET_DCONTENT))
        at++;
    if (at >= c->end || c->p[at] != ']') {
        flaw(c, SMTP_FLAW_PATH_LITERAL, start);
        return c->end;
    }
    at++;
    c->out->kind = smtp_literal_kind(smtp_span_of(c->p + start, at - start));
    if (c->out->kind == SMTP_DOMAIN_NONE)
        flaw(c, SMTP_FLAW_PATH_LITERAL, start);
    return at;
}

static size_t read_domain(struct cursor *c, size_t at)
{
    size_t start = at;
    bool valid = true;
    if (at < c->end && c->p[at] == '[') {
        at = read_literal(c, at);
    } else {
        at = smtp_domain_scan(c->p, at, c->end, &valid, &c->seen);
        if (valid)
            c->out->kind = SMTP_DOMAIN_NAME;
    }
    if (!valid || !at_end(c, at)) {
        flaw(c, SMTP_FLAW_PATH_DOMAIN, at);
        c->out->kind = SMTP_DOMAIN_NONE;
        at = c->end;
    }
    c->out->domain = smtp_span_of(c->p + start, at - start);
    return at;
}

/* Returns the offset behind the ":" of a source route, or `at` if there is
 * no ":" and so no route. */
static size_t read_route(struct cursor *c, size_t at)
{
    size_t start = at;
    bool valid = false;
    while (at < c->end && c->p[at] == '@') {
        at = smtp_domain_scan(c->p, at + 1, c->end, &valid, &c->seen);
        if (!valid || at >= c->end || c->p[at] != ',')
            break;
        valid = false;
        at++;
    }
    if (!valid || at >= c->end || c->p[at] != ':') {
        bound(c, at);
        size_t colon = find(c, at, c->end, ':');
        if (colon == c->end)
            return start;
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_ROUTE, at);
        at = colon;
    }
    c->out->route = smtp_span_of(c->p + start, at - start);
    return at + 1;
}

/* RFC 5321 4.1.1.3: in any case of its letters, unlike other local parts. */
static bool is_postmaster(struct smtp_span s)
{
    static const char name[] = "postmaster";
    if (s.n != sizeof(name) - 1)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (smtp_lower(s.p[i]) != name[i])
            return false;
    return true;
}

static bool needs_no_domain(const struct cursor *c)
{
    if (c->opts & SMTP_PATH_LOCAL)
        return true;
    return (c->opts & SMTP_PATH_POSTMASTER) && c->out->route.n == 0 &&
           is_postmaster(c->out->local);
}

static size_t read_mailbox(struct cursor *c, size_t at)
{
    size_t start = at;
    if (at < c->end && c->p[at] == '"')
        at = read_quoted(c, at);
    else
        at = read_dot_string(c, at);
    c->out->local = smtp_span_of(c->p + start, at - start);
    if (c->out->local.n > LOCAL_MAX_OCTETS)
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_LOCAL_LENGTH, start);
    if (at >= c->end || c->p[at] != '@') {
        if (!needs_no_domain(c))
            flaw(c, SMTP_FLAW_PATH_DOMAIN, at);
        return at;
    }
    start = at + 1;
    at = read_domain(c, start);
    if (c->out->domain.n > DOMAIN_MAX_OCTETS)
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_DOMAIN_LENGTH, start);
    return at;
}

/* A broken path was not read from end to end in order. */
static void look_again(struct cursor *c, size_t n)
{
    c->seen = (struct smtp_non_ascii){0, 0};
    for (size_t at = 0; at < n;) {
        if ((unsigned char)c->p[at] > 127)
            at = smtp_non_ascii_skip(&c->seen, c->p, at, n);
        else
            at++;
    }
}

/* What holds for the path as a whole, when it is known to be p[0..n). */
static void finish(struct cursor *c, size_t n)
{
    c->out->raw = smtp_span_of(c->p, n);
    if (n > PATH_MAX_OCTETS)
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_LENGTH, 0);
    if (c->bounded)
        look_again(c, n);
    if (!c->seen.any)
        return;
    c->out->utf8 = true;
    if (c->seen.malformed)
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_UTF8, c->seen.malformed - 1);
    if (!(c->opts & SMTP_PATH_UTF8))
        smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_8BIT, c->seen.any - 1);
}

static size_t parse_bare(struct cursor *c)
{
    c->bounded = true;
    c->end = find_unquoted(c, 0, ' ');
    if (c->end == c->n)
        c->end = find(c, 0, c->n, ' ');
    if (c->end == 0)
        return 0;
    smtp_flaws_add(c->flaws, SMTP_FLAW_PATH_BRACKETS, 0);
    read_mailbox(c, 0);
    finish(c, c->end);
    return c->end;
}

size_t smtp_path_parse(struct smtp_span in, unsigned opts,
                       struct smtp_path *out, struct smtp_flaws *flaws)
{
    *out = (struct smtp_path){.kind = SMTP_DOMAIN_NONE};
    if (in.n == 0)
        return 0;
    size_t at;
    struct cursor c = {in.p, in.n, in.n, false, opts, {0, 0}, out, flaws};
    if (in.p[0] != '<')
        return parse_bare(&c);
    if (in.n >= 2 && in.p[1] == '>') {
        out->null = true;
        out->raw = smtp_span_of(in.p, 2);
        if (!(opts & SMTP_PATH_NULL))
            smtp_flaws_add(flaws, SMTP_FLAW_PATH_NULL, 0);
        return 2;
    }
    at = in.n >= 2 && in.p[1] == '@' ? read_route(&c, 1) : 1;
    at = read_mailbox(&c, at);
    if (at < in.n && in.p[at] == '>')
        at++;
    else
        smtp_flaws_add(flaws, SMTP_FLAW_PATH_BRACKETS, at);
    finish(&c, at);
    return at;
}

void smtp_mailbox_parse(struct smtp_span in, unsigned opts,
                        struct smtp_path *out, struct smtp_flaws *flaws)
{
    const char *p = in.p ? in.p : "";
    struct cursor c = {p, in.n, in.n, true, opts, {0, 0}, out, flaws};
    *out = (struct smtp_path){.kind = SMTP_DOMAIN_NONE};
    size_t at = read_mailbox(&c, 0);
    if (at < in.n)
        smtp_flaws_add(flaws, SMTP_FLAW_PATH_BRACKETS, at);
    finish(&c, in.n);
}

size_t smtp_local_unquote(struct smtp_span local, char *out, size_t cap)
{
    size_t from = 0;
    size_t to = local.n;
    size_t n = 0;
    bool quoted = to >= 2 && local.p[0] == '"' && local.p[to - 1] == '"';
    if (quoted) {
        from++;
        to--;
    }
    for (size_t i = from; i < to; i++, n++)
        if (quoted && local.p[i] == '\\' && i + 1 < to)
            i++;
    if (n > cap)
        return n;
    for (size_t i = from, o = 0; i < to; i++) {
        if (quoted && local.p[i] == '\\' && i + 1 < to)
            i++;
        out[o++] = local.p[i];
    }
    return n;
}
