/*
 * parse: a file of cases.
 *
 *   file = *( "#" comment / blank / case )
 *   case = "case:" id LF *( key ":" value LF ) 1*step
 */
#include "script/each.h"
#include "script/meta.h"
#include "script/set.h"
#include "script/step.h"
#include "script/steps.h"

/* One case as it is written, before each-lines are expanded. */
struct block {
    struct script_text id;
    struct script_vec metas; /* of struct script_meta */
    const struct script_line *steps;
    size_t n_steps;
    struct script_each each[SCRIPT_EACH_LINES];
    size_t n_each;
};

/* A text that is one place of the file. */
static bool place_text(struct script_parser *ps, struct smtp_span s,
                       unsigned line, unsigned column, struct script_text *out)
{
    struct script_mark *m = script_arena_alloc(ps->arena, sizeof(*m));

    if (!m) {
        script_no_memory(ps);
        return false;
    }
    *m = (struct script_mark){0, line, column, false};
    struct script_text t = {s, 0, m, 1};
    *out = script_text_trim(&t);
    return true;
}

/* Control octets would reach terminals, and no reader of the file sees
 * them. */
static bool check_octets(struct script_parser *ps,
                         const struct script_line *line)
{
    for (size_t i = 0; i < line->s.n; i++) {
        unsigned char c = (unsigned char)line->s.p[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return script_mistake(ps, line->number, (unsigned)i + 1,
                                  "expected no control octet: write it as "
                                  "\\x%02X in C= \"...\"", c);
    }
    return true;
}

/* Cuts text into lines; comments and blank lines are left out. */
static bool split(struct script_parser *ps, struct smtp_span text,
                  struct script_vec *lines)
{
    unsigned number = 0;

    while (text.n && !ps->no_memory) {
        const char *lf = memchr(text.p, '\n', text.n);
        size_t n = lf ? (size_t)(lf - text.p) : text.n;
        struct script_line line = {{text.p, n}, ++number};
        text = smtp_span_from(text, n + 1);
        if (line.s.n && line.s.p[line.s.n - 1] == '\r')
            line.s.n--;
        size_t at = 0;
        while (at < line.s.n && (line.s.p[at] == ' ' || line.s.p[at] == '\t'))
            at++;
        if (at == line.s.n || line.s.p[at] == '#')
            continue;
        if (check_octets(ps, &line) && !script_vec_append(lines, &line, 1))
            return script_no_memory(ps);
    }
    return true;
}

static bool is_indented(const struct script_line *line)
{
    return line->s.p[0] == ' ' || line->s.p[0] == '\t';
}

/* "key: value"; False when the line is none. */
static bool meta_key(const struct script_line *line, struct smtp_span *key)
{
    const char *colon = memchr(line->s.p, ':', line->s.n);

    *key = smtp_span_of(line->s.p, colon ? (size_t)(colon - line->s.p) : 0);
    return script_is_slug(*key, "-");
}

static bool add_meta(struct script_parser *ps, struct block *b,
                     const struct script_line *line, struct smtp_span key)
{
    struct script_meta *m = script_vec_push(&b->metas);

    if (!m)
        return script_no_memory(ps);
    m->key = key;
    m->line = line->number;
    m->column = 1;
    return place_text(ps, smtp_span_from(line->s, key.n + 1), line->number,
                      (unsigned)key.n + 2, &m->value);
}

/* Joins a continued line to the value: SP stands for the line end. */
static bool continue_meta(struct script_parser *ps, struct script_meta *m,
                          const struct script_line *line)
{
    struct script_text more = {0}, *old = &m->value;

    if (!place_text(ps, line->s, line->number, 1, &more))
        return false;
    size_t n = old->s.n + 1 + more.s.n;
    char *p = script_arena_alloc(ps->arena, n);
    struct script_mark *marks = script_arena_alloc(
        ps->arena, (old->n_marks + 1) * sizeof(*marks));
    if (!p || !marks)
        return script_no_memory(ps);
    memcpy(p, old->s.p, old->s.n);
    p[old->s.n] = ' ';
    memcpy(p + old->s.n + 1, more.s.p, more.s.n);
    for (size_t i = 0; i < old->n_marks; i++)
        marks[i] = old->marks[i];
    struct script_mark *last = &marks[old->n_marks];
    last->at = old->base + old->s.n + 1;
    last->line = line->number;
    last->column = 1 + (unsigned)more.base;
    *old = (struct script_text){{p, n}, old->base, marks, old->n_marks + 1};
    return true;
}

/* Reads the metadata behind lines[0]; returns the lines used. */
static size_t read_metas(struct script_parser *ps, struct block *b,
                         const struct script_line *lines, size_t n)
{
    size_t i;

    for (i = 0; i < n && !ps->no_memory; i++) {
        const struct script_line *line = &lines[i];
        struct smtp_span key;
        if (line->s.p[0] == 'C' || line->s.p[0] == 'S')
            break;
        struct script_meta *last = b->metas.n
            ? (struct script_meta *)b->metas.p + b->metas.n - 1 : NULL;
        if (is_indented(line) && last)
            continue_meta(ps, last, line);
        else if (!is_indented(line) && meta_key(line, &key))
            add_meta(ps, b, line, key);
        else
            script_mistake(ps, line->number, 1, "expected \"key: value\", C: "
                           "or S:");
    }
    return i;
}

static bool read_each(struct script_parser *ps, struct block *b)
{
    const struct script_meta *m = b->metas.p;
    size_t cases = 1;

    for (size_t i = 0; i < b->metas.n; i++) {
        if (!smtp_span_eq(m[i].key, SMTP_SPAN("each")))
            continue;
        if (b->n_each == SCRIPT_EACH_LINES)
            return script_mistake(ps, m[i].line, 1, "expected at most %d "
                                  "each: lines", SCRIPT_EACH_LINES);
        struct script_each *e = &b->each[b->n_each];
        if (!script_each_parse(ps, &m[i].value, e))
            return false;
        cases *= e->n_rows;
        if (cases > SCRIPT_EACH_CASES)
            return script_mistake(ps, m[i].line, 1, "expected each: lines "
                                  "that make at most %d cases",
                                  SCRIPT_EACH_CASES);
        b->n_each++;
    }
    return true;
}

/* Moves to the next combination of rows; false behind the last. */
static bool next_pick(struct block *b)
{
    for (size_t i = b->n_each; i-- > 0;) {
        if (++b->each[i].pick < b->each[i].n_rows)
            return true;
        b->each[i].pick = 0;
    }
    return false;
}

static bool add_case(struct script_set *set, struct script_parser *ps,
                     const struct script_case *c)
{
    struct script_case *kept = script_arena_alloc(&set->arena, sizeof(*kept));
    struct script_case **slot = script_vec_push(
        script_meta_is_start(c->id) ? &set->preambles : &set->cases);

    if (!kept || !slot)
        return script_no_memory(ps);
    *kept = *c;
    *slot = kept;
    return true;
}

/* Adds the cases that b makes; none when there is a mistake in any, or when
 * there were more than `errors` before. */
static void expand(struct script_set *set, struct script_parser *ps,
                   struct block *b, int errors)
{
    size_t cases = set->cases.n, preambles = set->preambles.n;

    ps->each = b->each;
    ps->n_each = b->n_each;
    do {
        struct script_case c = {0};
        bool ok = script_meta_read(ps, &b->id, b->metas.p, b->metas.n, &c);
        /* The steps are read even so: all mistakes in one run. */
        if (!c.id)
            c.id = "";
        ok &= script_steps_parse(ps, b->steps, b->n_steps, &c);
        if (ok && ps->errors == errors)
            add_case(set, ps, &c);
    } while (ps->errors == errors && !ps->no_memory && next_pick(b));
    ps->n_each = 0;
    if (ps->errors != errors) {
        set->cases.n = cases;
        set->preambles.n = preambles;
    }
}

/* lines[0] is "case:"; the others are up to the next. */
static void parse_block(struct script_set *set, struct script_parser *ps,
                        const struct script_line *lines, size_t n)
{
    struct block b = {.metas = {.item = sizeof(struct script_meta)}};
    int errors = ps->errors;

    if (place_text(ps, smtp_span_from(lines[0].s, 5), lines[0].number, 6,
                   &b.id)) {
        size_t used = 1 + read_metas(ps, &b, lines + 1, n - 1);
        b.steps = lines + used;
        b.n_steps = n - used;
        script_meta_check(ps, b.metas.p, b.metas.n);
        if (read_each(ps, &b) && !ps->no_memory)
            expand(set, ps, &b, errors);
    }
    script_vec_free(&b.metas);
}

static bool is_case(const struct script_line *line)
{
    return line->s.n >= 5 && memcmp(line->s.p, "case:", 5) == 0;
}

int script_parse(struct script_set *s, const char *name, struct smtp_span text,
                 script_error_fn *on_error, void *ctx)
{
    struct script_parser ps = {.arena = &s->arena, .on_error = on_error,
                               .ctx = ctx};
    struct script_vec v = {.item = sizeof(struct script_line)};

    ps.file = script_arena_copy(&s->arena, smtp_span_of(name, strlen(name)));
    const char *copy = script_arena_copy(&s->arena, text);
    if (!ps.file || !copy || !split(&ps, smtp_span_of(copy, text.n), &v))
        ps.no_memory = true;
    const struct script_line *lines = v.p;
    for (size_t i = 0; i < v.n && !ps.no_memory;) {
        size_t to = i + 1;
        while (to < v.n && !is_case(&lines[to]))
            to++;
        if (is_case(&lines[i]))
            parse_block(s, &ps, lines + i, to - i);
        else
            script_mistake(&ps, lines[i].number, 1, "expected \"case: id\"");
        i = to;
    }
    script_vec_free(&v);
    return ps.no_memory ? -1 : ps.errors;
}
