/*
 * each: "each:" lines.
 */
#include "script/each.h"

#define REPLACED_MAX ((size_t)64 * 1024) /* octets of one line */

static bool parse_names(struct script_cursor *c, struct script_each *out)
{
    for (;;) {
        script_skip_space(c);
        size_t from = c->at;
        while (script_is_lower(script_peek(c)) ||
               script_is_digit(script_peek(c)) || script_peek(c) == '_')
            c->at++;
        struct smtp_span name = {c->t.s.p + from, c->at - from};
        if (name.n == 0 || !script_is_lower(name.p[0]))
            return script_wrong(c->ps, &c->t, from,
                                "expected a variable's name (a-z 0-9 _)");
        if (out->n_names == SCRIPT_EACH_NAMES)
            return script_wrong(c->ps, &c->t, from,
                                "expected at most %d variables in one line",
                                SCRIPT_EACH_NAMES);
        out->names[out->n_names++] = name;
        script_skip_space(c);
        if (script_take(c, SMTP_SPAN("=")))
            return true;
        if (!script_take(c, SMTP_SPAN(",")))
            return script_wrong(c->ps, &c->t, c->at,
                                "expected \"=\" behind the variable");
    }
}

/* Leaves the cursor behind the closing quote. */
static bool parse_value(struct script_cursor *c, struct script_text *out)
{
    script_skip_space(c);
    if (!script_take(c, SMTP_SPAN("\"")))
        return script_wrong(c->ps, &c->t, c->at,
                            "expected a value in double quotes");
    size_t from = c->at;
    while (script_peek(c) >= 0 && script_peek(c) != '"')
        c->at += script_peek(c) == '\\' && c->at + 1 < c->t.s.n ? 2 : 1;
    if (script_peek(c) < 0)
        return script_wrong(c->ps, &c->t, from - 1,
                            "expected the closing quote of this value");
    *out = script_text_slice(&c->t, from, c->at);
    c->at++;
    return true;
}

static bool parse_row(struct script_cursor *c, const struct script_each *each,
                      struct script_each_row *row)
{
    script_skip_space(c);
    size_t from = c->at;
    while (script_peek(c) >= 0 && script_peek(c) != '"' &&
           script_peek(c) != ' ' && script_peek(c) != '\t')
        c->at++;
    row->id = smtp_span_of(c->t.s.p + from, c->at - from);
    if (!script_is_slug(row->id, "-."))
        return script_wrong(c->ps, &c->t, from,
                            "expected an id (a-z 0-9 - .) and a value: "
                            "NAME = id \"value\", ...");
    for (size_t i = 0; i < each->n_names; i++)
        if (!parse_value(c, &row->values[i]))
            return false;
    return true;
}

static bool parse_rows(struct script_cursor *c, struct script_each *out,
                       struct script_vec *rows)
{
    do {
        if (rows->n == SCRIPT_EACH_CASES)
            return script_wrong(c->ps, &c->t, c->at,
                                "expected at most %d values",
                                SCRIPT_EACH_CASES);
        struct script_each_row *row = script_vec_push(rows);
        if (!row)
            return script_no_memory(c->ps);
        if (!parse_row(c, out, row))
            return false;
        script_skip_space(c);
    } while (script_take(c, SMTP_SPAN(",")));
    return script_take_end(c);
}

bool script_each_parse(struct script_parser *ps,
                       const struct script_text *value,
                       struct script_each *out)
{
    struct script_cursor c = {ps, *value, 0};
    struct script_vec rows = {.item = sizeof(struct script_each_row)};

    *out = (struct script_each){0};
    bool ok = parse_names(&c, out) && parse_rows(&c, out, &rows);
    if (ok) {
        out->rows = script_vec_keep(&rows, ps->arena);
        out->n_rows = rows.n;
        ok = out->rows || script_no_memory(ps);
    }
    script_vec_free(&rows);
    return ok;
}

const struct script_text *script_each_find(const struct script_parser *ps,
                                           struct smtp_span name)
{
    for (size_t i = 0; i < ps->n_each; i++) {
        const struct script_each *e = &ps->each[i];
        for (size_t k = 0; k < e->n_names; k++)
            if (smtp_span_eq(e->names[k], name))
                return &e->rows[e->pick].values[k];
    }
    return NULL;
}

/* A line with its replaced variables, in the making. */
struct built {
    struct script_parser *ps;
    struct script_vec octets; /* of char */
    struct script_vec marks;  /* of struct script_mark */
    unsigned line, column;    /* of the variable being replaced */
    bool fixed;               /* inside one */
    bool varied;
};

static bool put_mark(struct built *b, size_t at, const struct script_text *in,
                     size_t in_at)
{
    struct script_mark *m = script_vec_push(&b->marks);

    if (!m)
        return script_no_memory(b->ps);
    m->at = at;
    m->fixed = b->fixed;
    if (b->fixed) {
        m->line = b->line;
        m->column = b->column;
    } else {
        script_text_place(in, in_at, &m->line, &m->column);
    }
    return true;
}

/* Copies in[from..to) and the marks in it. */
static bool put_run(struct built *b, const struct script_text *in, size_t from,
                    size_t to)
{
    if (from == to)
        return true;
    size_t at = b->octets.n;
    if (at + (to - from) > REPLACED_MAX)
        return script_wrong(b->ps, in, from, "expected at most %zu octets "
                            "in a line with its variables", REPLACED_MAX);
    if (!put_mark(b, at, in, from))
        return false;
    for (size_t i = 0; i < in->n_marks && !b->fixed; i++) {
        size_t m = in->marks[i].at;
        if (m > in->base + from && m < in->base + to &&
            !put_mark(b, at + (m - in->base - from), in, m - in->base))
            return false;
    }
    return script_vec_append(&b->octets, in->s.p + from, to - from) ||
           script_no_memory(b->ps);
}

/* The variable that stands at in[at..] as "${name}"; *end is behind it. */
static const struct script_text *variable_at(const struct script_parser *ps,
                                             const struct script_text *in,
                                             size_t at, size_t *end)
{
    const char *close = NULL;

    if (in->s.n - at >= 3 && in->s.p[at + 1] == '{')
        close = memchr(in->s.p + at, '}', in->s.n - at);
    if (!close)
        return NULL;
    size_t to = (size_t)(close - in->s.p);
    *end = to + 1;
    return script_each_find(
        ps, smtp_span_of(in->s.p + at + 2, to - at - 2));
}

static bool put_text(struct built *b, const struct script_text *in,
                     unsigned depth);

static bool put_value(struct built *b, const struct script_text *in, size_t at,
                      const struct script_text *value, unsigned depth)
{
    bool outer = !b->fixed;

    if (depth == SCRIPT_EACH_DEPTH ||
        ++b->ps->replaced > SCRIPT_REPLACED_MAX)
        return script_wrong(b->ps, in, at,
                            "each-variables nested too deep, or too many");
    if (outer)
        script_text_place(in, at, &b->line, &b->column);
    b->fixed = b->varied = true;
    bool ok = put_text(b, value, depth + 1);
    if (outer)
        b->fixed = false;
    return ok;
}

static bool put_text(struct built *b, const struct script_text *in,
                     unsigned depth)
{
    size_t from = 0, at = 0;

    while (at < in->s.n) {
        const char *d = memchr(in->s.p + at, '$', in->s.n - at);
        if (!d)
            break;
        at = (size_t)(d - in->s.p);
        if (at + 1 < in->s.n && in->s.p[at + 1] == '$') {
            at += 2;
            continue;
        }
        size_t end;
        const struct script_text *v = variable_at(b->ps, in, at, &end);
        if (!v) {
            at++;
            continue;
        }
        if (!put_run(b, in, from, at) || !put_value(b, in, at, v, depth))
            return false;
        from = at = end;
    }
    return put_run(b, in, from, in->s.n);
}

static bool keep(struct built *b, const struct script_text *in,
                 struct script_text *out)
{
    if (b->marks.n == 0 && !put_mark(b, 0, in, 0))
        return false;
    char *octets = script_vec_keep(&b->octets, b->ps->arena);
    struct script_mark *marks = script_vec_keep(&b->marks, b->ps->arena);
    if (!octets || !marks)
        return script_no_memory(b->ps);
    *out = (struct script_text){{octets, b->octets.n}, 0, marks, b->marks.n};
    return true;
}

bool script_each_replace(struct script_parser *ps,
                         const struct script_text *in,
                         struct script_text *out, bool *varied)
{
    struct built b = {.ps = ps,
                      .octets = {.item = 1},
                      .marks = {.item = sizeof(struct script_mark)}};

    *out = *in;
    if (varied)
        *varied = false;
    if (ps->n_each == 0)
        return true;
    bool ok = put_text(&b, in, 0) && (!b.varied || keep(&b, in, out));
    if (varied)
        *varied = b.varied;
    script_vec_free(&b.octets);
    script_vec_free(&b.marks);
    return ok;
}
