/*
 * dump: a parsed case in one line a step.
 */
#include "tests/script/dump.h"

#include "script/escape.h"
#include "script/step.h"

static void octets(FILE *out, struct smtp_span s)
{
    char e[4];

    for (size_t i = 0; i < s.n; i++)
        fwrite(e, 1, script_escape_octet(e, s.p[i], "'"), out);
}

static void template(FILE *out, const struct script_template *t)
{
    static const char *const functions[] = {
        [SCRIPT_PART_B64] = "b64", [SCRIPT_PART_XTEXT] = "xtext",
        [SCRIPT_PART_LOCAL] = "local", [SCRIPT_PART_DOMAIN] = "domain",
        [SCRIPT_PART_UPPER] = "upper", [SCRIPT_PART_LINES] = "lines"};

    for (size_t i = 0; i < t->n; i++) {
        const struct script_part *p = &t->parts[i];
        switch (p->kind) {
        case SCRIPT_PART_TEXT:
            fputc('\'', out);
            octets(out, p->text);
            fputc('\'', out);
            break;
        case SCRIPT_PART_VAR:
            fprintf(out, "$%.*s%s", (int)p->text.n, p->text.p,
                    p->var == SCRIPT_VAR_CAPTURE ? "?" : "");
            break;
        case SCRIPT_PART_DATE:
            fputs("$date", out);
            break;
        case SCRIPT_PART_REP:
            fprintf(out, "%zu*(", p->count);
            template(out, &p->inner);
            fputc(')', out);
            break;
        case SCRIPT_PART_B64:
        case SCRIPT_PART_XTEXT:
        case SCRIPT_PART_LOCAL:
        case SCRIPT_PART_DOMAIN:
        case SCRIPT_PART_UPPER:
        case SCRIPT_PART_LINES:
            fprintf(out, "%s(", functions[p->kind]);
            template(out, &p->inner);
            fputc(')', out);
            break;
        }
    }
}

static void tokens(FILE *out, const struct script_token *t, size_t n)
{
    static const char *const names[] = {
        [SCRIPT_TOKEN_DOMAIN] = "domain", [SCRIPT_TOKEN_ENH] = "enh",
        [SCRIPT_TOKEN_NUMBER] = "number", [SCRIPT_TOKEN_PATH] = "path",
        [SCRIPT_TOKEN_WORD] = "word",     [SCRIPT_TOKEN_TEXT] = "text",
        [SCRIPT_TOKEN_ITERATIONS] = "iterations",
    };

    for (size_t i = 0; i < n; i++) {
        fputc(' ', out);
        if (t[i].kind == SCRIPT_TOKEN_LITERAL)
            template(out, &t[i].literal);
        else
            fprintf(out, "<%s%s%s>", names[t[i].kind],
                    t[i].capture ? "=" : "",
                    t[i].capture ? t[i].capture : "");
    }
}

static void expect(FILE *out, const struct script_expect *e)
{
    static const char *const kinds[] = {
        [SCRIPT_EXPECT_REPLY] = "reply",   [SCRIPT_EXPECT_OCTETS] = "octets ",
        [SCRIPT_EXPECT_CLOSE] = "close",   [SCRIPT_EXPECT_NOTIFY] = "notify",
        [SCRIPT_EXPECT_SILENT] = "silent", [SCRIPT_EXPECT_TIMEOUT] = "timeout",
        [SCRIPT_EXPECT_DONE] = "done",     [SCRIPT_EXPECT_FAIL] = "fail",
    };

    fputs(kinds[e->kind], out);
    for (size_t i = 0; i < e->n_codes; i++)
        fprintf(out, " %.3s", e->codes[i].c);
    tokens(out, e->tokens, e->n_tokens);
    template(out, &e->octets);
    if (e->kind == SCRIPT_EXPECT_SILENT)
        fprintf(out, " %llums", (unsigned long long)(e->time / 1000000));
    if (e->arrow)
        fprintf(out, " -> %s '%s'", verdict_name(e->verdict), e->why);
}

static void step(FILE *out, const struct script_step *s)
{
    static const char *const ops[] = {
        [SCRIPT_OP_SEND] = "send",   [SCRIPT_OP_OPEN] = "open",
        [SCRIPT_OP_OPEN_PLAIN] = "open-plain",
        [SCRIPT_OP_OPEN_TLS] = "open-tls",
        [SCRIPT_OP_TLS] = "tls",     [SCRIPT_OP_AUTH] = "auth",
        [SCRIPT_OP_PAUSE] = "pause", [SCRIPT_OP_DRIP] = "drip",
        [SCRIPT_OP_SHUTDOWN] = "shutdown",
        [SCRIPT_OP_CLOSE] = "close",
        [SCRIPT_OP_TERMINATE] = "terminate",
        [SCRIPT_OP_EXPECT] = "expect",
    };

    fprintf(out, "%u:%u %s%s", s->line, s->conn, ops[s->op],
            s->under_test ? "!" : "");
    if (s->timed || s->op == SCRIPT_OP_PAUSE || s->op == SCRIPT_OP_DRIP)
        fprintf(out, " %llums", (unsigned long long)(s->time / 1000000));
    if (s->data.n) {
        fputc(' ', out);
        template(out, &s->data);
    }
    if (s->account) {
        fputc(' ', out);
        template(out, &s->user);
        fputc(' ', out);
        template(out, &s->password);
    }
    for (size_t i = 0; i < s->n_expects; i++) {
        fputs(i ? " | " : " ", out);
        expect(out, &s->expects[i]);
    }
    for (size_t i = 0; i < s->n_wants; i++) {
        const struct script_want *w = &s->wants[i];
        fprintf(out, " %c%.*s", w->present ? '+' : '-', (int)w->keyword.n,
                w->keyword.p);
        tokens(out, w->tokens, w->n_tokens);
    }
    fputc('\n', out);
}

void dump_steps(FILE *out, const struct script_case *c)
{
    for (size_t i = 0; i < c->n_steps; i++)
        step(out, &c->steps[i]);
}

static void list(FILE *out, const char *name, const char *const *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s=%s\n", name, p[i]);
}

static void maybe(FILE *out, const char *name, const char *value)
{
    if (value)
        fprintf(out, "%s=%s\n", name, value);
}

void dump_meta(FILE *out, const struct script_case *c)
{
    maybe(out, "id", c->id);
    maybe(out, "title", c->title);
    maybe(out, "spec", c->spec);
    maybe(out, "level", c->level_text);
    list(out, "covers", c->covers, c->n_covers);
    for (size_t i = 0; i < c->n_needs; i++)
        fprintf(out, "need=%s%s:%s\n", c->needs[i].not ? "!" : "",
                script_need_name(c->needs[i].kind), c->needs[i].arg);
    maybe(out, "start", c->start);
    maybe(out, "exploit", c->exploit);
    maybe(out, "explain", c->explain);
    maybe(out, "fix", c->fix);
    list(out, "fault", c->faults, c->n_faults);
    if (c->hostile || c->alone)
        fprintf(out, "hostile=%d alone=%d\n", c->hostile, c->alone);
}
