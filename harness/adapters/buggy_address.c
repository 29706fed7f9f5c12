#include <strings.h>

#include "buggy_parser.h"

int buggy_bug;

bool buggy_digit(int c)
{
    return c >= '0' && c <= '9';
}

bool buggy_let_dig(int c)
{
    return buggy_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(int c)
{
    return buggy_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_atext(int c)
{
    return buggy_let_dig(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_dcontent(int c)
{
    return c >= 33 && c <= 126 && !(c >= '[' && c <= ']');
}

static bool is_ldh(int c)
{
    return buggy_let_dig(c) || c == '-';
}

bool buggy_same(struct smtp_span s, const char *word)
{
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

int buggy_peek(const struct buggy_cursor *c)
{
    return c->p < c->end ? (unsigned char)*c->p : -1;
}

bool buggy_take(struct buggy_cursor *c, char what)
{
    if (buggy_peek(c) != what)
        return false;
    c->p++;
    return true;
}

size_t buggy_take_all(struct buggy_cursor *c, bool (*is)(int))
{
    const char *start = c->p;
    while (c->p < c->end && is((unsigned char)*c->p))
        c->p++;
    return (size_t)(c->p - start);
}

static bool domain(struct buggy_cursor *c)
{
    do {
        const char *label = c->p;
        if (buggy_take_all(c, is_ldh) == 0 || *label == '-' ||
            c->p[-1] == '-')
            return false;
    } while (buggy_take(c, '.'));
    return true;
}

static bool ipv4(struct buggy_cursor *c)
{
    for (int i = 0; i < 4; i++) {
        unsigned number = 0;
        if (i > 0 && !buggy_take(c, '.'))
            return false;
        const char *start = c->p;
        size_t n = buggy_take_all(c, buggy_digit);
        for (size_t k = 0; k < n && k < 4; k++)
            number = number * 10 + (unsigned)(start[k] - '0');
        if (n < 1 || n > 3 || number > 255)
            return false;
    }
    return true;
}

/* Behind "IPv6:", up to "]". */
static bool ipv6(struct buggy_cursor *c)
{
    int groups = 0;
    bool gap = c->end - c->p > 1 && c->p[0] == ':' && c->p[1] == ':';
    c->p += gap ? 2 : 0;
    while (!gap || groups || buggy_peek(c) != ']') {
        struct buggy_cursor v4 = *c;
        if (ipv4(&v4) && buggy_peek(&v4) == ']') {
            groups += 2;
            *c = v4;
            break;
        }
        size_t n = buggy_take_all(c, is_hex);
        if (n < 1 || n > 4)
            return false;
        groups++;
        if (buggy_peek(c) == ']')
            break;
        if (!buggy_take(c, ':'))
            return false;
        if (!buggy_take(c, ':'))
            continue;
        if (gap && buggy_bug != 9)
            return false;
        gap = true;
        if (buggy_peek(c) == ']')
            break;
    }
    return gap ? groups <= 6 : groups == 8;
}

/* Behind "[", with the "]". */
static bool literal(struct buggy_cursor *c)
{
    struct buggy_cursor try = *c;
    if (ipv4(&try) && buggy_take(&try, ']')) {
        *c = try;
        return true;
    }
    if (c->end - c->p >= 5 && strncasecmp(c->p, "IPv6:", 5) == 0) {
        c->p += 5;
        return ipv6(c) && buggy_take(c, ']');
    }
    return buggy_take_all(c, is_ldh) > 0 && c->p[-1] != '-' &&
           buggy_take(c, ':') && buggy_take_all(c, is_dcontent) > 0 &&
           buggy_take(c, ']');
}

static bool quoted(struct buggy_cursor *c)
{
    c->p++;
    while (buggy_bug == 4 || c->p < c->end) {
        int o = (unsigned char)*c->p++;
        if (o == '"')
            return true;
        if (o == '\\')
            o = buggy_bug == 4 || c->p < c->end ? (unsigned char)*c->p++ : 0;
        if (o < 32 || o > 126)
            return false;
    }
    return false;
}

static bool dot_string(struct buggy_cursor *c)
{
    do {
        if (buggy_take_all(c, is_atext) == 0)
            return false;
    } while (buggy_take(c, '.'));
    return true;
}

static bool route(struct buggy_cursor *c)
{
    do {
        if (!buggy_take(c, '@') || !domain(c))
            return false;
    } while (buggy_take(c, ','));
    return buggy_take(c, ':');
}

bool buggy_host(struct buggy_cursor *c, bool may_be_literal)
{
    const char *start = c->p;
    bool is = may_be_literal && buggy_take(c, '[') ? literal(c) : domain(c);
    return is && c->p - start <= 255;
}

static bool mailbox_host(struct buggy_cursor *c, struct smtp_span *out)
{
    out->p = c->p;
    if (!buggy_host(c, true))
        return false;
    out->n = (size_t)(c->p - out->p);
    return true;
}

bool buggy_path(struct buggy_cursor *c, bool null, bool postmaster,
                struct buggy_address *out)
{
    const char *start = c->p;
    if (!buggy_take(c, '<') || (buggy_peek(c) == '>' && !null))
        return false;
    if (buggy_take(c, '>'))
        return true;
    bool routed = buggy_peek(c) == '@';
    if (routed && !route(c))
        return false;
    out->local.p = c->p;
    if (!(buggy_peek(c) == '"' ? quoted(c) : dot_string(c)))
        return false;
    out->local.n = (size_t)(c->p - out->local.p);
    if (out->local.n > 64)
        return false;
    if (postmaster && !routed && buggy_same(out->local, "postmaster") &&
        buggy_take(c, '>'))
        return true;
    return buggy_take(c, '@') && mailbox_host(c, &out->domain) &&
           buggy_take(c, '>') && c->p - start <= 256;
}
