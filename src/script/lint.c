/*
 * lint: what only the whole set shows.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "script/meta.h"
#include "script/set.h"
#include "script/step.h"

struct linter {
    const struct script_set *set;
    script_error_fn *on_error;
    void *ctx;
    int errors;
};

static void mistake(struct linter *l, const char *file, unsigned line,
                    unsigned column, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void mistake(struct linter *l, const char *file, unsigned line,
                    unsigned column, const char *fmt, ...)
{
    char text[300];
    struct script_error e = {file, line, column, text};
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    l->errors++;
    if (l->on_error)
        l->on_error(l->ctx, &e);
}

/* What is known where a step begins. */
struct flow {
    bool open[SCRIPT_CONNS];
    bool delivered;
    const char *vars[SCRIPT_CAPTURES];
    size_t n_vars;
};

static bool has_var(const struct flow *f, struct smtp_span name)
{
    for (size_t i = 0; i < f->n_vars; i++)
        if (smtp_span_eq(smtp_span_of(f->vars[i], strlen(f->vars[i])), name))
            return true;
    return false;
}

static void lint_template(struct linter *l, const struct script_case *c,
                          const struct flow *f,
                          const struct script_template *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct script_part *p = &t->parts[i];
        lint_template(l, c, f, &p->inner);
        if (p->kind != SCRIPT_PART_VAR || p->var != SCRIPT_VAR_CAPTURE ||
            has_var(f, p->text))
            continue;
        mistake(l, c->file, p->line, p->column,
                "unknown variable ${%.*s}: expected helo, from, rcpt, "
                "bad_rcpt, foreign_rcpt, user, pass, case, date, an each: or "
                "what a line before captures", (int)p->text.n, p->text.p);
    }
}

static void lint_tokens(struct linter *l, const struct script_case *c,
                        const struct flow *f,
                        const struct script_token *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lint_template(l, c, f, &tokens[i].literal);
}

/* True when the case goes on behind this expectation. */
static bool goes_on(const struct script_expect *e)
{
    return !e->arrow || e->verdict == VERDICT_WARN ||
           e->verdict == VERDICT_INFO;
}

static bool captures(const struct script_token *tokens, size_t n,
                     const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (tokens[i].capture && strcmp(tokens[i].capture, name) == 0)
            return true;
    return false;
}

/* True when every way on behind step s sets the variable. */
static bool always_sets(const struct script_step *s, const char *name)
{
    for (size_t i = 0; i < s->n_expects; i++) {
        const struct script_expect *e = &s->expects[i];
        bool here = captures(e->tokens, e->n_tokens, name);
        for (size_t w = 0; i == 0 && w < s->n_wants && !here; w++)
            here = captures(s->wants[w].tokens, s->wants[w].n_tokens, name);
        if (goes_on(e) && !here)
            return false;
    }
    return true;
}

static void add_captures(struct linter *l, const struct script_case *c,
                         struct flow *f, const struct script_step *s,
                         const struct script_token *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = tokens[i].capture;
        if (!name || has_var(f, smtp_span_of(name, strlen(name))) ||
            !always_sets(s, name))
            continue;
        if (f->n_vars == SCRIPT_CAPTURES)
            mistake(l, c->file, s->line, s->column,
                    "expected at most %d captured variables",
                    SCRIPT_CAPTURES);
        else
            f->vars[f->n_vars++] = name;
    }
}

/* True when pattern a matches all that b matches. 421 is matched only where
 * it is written (docs/SCRIPT.md). */
static bool covers(struct script_code a, struct script_code b)
{
    static const char any[3] = {'x', 'y', 'z'};

    if (memcmp(b.c, "421", 3) == 0)
        return memcmp(a.c, "421", 3) == 0;
    for (int i = 0; i < 3; i++)
        if (a.c[i] != any[i] && a.c[i] != b.c[i])
            return false;
    return true;
}

/* The expectation before e (or code `before` of it) that takes `code`. */
static const struct script_code *taken_by(const struct script_step *s,
                                          size_t e, size_t code)
{
    const struct script_expect *x = &s->expects[e];

    for (size_t i = 0; i <= e; i++) {
        const struct script_expect *a = &s->expects[i];
        bool whole = i == e || (a->n_tokens == 0 &&
                                !(i == 0 && s->n_wants) && !a->varied &&
                                !x->varied);
        for (size_t k = 0; whole && k < (i == e ? code : a->n_codes); k++)
            if (covers(a->codes[k], x->codes[code]))
                return &a->codes[k];
    }
    return NULL;
}

static void lint_reach(struct linter *l, const struct script_case *c,
                       const struct script_step *s, size_t e)
{
    const struct script_expect *x = &s->expects[e];

    for (size_t k = 0; k < x->n_codes; k++) {
        const struct script_code *by = taken_by(s, e, k);
        if (by)
            mistake(l, c->file, x->line, x->column, "%.3s is never reached: "
                    "%.3s in front of it takes it", x->codes[k].c, by->c);
    }
    for (size_t i = 0; i < e && x->kind != SCRIPT_EXPECT_REPLY; i++) {
        enum script_expect_kind k = s->expects[i].kind;
        if ((k == x->kind && k != SCRIPT_EXPECT_DELIVERED) ||
            (k == SCRIPT_EXPECT_CLOSE &&
                             x->kind == SCRIPT_EXPECT_NOTIFY) ||
            (k == SCRIPT_EXPECT_SILENT && x->kind == SCRIPT_EXPECT_TIMEOUT))
            mistake(l, c->file, x->line, x->column, "%.*s is never reached: "
                    "%.*s in front of it takes it", (int)x->text.n,
                    x->text.p, (int)s->expects[i].text.n,
                    s->expects[i].text.p);
    }
}

static void lint_expects(struct linter *l, const struct script_case *c,
                         struct flow *f, const struct script_step *s)
{
    for (size_t i = 0; i < s->n_expects; i++) {
        const struct script_expect *e = &s->expects[i];
        lint_reach(l, c, s, i);
        lint_tokens(l, c, f, e->tokens, e->n_tokens);
        lint_template(l, c, f, &e->octets);
        add_captures(l, c, f, s, e->tokens, e->n_tokens);
    }
    for (size_t i = 0; i < s->n_wants; i++) {
        const struct script_want *w = &s->wants[i];
        lint_tokens(l, c, f, w->tokens, w->n_tokens);
        if (w->present)
            add_captures(l, c, f, s, w->tokens, w->n_tokens);
    }
}

/* Deliveries are looked at by <delivered>, and by steps of their own. */
static void lint_mail(struct linter *l, const struct script_case *c,
                      struct flow *f, const struct script_step *s)
{
    bool mail = s->n_expects && script_of_delivery(s->expects[0].kind);

    for (size_t i = 1; i < s->n_expects; i++)
        if (script_of_delivery(s->expects[i].kind) != mail)
            mistake(l, c->file, s->expects[i].line, s->expects[i].column,
                    "expected deliveries in lines of their own");
    if (mail && script_of_content(s->expects[0].kind) && !f->delivered)
        mistake(l, c->file, s->line, s->column,
                "expected <delivered> in front of this");
    if (mail && s->expects[0].kind == SCRIPT_EXPECT_DELIVERED)
        f->delivered = true;
}

static bool is_open(enum script_op op)
{
    return op == SCRIPT_OP_OPEN || op == SCRIPT_OP_OPEN_PLAIN ||
           op == SCRIPT_OP_OPEN_TLS;
}

static void lint_conn(struct linter *l, const struct script_case *c,
                      struct flow *f, const struct script_step *s)
{
    bool *open = &f->open[s->conn];
    bool any = s->op == SCRIPT_OP_PAUSE || s->op == SCRIPT_OP_TERMINATE ||
               (s->op == SCRIPT_OP_EXPECT &&
                script_of_delivery(s->expects[0].kind));

    if (is_open(s->op) && *open)
        mistake(l, c->file, s->line, s->column,
                "connection %u is open already", s->conn);
    else if (!is_open(s->op) && !any && !*open)
        mistake(l, c->file, s->line, s->column, "connection %u is not open: "
                "expected C%.*s: <open> or a start: in front of this",
                s->conn, s->conn ? 1 : 0, &"0123456789"[s->conn]);
    if (!any)
        *open = s->op != SCRIPT_OP_CLOSE;
}

static void lint_steps(struct linter *l, const struct script_case *c,
                       struct flow *f)
{
    for (size_t i = 0; i < c->n_steps; i++) {
        const struct script_step *s = &c->steps[i];
        lint_conn(l, c, f, s);
        lint_template(l, c, f, &s->data);
        lint_template(l, c, f, &s->user);
        lint_template(l, c, f, &s->password);
        lint_expects(l, c, f, s);
        lint_mail(l, c, f, s);
    }
}

static bool tests_something(const struct script_case *c)
{
    for (size_t i = 0; i < c->n_steps; i++)
        if (c->steps[i].under_test)
            return true;
    return false;
}

/* What holds behind every variant of the preamble. */
static bool start_flow(const struct script_set *set, const char *name,
                       struct flow *out)
{
    const struct script_case *p;

    for (size_t i = 0; (p = script_preamble(set, name, i)); i++) {
        struct linter quiet = {.set = set};
        struct flow f = {0};
        lint_steps(&quiet, p, &f);
        if (i == 0) {
            *out = f;
            continue;
        }
        for (size_t k = 0; k < SCRIPT_CONNS; k++)
            out->open[k] = out->open[k] && f.open[k];
        for (size_t k = out->n_vars; k-- > 0;) {
            const char *v = out->vars[k];
            if (!has_var(&f, smtp_span_of(v, strlen(v))))
                out->vars[k] = out->vars[--out->n_vars];
        }
    }
    return script_preamble(set, name, 0) != NULL;
}

static void lint_case(struct linter *l, const struct script_case *c)
{
    struct flow f = {0};

    if (!tests_something(c))
        mistake(l, c->file, c->line, 1, "case %s has no S!: line, the point "
                "under test", c->id);
    if (c->start && !start_flow(l->set, c->start, &f)) {
        mistake(l, c->file, c->line, 1, "case %s: expected a case "
                "start/%s for its start:", c->id, c->start);
        f.open[0] = true;
    }
    lint_steps(l, c, &f);
}

static void lint_preamble(struct linter *l, const struct script_case *c)
{
    struct flow f = {0};

    if (c->start)
        mistake(l, c->file, c->line, 1, "preamble %s: expected no start: "
                "in a preamble", c->id);
    if (tests_something(c))
        mistake(l, c->file, c->line, 1, "preamble %s: expected no S!: in a "
                "preamble, which tests nothing", c->id);
    lint_steps(l, c, &f);
}

static void lint_known(struct linter *l, const struct script_case *c,
                       const char *const *ids, size_t n, const char *what,
                       script_known_fn *known, void *ctx)
{
    for (size_t i = 0; known && i < n; i++)
        if (!known(ctx, ids[i]))
            mistake(l, c->file, c->line, 1, "case %s: expected %s, not "
                    "\"%s\"", c->id, what, ids[i]);
}

static int by_id(const void *a, const void *b)
{
    const struct script_case *const *x = a, *const *y = b;
    int d = strcmp((*x)->id, (*y)->id);

    return d ? d : (*x)->line > (*y)->line ? 1 : -1;
}

static void lint_ids(struct linter *l)
{
    struct script_vec all = {.item = sizeof(struct script_case *)};

    if (script_vec_append(&all, l->set->cases.p, l->set->cases.n) &&
        script_vec_append(&all, l->set->preambles.p, l->set->preambles.n) &&
        all.n > 1) {
        const struct script_case **c = all.p;
        qsort(c, all.n, all.item, by_id);
        for (size_t i = 1; i < all.n; i++)
            if (strcmp(c[i - 1]->id, c[i]->id) == 0)
                mistake(l, c[i]->file, c[i]->line, 1, "case %s is there "
                        "twice (also in %s:%u)", c[i]->id, c[i - 1]->file,
                        c[i - 1]->line);
    }
    script_vec_free(&all);
}

int script_lint(const struct script_set *s, script_known_fn *requirement,
                script_known_fn *fault, void *known_ctx,
                script_error_fn *on_error, void *ctx)
{
    struct linter l = {s, on_error, ctx, 0};
    struct script_case *const *preambles = s->preambles.p;

    lint_ids(&l);
    for (size_t i = 0; i < s->preambles.n; i++)
        lint_preamble(&l, preambles[i]);
    for (size_t i = 0; i < s->cases.n; i++) {
        const struct script_case *c = script_at(s, i);
        lint_case(&l, c);
        lint_known(&l, c, c->covers, c->n_covers, "a requirement of "
                   "requirements.tsv", requirement, known_ctx);
        lint_known(&l, c, c->faults, c->n_faults, "a fault of the reference "
                   "server", fault, known_ctx);
    }
    return l.errors;
}
