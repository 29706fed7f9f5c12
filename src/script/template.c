/*
 * template: text with variables and functions, parsed.
 */
#include "script/template.h"

#include "script/each.h"

#define DEPTH_MAX 8     /* of functions in functions */
#define PARTS_MAX 65536 /* of one write */

enum script_var script_var_find(struct smtp_span name)
{
    static const struct {
        struct smtp_span name;
        enum script_var var;
    } vars[] = {
        {SCRIPT_NAME("helo"),         SCRIPT_VAR_HELO        },
        {SCRIPT_NAME("from"),         SCRIPT_VAR_FROM        },
        {SCRIPT_NAME("rcpt"),         SCRIPT_VAR_RCPT        },
        {SCRIPT_NAME("bad_rcpt"),     SCRIPT_VAR_BAD_RCPT    },
        {SCRIPT_NAME("foreign_rcpt"), SCRIPT_VAR_FOREIGN_RCPT},
        {SCRIPT_NAME("user"),         SCRIPT_VAR_USER        },
        {SCRIPT_NAME("pass"),         SCRIPT_VAR_PASS        },
        {SCRIPT_NAME("case"),         SCRIPT_VAR_CASE        },
    };

    for (size_t i = 0; i < sizeof(vars) / sizeof(*vars); i++)
        if (smtp_span_eq(vars[i].name, name))
            return vars[i].var;
    return SCRIPT_VAR_CAPTURE;
}

void script_draft_init(struct script_draft *d, struct script_parser *ps)
{
    *d = (struct script_draft){
        .ps = ps,
        .parts = {.item = sizeof(struct script_part)},
        .octets = {.item = 1},
    };
}

void script_draft_free(struct script_draft *d)
{
    script_vec_free(&d->parts);
    script_vec_free(&d->octets);
}

bool script_draft_text(struct script_draft *d, struct smtp_span s)
{
    if (d->octets.n + s.n > SCRIPT_EXPAND_MAX)
        return script_no_memory(d->ps);
    return script_vec_append(&d->octets, s.p, s.n) ||
           script_no_memory(d->ps);
}

/* Makes the literal text so far a part. */
static bool flush(struct script_draft *d)
{
    if (d->parts.n > PARTS_MAX)
        return script_no_memory(d->ps);
    if (d->octets.n == 0)
        return true;
    char *p = script_vec_keep(&d->octets, d->ps->arena);
    struct script_part *part = script_vec_push(&d->parts);
    if (!p || !part)
        return script_no_memory(d->ps);
    part->kind = SCRIPT_PART_TEXT;
    part->text = smtp_span_of(p, d->octets.n);
    d->octets.n = 0;
    return true;
}

bool script_draft_finish(struct script_draft *d, struct script_template *out)
{
    bool ok = flush(d);

    if (ok) {
        out->n = d->parts.n;
        out->parts = script_vec_keep(&d->parts, d->ps->arena);
        ok = out->parts || script_no_memory(d->ps);
    }
    script_draft_free(d);
    return ok;
}

static int hex(int c)
{
    if (script_is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The cursor is at the backslash. */
static bool read_escape(struct script_draft *d, struct script_cursor *c)
{
    static const char from[] = "rnt0\\\"<}", to[] = "\r\n\t\0\\\"<}";
    size_t at = c->at++;
    int e = script_peek(c);
    const char *known = e > 0 ? strchr(from, e) : NULL;

    if (known) {
        c->at++;
        return script_draft_text(d, smtp_span_of(to + (known - from), 1));
    }
    if (e == 'x' && c->t.s.n - c->at > 2) {
        int hi = hex(c->t.s.p[c->at + 1]), lo = hex(c->t.s.p[c->at + 2]);
        if (hi >= 0 && lo >= 0) {
            char octet = (char)(hi * 16 + lo);
            c->at += 3;
            return script_draft_text(d, smtp_span_of(&octet, 1));
        }
    }
    return script_wrong(c->ps, &c->t, at,
                        "expected an escape: \\r \\n \\t \\0 \\xHH \\\\ \\\" "
                        "\\< \\}");
}

/* Literal text up to the next octet that may mean something. */
static bool read_run(struct script_draft *d, struct script_cursor *c)
{
    static const char special[] = "$\\\"} \t";
    size_t from = c->at;

    do {
        int ch = script_peek(c);
        if (ch < ' ' || ch == 0x7f)
            return script_wrong(c->ps, &c->t, c->at,
                                "expected no control octet: write it as "
                                "\\x%02X in C= \"...\"", (unsigned)ch);
        c->at++;
    } while (script_peek(c) > 0 && !strchr(special, script_peek(c)));
    return script_draft_text(d, smtp_span_of(c->t.s.p + from, c->at - from));
}

static bool put_variable(struct script_draft *d, struct script_cursor *c,
                         struct smtp_span name, size_t at)
{
    const struct script_text *value = script_each_find(d->ps, name);

    if (value) {
        struct script_cursor in = {c->ps, *value, 0};
        if (d->depth == DEPTH_MAX ||
            ++c->ps->replaced > SCRIPT_REPLACED_MAX)
            return script_wrong(c->ps, &c->t, at,
                                "each-variables nested too deep, or too many");
        d->depth++;
        bool ok = script_draft_read(d, &in, SCRIPT_MODE_STRING);
        d->depth--;
        return ok;
    }
    if (!flush(d))
        return false;
    struct script_part *part = script_vec_push(&d->parts);
    char *copy = script_arena_copy(d->ps->arena, name);
    if (!part || !copy)
        return script_no_memory(d->ps);
    part->kind = SCRIPT_PART_VAR;
    part->var = script_var_find(name);
    part->text = smtp_span_of(copy, name.n);
    script_text_place(&c->t, at, &part->line, &part->column);
    if (smtp_span_eq(name, SMTP_SPAN("date")))
        part->kind = SCRIPT_PART_DATE;
    return true;
}

/* "N " of ${rep N text}; N may be an each-variable. */
static bool read_count(struct script_cursor *c, size_t *count)
{
    size_t from = c->at;
    uint64_t v;
    struct script_text t = script_text_slice(&c->t, from, c->t.s.n);
    struct smtp_span n = script_take_word(c);

    t = script_text_slice(&t, 0, n.n);
    if (!script_each_replace(c->ps, &t, &t, NULL))
        return false;
    if (!script_number(t.s, SCRIPT_EXPAND_MAX, &v) ||
        !script_take(c, SMTP_SPAN(" ")))
        return script_wrong(c->ps, &c->t, from,
                            "expected a number up to %zu and a text: "
                            "${rep N text}", SCRIPT_EXPAND_MAX);
    *count = (size_t)v;
    return true;
}

/* The cursor is behind the function's name and its SP. */
static bool put_function(struct script_draft *d, struct script_cursor *c,
                         enum script_part_kind kind, size_t at)
{
    struct script_part part = {.kind = kind};
    struct script_draft inner;

    if (d->depth == DEPTH_MAX)
        return script_wrong(c->ps, &c->t, at, "variables and functions are "
                            "nested deeper than %d", DEPTH_MAX);
    if (kind == SCRIPT_PART_REP && !read_count(c, &part.count))
        return false;
    script_draft_init(&inner, d->ps);
    inner.depth = d->depth + 1;
    if (!script_draft_read(&inner, c, SCRIPT_MODE_ARG)) {
        script_draft_free(&inner);
        return false;
    }
    if (!script_draft_finish(&inner, &part.inner))
        return false;
    if (!script_take(c, SMTP_SPAN("}")))
        return script_wrong(c->ps, &c->t, at, "expected \"}\" at the end of "
                            "this function");
    if (!flush(d))
        return false;
    return script_vec_append(&d->parts, &part, 1) || script_no_memory(d->ps);
}

/* The cursor is at "${". */
static bool read_braced(struct script_draft *d, struct script_cursor *c)
{
    static const struct {
        struct smtp_span name;
        enum script_part_kind kind;
    } functions[] = {
        {SCRIPT_NAME("rep "),    SCRIPT_PART_REP   },
        {SCRIPT_NAME("b64 "),    SCRIPT_PART_B64   },
        {SCRIPT_NAME("xtext "),  SCRIPT_PART_XTEXT },
        {SCRIPT_NAME("local "),  SCRIPT_PART_LOCAL },
        {SCRIPT_NAME("domain "), SCRIPT_PART_DOMAIN},
        {SCRIPT_NAME("upper "),  SCRIPT_PART_UPPER },
        {SCRIPT_NAME("lines "),  SCRIPT_PART_LINES },
    };
    size_t at = c->at;

    c->at += 2;
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
        if (script_take(c, functions[i].name))
            return put_function(d, c, functions[i].kind, at);
    size_t from = c->at;
    while (script_is_lower(script_peek(c)) ||
           script_is_digit(script_peek(c)) || script_peek(c) == '_')
        c->at++;
    struct smtp_span name = {c->t.s.p + from, c->at - from};
    if (name.n == 0 || !script_take(c, SMTP_SPAN("}")))
        return script_wrong(c->ps, &c->t, at,
                            "expected ${name}, ${rep N text}, ${b64 text}, "
                            "${xtext text}, ${local mailbox}, "
                            "${domain mailbox}, ${upper text} or ${lines A-B}; "
                            "\"$${\" is the text \"${\"");
    return put_variable(d, c, name, at);
}

static bool at_end(int ch, enum script_mode mode)
{
    return ch < 0 || (mode == SCRIPT_MODE_STRING && ch == '"') ||
           (mode == SCRIPT_MODE_ARG && ch == '}') ||
           (mode == SCRIPT_MODE_WORD && (ch == ' ' || ch == '\t'));
}

bool script_draft_read(struct script_draft *d, struct script_cursor *c,
                       enum script_mode mode)
{
    while (!at_end(script_peek(c), mode)) {
        int ch = script_peek(c);
        int next = c->at + 1 < c->t.s.n ? c->t.s.p[c->at + 1] : -1;
        bool ok;
        if (ch == '$' && next == '$') {
            c->at += 2;
            ok = script_draft_text(d, SMTP_SPAN("$"));
        } else if (ch == '$' && next == '{') {
            ok = read_braced(d, c);
        } else if (ch == '\\' && mode != SCRIPT_MODE_LINE) {
            ok = read_escape(d, c);
        } else {
            ok = read_run(d, c);
        }
        if (!ok)
            return false;
    }
    return true;
}

bool script_draft_string(struct script_draft *d, struct script_cursor *c)
{
    size_t at = c->at;

    if (!script_take(c, SMTP_SPAN("\"")))
        return script_wrong(c->ps, &c->t, at,
                            "expected a string in double quotes");
    if (!script_draft_read(d, c, SCRIPT_MODE_STRING))
        return false;
    if (!script_take(c, SMTP_SPAN("\"")))
        return script_wrong(c->ps, &c->t, at,
                            "expected the closing quote of this string");
    return true;
}
