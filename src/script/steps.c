/*
 * steps: the lines of a case behind its metadata.
 */
#include "script/steps.h"

#include "net/clock.h"
#include "script/each.h"
#include "script/expect.h"
#include "script/meta.h"
#include "script/template.h"

static struct script_step *last_step(struct script_builder *b)
{
    return b->steps.n ? (struct script_step *)b->steps.p + b->steps.n - 1
                      : NULL;
}

/* Closes the last step: no more text, alternatives or wants come. */
static bool finish_step(struct script_builder *b)
{
    struct script_step *s = last_step(b);
    struct script_draft *group = b->group;

    if (!s)
        return true;
    b->group = NULL;
    if (group && !script_draft_finish(group, &s->data))
        return false;
    s->n_expects = b->expects.n;
    s->expects = script_vec_keep(&b->expects, b->ps->arena);
    s->n_wants = b->wants.n;
    s->wants = script_vec_keep(&b->wants, b->ps->arena);
    b->expects.n = b->wants.n = 0;
    return (s->expects && s->wants) || script_no_memory(b->ps);
}

static struct script_step *add_step(struct script_builder *b,
                                    const struct script_head *h)
{
    struct script_step *s = script_vec_push(&b->steps);

    if (!s) {
        script_no_memory(b->ps);
        return NULL;
    }
    s->conn = h->conn;
    s->under_test = h->under_test;
    s->timed = h->timed;
    s->time = h->time;
    s->times = h->times;
    s->text = h->line.s;
    script_text_place(&h->line, 0, &s->line, &s->column);
    s->op = h->client ? SCRIPT_OP_SEND : SCRIPT_OP_EXPECT;
    return s;
}

static bool parse_time(struct script_cursor *c, struct script_head *h)
{
    size_t from = c->at;

    while (script_peek(c) >= 0 && script_peek(c) != ']')
        c->at++;
    struct script_text t = script_text_slice(&c->t, from, c->at);
    h->timed = true;
    return script_time_parse(c->ps, &t, &h->time) &&
           (script_take(c, SMTP_SPAN("]")) ||
            script_wrong(c->ps, &c->t, from, "expected \"]\""));
}

/* The cursor is behind "{". */
static bool parse_times(struct script_cursor *c, struct script_head *h)
{
    size_t from = c->at;
    uint64_t v;

    while (script_is_digit(script_peek(c)))
        c->at++;
    struct smtp_span n = {c->t.s.p + from, c->at - from};
    if (!script_number(n, SCRIPT_TIMES_MAX, &v) || v == 0 ||
        !script_take(c, SMTP_SPAN("}")))
        return script_wrong(c->ps, &c->t, from, "expected a number from 1 "
                            "to %d and \"}\"", SCRIPT_TIMES_MAX);
    h->times = (unsigned)v;
    return true;
}

static bool parse_head(struct script_parser *ps,
                       const struct script_text *line, struct script_head *h)
{
    struct script_cursor c = {ps, *line, 1};

    *h = (struct script_head){.line = *line};
    h->client = line->s.p[0] == 'C';
    if (script_peek(&c) >= '1' && script_peek(&c) <= '9')
        h->conn = (unsigned)(script_peek(&c) - '0'), c.at++;
    if (!h->client) {
        h->under_test = script_take(&c, SMTP_SPAN("!"));
        if (script_take(&c, SMTP_SPAN("[")) && !parse_time(&c, h))
            return false;
        if (script_take(&c, SMTP_SPAN("{")) && !parse_times(&c, h))
            return false;
    }
    h->octets = script_take(&c, SMTP_SPAN("="));
    if (!h->octets && !script_take(&c, SMTP_SPAN(":")))
        return script_wrong(ps, line, c.at, "expected %s",
                            h->client ? "C: or C= (C1: to C9: for more "
                                        "connections)"
                                      : "S:, S!:, S[5s]: or S![5s]:");
    if (script_peek(&c) >= 0 && !script_take(&c, SMTP_SPAN(" ")))
        return script_wrong(ps, line, c.at, "expected a space here");
    h->at = c.at;
    return true;
}

/* The step that the client's text goes to: a line behind another of the
 * same connection is part of the same write. */
static struct script_draft *group_for(struct script_builder *b,
                                      const struct script_head *h,
                                      struct script_draft *room)
{
    if (b->group && b->group_conn == h->conn)
        return b->group;
    if (!finish_step(b) || !add_step(b, h))
        return NULL;
    script_draft_init(room, b->ps);
    b->group = room;
    b->group_conn = h->conn;
    return room;
}

static bool client_text(struct script_builder *b, const struct script_head *h,
                        const struct script_text *text,
                        struct script_draft *room)
{
    struct script_cursor c = {b->ps, *text, 0};
    struct smtp_span s = text->s;

    if (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ' ||
                s.p[s.n - 1] == '\t'))
        return script_wrong(b->ps, text, s.p[0] == ' ' ? 0 : s.n - 1,
                            "expected no white space at the ends of the "
                            "text: write C= \"...\\r\\n\"");
    struct script_draft *d = group_for(b, h, room);
    return d && script_draft_read(d, &c, SCRIPT_MODE_LINE) &&
           script_draft_text(d, SMTP_SPAN("\r\n"));
}

static bool client_octets(struct script_builder *b,
                          const struct script_head *h,
                          struct script_draft *room)
{
    struct script_cursor c = {b->ps, h->line, h->at};
    struct script_draft *d = group_for(b, h, room);

    script_skip_space(&c);
    return d && script_draft_string(d, &c) && script_take_end(&c);
}

static bool client_stage(struct script_builder *b, const struct script_head *h,
                         const struct script_text *text)
{
    struct script_step *s = finish_step(b) ? add_step(b, h) : NULL;

    if (!s || !script_stage_parse(b, text, s))
        return false;
    if (s->op != SCRIPT_OP_TLS && s->op != SCRIPT_OP_OPEN &&
        s->op != SCRIPT_OP_OPEN_PLAIN && s->op != SCRIPT_OP_OPEN_TLS)
        return true;
    struct script_expect *e = script_vec_push(&b->expects);
    if (!e)
        return script_no_memory(b->ps);
    e->kind = SCRIPT_EXPECT_DONE;
    e->text = text->s;
    script_text_place(text, 0, &e->line, &e->column);
    return true;
}

static bool client_line(struct script_builder *b, const struct script_head *h,
                        struct script_draft *room)
{
    struct script_text text, replaced;

    if (h->octets)
        return client_octets(b, h, room);
    text = script_text_slice(&h->line, h->at, h->line.s.n);
    if (text.s.n == 0 || (text.s.p[0] != '<' && text.s.p[0] != '$'))
        return client_text(b, h, &text, room);
    if (!script_each_replace(b->ps, &text, &replaced, NULL))
        return false;
    if (replaced.s.n && replaced.s.p[0] == '<')
        return client_stage(b, h, &replaced);
    return client_text(b, h, &text, room);
}

/* "250-text", as a printed session has it: one reply with the line behind
 * it. */
static bool is_pasted(struct smtp_span s)
{
    return s.n >= 4 && script_is_code(smtp_span_of(s.p, 3)) && s.p[3] == '-';
}

/* Cuts the text of a pasted reply; *more when its last line is to come. */
static bool paste_line(struct script_builder *b, const struct script_head *h,
                       struct script_text *text, bool *more)
{
    bool inside = b->paste.s.n > 0;
    struct smtp_span code = smtp_span_of(text->s.p, text->s.n < 3 ? 0 : 3);

    *more = is_pasted(text->s);
    if (!inside && !*more)
        return true;
    if (inside && (b->paste_conn != h->conn ||
                   !smtp_span_eq(code, b->paste.s)))
        return script_wrong(b->ps, text, 0, "expected the next line of the "
                            "reply %.*s-", SCRIPT_ARG(b->paste.s));
    *text = script_text_slice(text, 0, 3);
    b->paste = *text;
    b->paste_conn = h->conn;
    if (!*more)
        b->paste.s.n = 0;
    return true;
}

static bool check_arrow(struct script_builder *b,
                        const struct script_text *line,
                        const struct script_expect *e)
{
    if (b->preamble && e->arrow &&
        (e->verdict == VERDICT_PASS || e->verdict == VERDICT_FAIL))
        return script_wrong(b->ps, line, 0, "expected skip, blocked, warn or "
                            "info: a preamble tests nothing");
    return true;
}

/* What reports say of a line: with the values of its each-variables. */
static bool shown(struct script_builder *b, const struct script_text *line,
                  struct smtp_span *out)
{
    struct script_text t;

    if (!script_each_replace(b->ps, line, &t, NULL))
        return false;
    *out = script_text_trim(&t).s;
    return true;
}

static bool server_line(struct script_builder *b, const struct script_head *h)
{
    struct script_text text = script_text_slice(&h->line, h->at,
                                                h->line.s.n);
    struct script_cursor c = {b->ps, text, 0};
    bool more = false, varied = false;

    if (!h->octets && !script_each_replace(b->ps, &text, &c.t, &varied))
        return false;
    if (!h->octets && !paste_line(b, h, &c.t, &more))
        return false;
    if (more)
        return true;
    struct script_step *s = finish_step(b) ? add_step(b, h) : NULL;
    if (!s || !shown(b, &h->line, &s->text))
        return false;
    struct script_expect *e = script_vec_push(&b->expects);
    if (!e)
        return script_no_memory(b->ps);
    e->varied = varied;
    if (!shown(b, &text, &e->text))
        return false;
    if (h->octets ? !script_octets_parse(&c, e)
                  : !script_expect_parse(&c, SCRIPT_PLACE_MAIN, e))
        return false;
    if (h->times && e->kind != SCRIPT_EXPECT_REPLY)
        return script_wrong(b->ps, &h->line, 0, "expected a reply behind "
                            "{%u}", h->times);
    if ((e->kind == SCRIPT_EXPECT_SILENT ||
         e->kind == SCRIPT_EXPECT_NOTHING) && h->timed)
        return script_wrong(b->ps, &h->line, 0, "expected the time in "
                            "<silent T> or <not delivered T> only");
    return check_arrow(b, &h->line, e);
}

/* " | expect" */
static bool alt_line(struct script_builder *b, const struct script_text *line,
                     struct script_cursor *c)
{
    const struct script_step *s = last_step(b);
    struct script_text text;
    bool varied;

    if (!s || b->expects.n == 0)
        return script_wrong(b->ps, line, c->at, "expected a server line, "
                            "<open> or <tls> in front of an alternative");
    c->at++;
    text = script_text_slice(line, c->at, line->s.n);
    struct script_cursor in = {b->ps, text, 0};
    struct script_expect *e = script_vec_push(&b->expects);
    if (!e)
        return script_no_memory(b->ps);
    if (!script_each_replace(b->ps, &text, &in.t, &varied))
        return false;
    e->varied = varied;
    e->text = script_text_trim(&in.t).s;
    return script_expect_parse(&in,
                               s->op == SCRIPT_OP_EXPECT
                                   ? SCRIPT_PLACE_ALT
                                   : SCRIPT_PLACE_CLIENT, e) &&
           check_arrow(b, line, e);
}

/* " + KEY" or " - KEY" */
static bool want_line(struct script_builder *b, const struct script_text *line,
                      struct script_cursor *c)
{
    const struct script_step *s = last_step(b);
    const struct script_expect *main = b->expects.p;
    struct script_text text;

    if (!s || s->op != SCRIPT_OP_EXPECT || b->expects.n == 0 ||
        (main->kind != SCRIPT_EXPECT_REPLY &&
         main->kind != SCRIPT_EXPECT_DELIVERED))
        return script_wrong(b->ps, line, c->at, "expected a reply (S: 250) "
                            "in front of an EHLO line, or <delivered> in "
                            "front of a header field");
    text = script_text_slice(line, c->at, line->s.n);
    struct script_cursor in = {b->ps, text, 0};
    if (!script_each_replace(b->ps, &text, &in.t, NULL))
        return false;
    struct script_want *w = script_vec_push(&b->wants);
    return w ? script_want_parse(&in, w) : script_no_memory(b->ps);
}

static bool indented_line(struct script_builder *b,
                          const struct script_text *line)
{
    struct script_cursor c = {b->ps, *line, 0};

    script_skip_space(&c);
    switch (script_peek(&c)) {
    case '|':
        return alt_line(b, line, &c);
    case '+':
    case '-':
        return want_line(b, line, &c);
    default:
        return script_wrong(b->ps, line, c.at, "expected \"|\" with an "
                            "alternative, or \"+\" or \"-\" with an EHLO "
                            "keyword");
    }
}

static bool step_line(struct script_builder *b, const struct script_line *in,
                      struct script_draft *room)
{
    struct script_head h;
    struct script_mark mark = {0, in->number, 1, false};
    struct script_mark *kept = script_arena_alloc(b->ps->arena, sizeof(mark));

    if (!kept)
        return script_no_memory(b->ps);
    *kept = mark;
    struct script_text line = {in->s, 0, kept, 1};
    bool indented = in->s.p[0] == ' ' || in->s.p[0] == '\t';
    if (b->paste.s.n && in->s.p[0] != 'S') {
        b->paste.s.n = 0;
        return script_wrong(b->ps, &line, 0, "expected the last line of the "
                            "reply, without \"-\" behind its code");
    }
    if (indented)
        return indented_line(b, &line);
    if (in->s.p[0] != 'C' && in->s.p[0] != 'S')
        return script_wrong(b->ps, &line, 0,
                            "expected C: or S: (metadata stands in front of "
                            "the first step)");
    if (!parse_head(b->ps, &line, &h))
        return false;
    return h.client ? client_line(b, &h, room) : server_line(b, &h);
}

/* <drip T> is about the write behind it. */
static bool check_drips(struct script_builder *b)
{
    const struct script_step *s = b->steps.p;

    for (size_t i = 0; i < b->steps.n; i++)
        if (s[i].op == SCRIPT_OP_DRIP &&
            (i + 1 == b->steps.n || s[i + 1].op != SCRIPT_OP_SEND ||
             s[i + 1].conn != s[i].conn))
            return script_mistake(b->ps, s[i].line, s[i].column, "expected "
                                  "a C: line with text behind <drip>");
    return true;
}

static bool check_end(struct script_builder *b, const struct script_case *out)
{
    if (b->steps.n == 0 && b->paste.s.n == 0)
        return script_mistake(b->ps, out->line, 1, "case %s has no steps",
                              out->id);
    if (b->paste.s.n)
        return script_wrong(b->ps, &b->paste, 0, "expected the last line of "
                            "the reply behind this");
    return check_drips(b);
}

static bool is_refusal(const struct script_expect *e)
{
    return e->n_codes && (e->codes[0].c[0] == '4' || e->codes[0].c[0] == '5');
}

/* What the step adds to the time that the case takes. */
static void add_waits(struct script_case *c, const struct script_step *s)
{
    const struct script_expect *e = s->expects;

    if (s->op == SCRIPT_OP_PAUSE)
        c->waits += s->time;
    if (s->op == SCRIPT_OP_DRIP)
        c->waits += 10 * s->time; /* how many octets there are is not known */
    if (s->op != SCRIPT_OP_EXPECT)
        return;
    c->waits += e->time;
    if (e->kind == SCRIPT_EXPECT_DELIVERED)
        c->waits += s->timed ? s->time
                             : (e->count ? 300 : 150) * NET_MS;
    if (e->kind != SCRIPT_EXPECT_REPLY)
        return;
    unsigned n = s->times ? s->times : 1;
    c->replies += n;
    c->refusals += is_refusal(e) ? n : 0;
}

bool script_steps_parse(struct script_parser *ps,
                        const struct script_line *lines, size_t n,
                        struct script_case *out)
{
    struct script_builder b = {
        .ps = ps,
        .preamble = script_meta_is_start(out->id),
        .steps = {.item = sizeof(struct script_step)},
        .expects = {.item = sizeof(struct script_expect)},
        .wants = {.item = sizeof(struct script_want)},
    };
    struct script_draft room = {0};
    bool ok = true;

    for (size_t i = 0; i < n && !ps->no_memory; i++)
        ok &= step_line(&b, &lines[i], &room);
    if (ok)
        ok = finish_step(&b) && check_end(&b, out);
    if (ok) {
        out->n_steps = b.steps.n;
        out->steps = script_vec_keep(&b.steps, ps->arena);
        ok = out->steps || script_no_memory(ps);
        for (size_t i = 0; out->steps && i < out->n_steps; i++)
            add_waits(out, &out->steps[i]);
    }
    if (b.group)
        script_draft_free(b.group);
    script_vec_free(&b.steps);
    script_vec_free(&b.expects);
    script_vec_free(&b.wants);
    return ok;
}
