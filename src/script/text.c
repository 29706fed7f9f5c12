/*
 * text: logical lines, cursor, mistakes.
 */
#include "script/text.h"

#include <stdarg.h>

static bool report(struct script_parser *ps, unsigned line, unsigned column,
                   const char *fmt, va_list ap)
{
    char text[400];
    int n = vsnprintf(text, sizeof(text), fmt, ap);

    /* Messages quote the file, which may hold anything. */
    for (int i = 0; i < n && i < (int)sizeof(text) - 1; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = '?';
    ps->errors++;
    if (ps->errors > SCRIPT_ERRORS_MAX || !ps->on_error)
        return false;
    struct script_error e = {ps->file, line, column, text};
    ps->on_error(ps->ctx, &e);
    return false;
}

bool script_mistake(struct script_parser *ps, unsigned line, unsigned column,
                    const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    report(ps, line, column, fmt, ap);
    va_end(ap);
    return false;
}

bool script_wrong(struct script_parser *ps, const struct script_text *t,
                  size_t at, const char *fmt, ...)
{
    unsigned line, column;
    va_list ap;

    script_text_place(t, at, &line, &column);
    va_start(ap, fmt);
    report(ps, line, column, fmt, ap);
    va_end(ap);
    return false;
}

bool script_no_memory(struct script_parser *ps)
{
    ps->no_memory = true;
    return false;
}

void script_text_place(const struct script_text *t, size_t at, unsigned *line,
                       unsigned *column)
{
    const struct script_mark *m = t->marks;

    at += t->base;
    for (size_t i = 1; i < t->n_marks && t->marks[i].at <= at; i++)
        m = &t->marks[i];
    *line = m->line;
    *column = m->column + (m->fixed ? 0 : (unsigned)(at - m->at));
}

struct script_text script_text_slice(const struct script_text *t, size_t from,
                                     size_t to)
{
    struct script_text out = *t;

    out.s = smtp_span_of(t->s.p ? t->s.p + from : NULL, to - from);
    out.base += from;
    return out;
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t';
}

struct script_text script_text_trim(const struct script_text *t)
{
    size_t from = 0, to = t->s.n;

    while (from < to && is_space(t->s.p[from]))
        from++;
    while (to > from && is_space(t->s.p[to - 1]))
        to--;
    return script_text_slice(t, from, to);
}

int script_peek(const struct script_cursor *c)
{
    return c->at < c->t.s.n ? (unsigned char)c->t.s.p[c->at] : -1;
}

void script_skip_space(struct script_cursor *c)
{
    while (is_space(script_peek(c)))
        c->at++;
}

struct smtp_span script_take_word(struct script_cursor *c)
{
    size_t from = c->at;

    while (script_peek(c) >= 0 && !is_space(script_peek(c)))
        c->at++;
    return smtp_span_of(c->t.s.p + from, c->at - from);
}

bool script_take(struct script_cursor *c, struct smtp_span what)
{
    struct smtp_span rest = smtp_span_from(c->t.s, c->at);

    if (rest.n < what.n || memcmp(rest.p, what.p, what.n) != 0)
        return false;
    c->at += what.n;
    return true;
}

bool script_take_end(struct script_cursor *c)
{
    script_skip_space(c);
    if (script_peek(c) < 0)
        return true;
    struct smtp_span rest = smtp_span_from(c->t.s, c->at);
    return script_wrong(c->ps, &c->t, c->at,
                        "expected the end of the line, not \"%.*s\"",
                        SCRIPT_ARG(rest));
}

bool script_is_slug(struct smtp_span s, const char *more)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!script_is_lower(c) && !script_is_digit(c) &&
            !(c && strchr(more, c)))
            return false;
    }
    return s.n > 0;
}

bool script_number(struct smtp_span s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!script_is_digit(s.p[i]))
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
        if (v > max)
            return false;
    }
    *out = v;
    return s.n > 0;
}
