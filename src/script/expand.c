/*
 * expand: what a template comes to.
 */
#include "script/expand.h"

#include <stdlib.h>
#include <time.h>

#include "script/escape.h"
#include "script/template.h"
#include "script/text.h"
#include "smtp/base64.h"
#include "smtp/xtext.h"

/* Room for n more octets, or NULL. */
static char *room(struct script_buffer *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 256;

    if (n > SCRIPT_EXPAND_MAX || b->n + n > SCRIPT_EXPAND_MAX)
        return NULL;
    while (cap < b->n + n)
        cap *= 2;
    if (cap != b->cap) {
        char *p = realloc(b->p, cap);
        if (!p)
            return NULL;
        b->p = p;
        b->cap = cap;
    }
    return b->p + b->n;
}

bool script_buffer_add(struct script_buffer *b, struct smtp_span s)
{
    char *p = room(b, s.n);

    if (p && s.n)
        memcpy(p, s.p, s.n);
    if (p)
        b->n += s.n;
    return p != NULL;
}

void script_buffer_free(struct script_buffer *b)
{
    free(b->p);
    *b = (struct script_buffer){0};
}

/* The value of a variable; p NULL: it has none. */
static struct smtp_span value_of(const struct script_part *part,
                                 const struct script_vars *v)
{
    const char *const fixed[SCRIPT_VAR_CAPTURE] = {
        [SCRIPT_VAR_HELO] = v->env->helo,
        [SCRIPT_VAR_FROM] = v->env->from,
        [SCRIPT_VAR_RCPT] = v->env->rcpt,
        [SCRIPT_VAR_BAD_RCPT] = v->env->bad_rcpt,
        [SCRIPT_VAR_FOREIGN_RCPT] = v->env->foreign_rcpt,
        [SCRIPT_VAR_USER] = v->env->user,
        [SCRIPT_VAR_PASS] = v->env->password,
        [SCRIPT_VAR_CASE] = v->env->token,
    };

    if (part->var != SCRIPT_VAR_CAPTURE) {
        const char *s = fixed[part->var];
        return smtp_span_of(s, s ? strlen(s) : 0);
    }
    for (size_t i = 0; i < v->n; i++) {
        const char *name = v->captures[i].name;
        if (smtp_span_eq(smtp_span_of(name, strlen(name)), part->text))
            return smtp_span_of(v->captures[i].value.p,
                                v->captures[i].value.n);
    }
    return smtp_span_of(NULL, 0);
}

static enum script_expanded put(struct script_buffer *out, struct smtp_span s)
{
    return script_buffer_add(out, s) ? SCRIPT_EXPANDED : SCRIPT_EXPAND_LONG;
}

static enum script_expanded put_var(const struct script_part *part,
                                    const struct script_vars *v,
                                    struct script_buffer *out)
{
    struct smtp_span value = value_of(part, v);

    return value.p ? put(out, value) : SCRIPT_EXPAND_UNSET;
}

/* RFC 5322 3.3, without the C library's locale. */
static enum script_expanded put_date(struct script_buffer *out)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[64];
    time_t now = time(NULL);
    struct tm tm;

    if (!gmtime_r(&now, &tm))
        return SCRIPT_EXPAND_LONG;
    int n = snprintf(text, sizeof(text),
                     "%.3s, %d %.3s %d %02d:%02d:%02d +0000",
                     days + 3 * (size_t)tm.tm_wday, tm.tm_mday,
                     months + 3 * (size_t)tm.tm_mon, tm.tm_year + 1900,
                     tm.tm_hour, tm.tm_min, tm.tm_sec);
    return put(out, smtp_span_of(text, (size_t)n));
}

static enum script_expanded put_rep(size_t count, struct smtp_span s,
                                    struct script_buffer *out)
{
    if (s.n && count > SCRIPT_EXPAND_MAX / s.n)
        return SCRIPT_EXPAND_LONG;
    char *p = room(out, count * s.n);
    if (!p)
        return SCRIPT_EXPAND_LONG;
    if (s.n == 1)
        memset(p, s.p[0], count);
    for (size_t i = 0; s.n > 1 && i < count; i++)
        memcpy(p + i * s.n, s.p, s.n);
    out->n += count * s.n;
    return SCRIPT_EXPANDED;
}

static enum script_expanded put_encoded(enum script_part_kind kind,
                                        struct smtp_span s,
                                        struct script_buffer *out)
{
    bool b64 = kind == SCRIPT_PART_B64;
    char *p = room(out, b64 ? SMTP_BASE64_ENCODED(s.n) : 3 * s.n);

    if (!p)
        return SCRIPT_EXPAND_LONG;
    out->n += b64 ? smtp_base64_encode(s, p) : smtp_xtext_encode(s, p);
    return SCRIPT_EXPANDED;
}

/* The local part of a mailbox as it is meant: without the quotes and
 * backslashes of a Quoted-string (RFC 5321 4.1.2). */
static enum script_expanded put_local(struct smtp_span local,
                                      struct script_buffer *out)
{
    size_t to = local.n;

    if (to < 2 || local.p[0] != '"' || local.p[to - 1] != '"')
        return put(out, local);
    to--;
    for (size_t i = 1; i < to; i++) {
        enum script_expanded r;

        if (local.p[i] == '\\' && i + 1 < to)
            i++;
        r = put(out, smtp_span_of(local.p + i, 1));
        if (r != SCRIPT_EXPANDED)
            return r;
    }
    return SCRIPT_EXPANDED;
}

/* One half of a mailbox; without "@" the domain is empty. No "@" can stand
 * in a domain. */
static enum script_expanded put_half(enum script_part_kind kind,
                                     struct smtp_span mailbox,
                                     struct script_buffer *out)
{
    const char *at = memrchr(mailbox.p, '@', mailbox.n);
    size_t n = at ? (size_t)(at - mailbox.p) : mailbox.n;

    return kind == SCRIPT_PART_DOMAIN
               ? put(out, smtp_span_from(mailbox, n + (at != NULL)))
               : put_local(smtp_span_of(mailbox.p, n), out);
}

static enum script_expanded put_upper(struct smtp_span s,
                                      struct script_buffer *out)
{
    char *p = room(out, s.n);

    if (!p)
        return SCRIPT_EXPAND_LONG;
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 'a' + 'A'
                                                     : s.p[i]);
    out->n += s.n;
    return SCRIPT_EXPANDED;
}

/* "A" or "A-B". False: neither, or nothing is left. */
static bool difference(struct smtp_span s, size_t *out)
{
    const char *minus = memchr(s.p, '-', s.n);
    size_t n = minus ? (size_t)(minus - s.p) : s.n;
    uint64_t a, b = 0;

    if (!script_number(smtp_span_of(s.p, n), UINT64_MAX / 2, &a) ||
        (minus && !script_number(smtp_span_from(s, n + 1), UINT64_MAX / 2,
                                 &b)) ||
        a < b || a - b > SCRIPT_EXPAND_MAX)
        return false;
    *out = (size_t)(a - b);
    return true;
}

/* Lines of 80 octets with CRLF; the last one has 2 to 81. */
static enum script_expanded put_lines(struct smtp_span s,
                                      struct script_buffer *out)
{
    enum { LINE = 80 };
    size_t left;
    char *p = difference(s, &left) && left >= 2 ? room(out, left) : NULL;

    if (!p)
        return SCRIPT_EXPAND_LONG;
    out->n += left;
    while (left) {
        size_t n = left > LINE + 1 ? LINE : left;
        memset(p, 'a', n - 2);
        p[n - 2] = '\r';
        p[n - 1] = '\n';
        p += n;
        left -= n;
    }
    return SCRIPT_EXPANDED;
}

static enum script_expanded apply(const struct script_part *part,
                                  struct smtp_span s,
                                  struct script_buffer *out)
{
    switch (part->kind) {
    case SCRIPT_PART_REP:
        return put_rep(part->count, s, out);
    case SCRIPT_PART_B64:
    case SCRIPT_PART_XTEXT:
        return put_encoded(part->kind, s, out);
    case SCRIPT_PART_LOCAL:
    case SCRIPT_PART_DOMAIN:
        return put_half(part->kind, s, out);
    case SCRIPT_PART_UPPER:
        return put_upper(s, out);
    case SCRIPT_PART_LINES:
        return put_lines(s, out);
    case SCRIPT_PART_TEXT:
    case SCRIPT_PART_VAR:
    case SCRIPT_PART_DATE:
        break;
    }
    return put(out, s);
}

static enum script_expanded put_function(const struct script_part *part,
                                         const struct script_vars *v,
                                         struct script_buffer *out)
{
    struct script_buffer inner = {0};
    enum script_expanded r = script_expand(&part->inner, v, &inner);
    struct smtp_span s = {inner.p ? inner.p : "", inner.n};

    if (r == SCRIPT_EXPANDED)
        r = apply(part, s, out);
    script_buffer_free(&inner);
    return r;
}

enum script_expanded script_expand(const struct script_template *t,
                                   const struct script_vars *v,
                                   struct script_buffer *out)
{
    enum script_expanded r = SCRIPT_EXPANDED;

    for (size_t i = 0; i < t->n && r == SCRIPT_EXPANDED; i++) {
        const struct script_part *part = &t->parts[i];
        switch (part->kind) {
        case SCRIPT_PART_TEXT:
            r = put(out, part->text);
            break;
        case SCRIPT_PART_VAR:
            r = put_var(part, v, out);
            break;
        case SCRIPT_PART_DATE:
            r = put_date(out);
            break;
        case SCRIPT_PART_REP:
        case SCRIPT_PART_B64:
        case SCRIPT_PART_XTEXT:
        case SCRIPT_PART_LOCAL:
        case SCRIPT_PART_DOMAIN:
        case SCRIPT_PART_UPPER:
        case SCRIPT_PART_LINES:
            r = put_function(part, v, out);
            break;
        }
    }
    return r;
}

/* The value of the "${name}" that line begins with, if reports may have it;
 * *used is its length there. */
static struct smtp_span shown_value(struct smtp_span line,
                                    const struct script_vars *v, size_t *used)
{
    const char *end = line.n > 2 && line.p[1] == '{'
                          ? memchr(line.p, '}', line.n)
                          : NULL;
    struct script_part part = {0};

    if (!end)
        return smtp_span_of(NULL, 0);
    *used = (size_t)(end - line.p) + 1;
    part.text = smtp_span_of(line.p + 2, *used - 3);
    part.var = script_var_find(part.text);
    if (part.var == SCRIPT_VAR_PASS || part.var == SCRIPT_VAR_CASE)
        return smtp_span_of(NULL, 0);
    return value_of(&part, v);
}

void script_show(struct smtp_span line, const struct script_vars *v, char *out,
                 size_t cap, size_t *n)
{
    while (line.n) {
        const char *d = memchr(line.p, '$', line.n);
        size_t at = d ? (size_t)(d - line.p) : line.n, used = 0;
        struct smtp_span value;

        script_escape(out, cap, n, smtp_span_of(line.p, at), "");
        line = smtp_span_from(line, at);
        if (line.n == 0)
            return;
        value = shown_value(line, v, &used);
        if (!value.p) {
            used = line.n > 1 && line.p[1] == '$' ? 2 : 1;
            value = smtp_span_of(line.p, used);
        }
        script_escape(out, cap, n, value, "");
        line = smtp_span_from(line, used);
    }
}

bool script_vars_set(struct script_vars *v, const char *name,
                     struct smtp_span value)
{
    size_t i = 0;

    while (i < v->n && strcmp(v->captures[i].name, name) != 0)
        i++;
    if (i == SCRIPT_CAPTURES)
        return false;
    if (i == v->n) {
        v->captures[i].name = name;
        v->captures[i].value = (struct script_buffer){0};
        v->n++;
    }
    v->captures[i].value.n = 0;
    return script_buffer_add(&v->captures[i].value, value);
}

void script_vars_free(struct script_vars *v)
{
    for (size_t i = 0; i < v->n; i++)
        script_buffer_free(&v->captures[i].value);
    v->n = 0;
}
