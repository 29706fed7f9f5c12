#include <strings.h>

#include "buggy_parser.h"

/* The line end, CRLF, from p on; NULL: there is none. *bare: an LF or a CR
 * stands alone before it. */
static const char *find_crlf(const char *p, const char *end, bool *bare)
{
    for (; p < end; p++) {
        if (*p == '\r' && p + 1 == end && buggy_bug != 1)
            return NULL;
        if (*p == '\r' && p[1] == '\n')
            return p;
        *bare |= *p == '\r' || *p == '\n';
    }
    return NULL;
}

static bool text_valid(const char *p, const char *end)
{
    for (; p < end; p++)
        if ((*p < ' ' && *p != '\t') || *p > '~')
            return false;
    return true;
}

/* The code of a line without its end; 0: the line is none of a reply. */
static unsigned line_code(const char *p, size_t n)
{
    if (n < 3 || n > 510 || !buggy_digit(p[0]) || !buggy_digit(p[1]) ||
        !buggy_digit(p[2]))
        return 0;
    unsigned code =
        (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
    bool valid = code >= 200 && code < 600 && p[1] < '6';
    if (buggy_bug == 3)
        valid = code >= 199 && code < 600;
    if (n > 3 && p[3] != ' ' && p[3] != '-')
        valid = false;
    return valid && text_valid(p + 3, p + n) ? code : 0;
}

enum buggy_answer buggy_reply(const char *p, size_t n,
                              struct buggy_reply *out)
{
    for (const char *line = p;;) {
        bool bare = false;
        const char *stop = find_crlf(line, p + n, &bare);
        if (bare)
            return BUGGY_BAD;
        if (!stop)
            return BUGGY_MORE;
        size_t octets = (size_t)(stop - line);
        unsigned code = line_code(line, octets);
        if (code == 0 || (out->lines && code != out->code))
            return BUGGY_BAD;
        if (out->lines++ == 0)
            out->text = smtp_span_from(smtp_span_of(line, octets), 4);
        out->code = code;
        out->used = (size_t)(stop + 2 - p);
        bool alone = octets == 3 && !(buggy_bug == 2 && out->lines > 1);
        if (alone || (octets > 3 && line[3] == ' '))
            return BUGGY_OK;
        line = stop + 2;
    }
}

static bool value_valid(const char *key, struct smtp_span v)
{
    size_t digits = 0;
    while (digits < v.n && buggy_digit(v.p[digits]))
        digits++;
    if (strcasecmp(key, "SIZE") == 0)
        return digits == v.n && v.n > 0 && v.n <= 20;
    return buggy_same(v, "7BIT") || buggy_same(v, "8BITMIME") ||
           buggy_same(v, "BINARYMIME");
}

static bool is_key(int c)
{
    return buggy_let_dig(c) || c == '-';
}

static bool is_value(int c)
{
    return c > 32 && c < 127 && c != '=';
}

/* keyword "=" value */
static enum buggy_answer param(struct buggy_cursor *c, unsigned *seen,
                               struct buggy_param *p)
{
    char key[24];
    p->keyword.p = c->p;
    p->keyword.n = buggy_take_all(c, is_key);
    if (p->keyword.n >= sizeof(key) && buggy_bug != 10)
        return BUGGY_UNKNOWN;
    memcpy(key, p->keyword.p, p->keyword.n);
    key[p->keyword.n] = '\0';
    bool size = strcasecmp(key, "SIZE") == 0;
    if (!size && strcasecmp(key, "BODY") != 0)
        return BUGGY_UNKNOWN;
    if ((*seen & (size ? 1 : 2)) || !buggy_take(c, '='))
        return BUGGY_BAD;
    *seen |= size ? 1 : 2;
    p->value.p = c->p;
    p->value.n = buggy_take_all(c, is_value);
    return value_valid(key, p->value) ? BUGGY_OK : BUGGY_BAD;
}

static enum buggy_answer mail(struct buggy_cursor *c, bool from,
                              struct buggy_command *out)
{
    const char *word = from ? "FROM:" : "TO:";
    size_t n = strlen(word);
    unsigned seen = 0;
    if ((size_t)(c->end - c->p) < n || strncasecmp(c->p, word, n) != 0)
        return BUGGY_BAD;
    c->p += n;
    out->has_path = true;
    if (!buggy_path(c, from, !from, &out->path))
        return BUGGY_BAD;
    while (buggy_take(c, ' ')) {
        if (!from)
            return BUGGY_UNKNOWN;
        /* Two are known, and none may come twice. */
        struct buggy_param p = {{NULL, 0}, {NULL, 0}};
        enum buggy_answer a = param(c, &seen, &p);
        if (a != BUGGY_OK)
            return a;
        out->params[out->n_params++] = p;
    }
    return c->p == c->end ? BUGGY_OK : BUGGY_BAD;
}

static enum buggy_answer bdat(struct buggy_cursor *c,
                              struct buggy_command *out)
{
    const char *start = c->p;
    out->has_size = true;
    while (buggy_digit(buggy_peek(c))) {
        uint64_t digit = (uint64_t)(*c->p++ - '0');
        if (out->size > (UINT64_MAX - digit) / 10)
            return BUGGY_BAD;
        out->size = out->size * 10 + digit;
        if (buggy_bug == 5)
            out->size = (uint32_t)out->size;
    }
    if (c->p == start)
        return BUGGY_BAD;
    out->last = buggy_take(c, ' ');
    struct smtp_span rest = smtp_span_of(c->p, (size_t)(c->end - c->p));
    return (out->last ? buggy_same(rest, "LAST") : rest.n == 0) ? BUGGY_OK
                                                                : BUGGY_BAD;
}

static enum buggy_answer no_argument(struct buggy_cursor *c,
                                     struct buggy_command *out)
{
    (void)out;
    return c->p == c->end ? BUGGY_OK : BUGGY_BAD;
}

static enum buggy_answer mail_from(struct buggy_cursor *c,
                                   struct buggy_command *out)
{
    return mail(c, true, out);
}

static enum buggy_answer rcpt_to(struct buggy_cursor *c,
                                 struct buggy_command *out)
{
    return mail(c, false, out);
}

static enum buggy_answer helo(struct buggy_cursor *c,
                              struct buggy_command *out)
{
    return buggy_host(c, false) ? no_argument(c, out) : BUGGY_BAD;
}

static enum buggy_answer ehlo(struct buggy_cursor *c,
                              struct buggy_command *out)
{
    return buggy_host(c, true) ? no_argument(c, out) : BUGGY_BAD;
}

static const struct {
    const char *verb;
    size_t max; /* octets of the line */
    bool argument;
    enum buggy_answer (*read)(struct buggy_cursor *c,
                              struct buggy_command *out);
} verbs[] = {
    {"DATA", 512, false, no_argument}, {"RSET", 512, false, no_argument},
    {"QUIT", 512, false, no_argument}, {"MAIL", 1251, true, mail_from},
    {"RCPT", 1036, true, rcpt_to},     {"BDAT", 512, true, bdat},
    {"HELO", 512, true, helo},         {"EHLO", 512, true, ehlo},
};

static enum buggy_answer find_verb(struct buggy_cursor *c,
                                   struct buggy_command *out)
{
    out->verb.p = c->p;
    out->verb.n = buggy_take_all(c, buggy_let_dig);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (!buggy_same(out->verb, verbs[i].verb))
            continue;
        if (out->used > verbs[i].max ||
            (verbs[i].argument && !buggy_take(c, ' ')))
            return BUGGY_BAD;
        return verbs[i].read(c, out);
    }
    return BUGGY_UNKNOWN;
}

enum buggy_answer buggy_command(const char *p, size_t n,
                                struct buggy_command *out)
{
    const char *lf = n ? memchr(p, '\n', n) : NULL;
    if (!lf)
        return BUGGY_MORE;
    out->used = (size_t)(lf - p) + 1;
    if (lf == p || lf[-1] != '\r')
        return BUGGY_BAD;
    struct buggy_cursor c = {p, lf - 1};
    while (c.end > p && (c.end[-1] == ' ' || c.end[-1] == '\t'))
        c.end--;
    for (const char *i = p; i < c.end; i++)
        if (*i < ' ' || *i > '~')
            return BUGGY_BAD;
    return find_verb(&c, out);
}
