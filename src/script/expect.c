/*
 * expect: the right-hand sides of server lines.
 */
#include "script/expect.h"

#include "net/clock.h"
#include "script/template.h"
#include "script/trace.h"

#define TIME_MAX (3600 * NET_S)

bool script_is_code(struct smtp_span s)
{
    return s.n == 3 && ((s.p[0] >= '2' && s.p[0] <= '5') || s.p[0] == 'x') &&
           (script_is_digit(s.p[1]) || s.p[1] == 'y') &&
           (script_is_digit(s.p[2]) || s.p[2] == 'z');
}

bool script_time_parse(struct script_parser *ps, const struct script_text *t,
                       uint64_t *out)
{
    static const struct {
        struct smtp_span name;
        uint64_t ns;
    } units[] = {
        {SCRIPT_NAME("ms"), NET_MS    },
        {SCRIPT_NAME("s"),  NET_S     },
        {SCRIPT_NAME("m"),  60 * NET_S},
    };
    size_t n = 0;
    uint64_t v;

    while (n < t->s.n && script_is_digit(t->s.p[n]))
        n++;
    if (script_number(smtp_span_of(t->s.p, n), 3600000, &v)) {
        if (v == 0 && n == t->s.n)
            return *out = 0, true;
        struct smtp_span unit = smtp_span_from(t->s, n);
        for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
            if (smtp_span_eq(unit, units[i].name) &&
                v * units[i].ns <= TIME_MAX)
                return *out = v * units[i].ns, true;
    }
    return script_wrong(ps, t, 0, "expected a time up to an hour: 300ms, 5s, "
                        "2m or 0");
}

bool script_stage_take(struct script_cursor *c, size_t reach,
                       struct script_text *inner)
{
    size_t from = c->at, to = reach;

    while (to > from && c->t.s.p[to - 1] != '>')
        to--;
    if (to <= from + 1) {
        script_wrong(c->ps, &c->t, from,
                     "expected \">\" at the end of this stage");
        return false;
    }
    *inner = script_text_slice(&c->t, from + 1, to - 1);
    c->at = to;
    return true;
}

/* Splits "name argument". */
static struct smtp_span stage_name(const struct script_text *inner,
                                   struct script_text *arg)
{
    const char *sp = memchr(inner->s.p, ' ', inner->s.n);
    size_t n = sp ? (size_t)(sp - inner->s.p) : inner->s.n;
    struct script_text rest = script_text_slice(inner, n, inner->s.n);

    *arg = script_text_trim(&rest);
    return smtp_span_of(inner->s.p, n);
}

#define IN(place) (1u << SCRIPT_PLACE_##place)

static const struct stage {
    struct smtp_span name, arg;
    enum script_expect_kind kind;
    unsigned places;
    bool timed;
} stages[] = {
    {SCRIPT_NAME("close"), SCRIPT_NAME(""), SCRIPT_EXPECT_CLOSE,
     IN(MAIN) | IN(ALT) | IN(CLIENT), false},
    {SCRIPT_NAME("close"), SCRIPT_NAME("notify"), SCRIPT_EXPECT_NOTIFY,
     IN(MAIN) | IN(ALT), false},
    {SCRIPT_NAME("timeout"), SCRIPT_NAME(""), SCRIPT_EXPECT_TIMEOUT,
     IN(MAIN) | IN(ALT) | IN(CLIENT), false},
    {SCRIPT_NAME("silent"), SCRIPT_NAME(""), SCRIPT_EXPECT_SILENT, IN(MAIN),
     true},
    {SCRIPT_NAME("fail"), SCRIPT_NAME(""), SCRIPT_EXPECT_FAIL, IN(CLIENT),
     false},
    {SCRIPT_NAME("content"), SCRIPT_NAME("same"), SCRIPT_EXPECT_SAME,
     IN(MAIN), false},
    {SCRIPT_NAME("differs"), SCRIPT_NAME(""), SCRIPT_EXPECT_DIFFERS, IN(ALT),
     false},
};

/* <not delivered T>; behind | without the time. False: it is not this. */
static bool nothing_stage(struct script_parser *ps, enum script_place place,
                          struct smtp_span name,
                          const struct script_text *arg,
                          struct script_expect *out, bool *ok)
{
    size_t word = sizeof("delivered") - 1;

    if (!smtp_span_eq(name, SMTP_SPAN("not")) || arg->s.n < word ||
        memcmp(arg->s.p, "delivered", word) != 0)
        return false;
    struct script_text rest = script_text_slice(arg, word, arg->s.n);
    rest = script_text_trim(&rest);
    out->kind = SCRIPT_EXPECT_NOTHING;
    if (place == SCRIPT_PLACE_MAIN || rest.s.n)
        *ok = script_time_parse(ps, &rest, &out->time);
    return true;
}

/* <delivered N>, <not delivered T>, <trace WHAT>. False: none of these. */
static bool mail_stage(struct script_parser *ps, enum script_place place,
                       struct smtp_span name, const struct script_text *arg,
                       struct script_expect *out, bool *ok)
{
    uint64_t n = 1;

    *ok = true;
    if (place == SCRIPT_PLACE_CLIENT)
        return false;
    if (smtp_span_eq(name, SMTP_SPAN("delivered"))) {
        out->kind = SCRIPT_EXPECT_DELIVERED;
        if (smtp_span_eq(arg->s, SMTP_SPAN("some")))
            n = 0;
        else if (arg->s.n && (!script_number(arg->s, SCRIPT_DELIVERED_MAX,
                                             &n) || n == 0))
            *ok = script_wrong(ps, arg, 0, "expected a number of messages, 1 "
                               "to %d, or some", SCRIPT_DELIVERED_MAX);
        out->count = (unsigned)n;
        return true;
    }
    if (smtp_span_eq(name, SMTP_SPAN("trace")) &&
        place == SCRIPT_PLACE_MAIN) {
        out->kind = SCRIPT_EXPECT_TRACE;
        if (!script_trace_find(arg->s, &out->trace))
            *ok = script_wrong(ps, arg, 0, "expected added, from, literal, "
                               "grammar, with, for, year or zone");
        return true;
    }
    return nothing_stage(ps, place, name, arg, out, ok);
}

static bool parse_stage(struct script_cursor *c, enum script_place place,
                        size_t reach, struct script_expect *out)
{
    static const char *const allowed[] = {
        [SCRIPT_PLACE_MAIN] =
            ("<close>, <close notify>, <silent T>, <timeout>, <delivered>, "
             "<not delivered T>, <content same> or <trace WHAT>"),
        [SCRIPT_PLACE_ALT] = "<close>, <close notify>, <timeout>, "
                             "<delivered>, <not delivered> or <differs>",
        [SCRIPT_PLACE_CLIENT] = "<close>, <timeout> or <fail>",
    };
    size_t at = c->at;
    struct script_text inner = {0}, arg;

    if (!script_stage_take(c, reach, &inner))
        return false;
    struct smtp_span name = stage_name(&inner, &arg);
    bool ok;
    if (mail_stage(c->ps, place, name, &arg, out, &ok))
        return ok;
    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
        const struct stage *s = &stages[i];
        if (!smtp_span_eq(s->name, name) || !(s->places & 1u << place) ||
            !(s->timed || smtp_span_eq(s->arg, arg.s)))
            continue;
        out->kind = s->kind;
        return !s->timed || script_time_parse(c->ps, &arg, &out->time);
    }
    return script_wrong(c->ps, &c->t, at, "expected %s here", allowed[place]);
}

/* "<type:variable>"; inner is what is between the brackets. */
static bool parse_typed(struct script_parser *ps,
                        const struct script_text *inner,
                        struct script_token *out)
{
    static const struct {
        struct smtp_span name;
        enum script_token_kind kind;
    } types[] = {
        {SCRIPT_NAME("domain"), SCRIPT_TOKEN_DOMAIN},
        {SCRIPT_NAME("enh"),    SCRIPT_TOKEN_ENH   },
        {SCRIPT_NAME("number"), SCRIPT_TOKEN_NUMBER},
        {SCRIPT_NAME("path"),   SCRIPT_TOKEN_PATH  },
        {SCRIPT_NAME("word"),   SCRIPT_TOKEN_WORD  },
        {SCRIPT_NAME("text"),   SCRIPT_TOKEN_TEXT  },
        {SCRIPT_NAME("iterations"), SCRIPT_TOKEN_ITERATIONS},
    };
    const char *colon = memchr(inner->s.p, ':', inner->s.n);
    size_t n = colon ? (size_t)(colon - inner->s.p) : inner->s.n;
    struct smtp_span var = smtp_span_from(inner->s, n + 1);
    size_t i = 0, count = sizeof(types) / sizeof(*types);

    while (i < count &&
           !smtp_span_eq(types[i].name, smtp_span_of(inner->s.p, n)))
        i++;
    if (i == count)
        return script_wrong(ps, inner, 0, "expected <domain>, <enh>, "
                            "<number>, <path>, <word>, <text> or "
                            "<iterations:N>; the text \"<\" is written "
                            "\\<");
    out->kind = types[i].kind;
    if (out->kind == SCRIPT_TOKEN_ITERATIONS)
        return script_number(var, UINT32_MAX, &out->least) ||
               script_wrong(ps, inner, 0, "expected <iterations:N>, N a "
                            "number");
    if (!colon)
        return true;
    if (!script_is_slug(var, "_") || !script_is_lower(var.p[0]) ||
        script_var_find(var) != SCRIPT_VAR_CAPTURE ||
        smtp_span_eq(var, SMTP_SPAN("date")))
        return script_wrong(ps, inner, n + 1, "expected the name of a new "
                            "variable (a-z 0-9 _)");
    out->capture = script_arena_copy(ps->arena, var);
    return out->capture || script_no_memory(ps);
}

static bool parse_token(struct script_cursor *c, struct script_token *out)
{
    struct script_draft d;

    if (script_peek(c) == '<') {
        size_t at = c->at;
        struct smtp_span word = script_take_word(c);
        if (word.n < 2 || word.p[word.n - 1] != '>')
            return script_wrong(c->ps, &c->t, at, "expected \">\" at the end "
                                "of this type; the text \"<\" is written "
                                "\\<");
        struct script_text inner =
            script_text_slice(&c->t, at + 1, c->at - 1);
        return parse_typed(c->ps, &inner, out);
    }
    script_draft_init(&d, c->ps);
    if (script_draft_read(&d, c, SCRIPT_MODE_WORD))
        return script_draft_finish(&d, &out->literal);
    script_draft_free(&d);
    return false;
}

static bool at_arrow(const struct script_cursor *c)
{
    struct smtp_span rest = smtp_span_from(c->t.s, c->at);

    return rest.n >= 2 && rest.p[0] == '-' && rest.p[1] == '>' &&
           (rest.n == 2 || rest.p[2] == ' ');
}

static bool parse_tokens(struct script_cursor *c,
                         const struct script_token **out, size_t *n)
{
    struct script_vec v = {.item = sizeof(struct script_token)};
    bool ok = true;

    for (script_skip_space(c); ok && script_peek(c) >= 0 && !at_arrow(c);
         script_skip_space(c)) {
        struct script_token *t = script_vec_push(&v);
        if (v.n > 1 && t && t[-1].kind == SCRIPT_TOKEN_TEXT)
            ok = script_wrong(c->ps, &c->t, c->at,
                              "expected nothing behind <text>");
        else
            ok = t ? parse_token(c, t) : script_no_memory(c->ps);
    }
    *n = v.n;
    *out = script_vec_keep(&v, c->ps->arena);
    script_vec_free(&v);
    return ok && (*out || script_no_memory(c->ps));
}

static bool parse_codes(struct script_cursor *c, struct script_expect *out)
{
    struct script_vec v = {.item = sizeof(struct script_code)};
    size_t from = c->at;
    bool ok = true;

    for (;;) {
        script_skip_space(c);
        size_t at = c->at;
        struct smtp_span word = script_take_word(c);
        if (!script_is_code(word)) {
            c->at = at;
            break;
        }
        ok = ok && (script_vec_append(&v, word.p, 1) ||
                    script_no_memory(c->ps));
    }
    out->n_codes = v.n;
    out->codes = script_vec_keep(&v, c->ps->arena);
    script_vec_free(&v);
    if (!ok || !out->codes)
        return script_no_memory(c->ps);
    if (out->n_codes)
        return true;
    return script_wrong(c->ps, &c->t, from, "expected a reply code (250, "
                        "5yz, x5z, xyz) or a stage such as <close>");
}

static bool parse_why(struct script_cursor *c, const char **why)
{
    struct script_draft d;
    struct script_template t;

    script_draft_init(&d, c->ps);
    script_skip_space(c);
    size_t at = c->at;
    if (!script_draft_string(&d, c)) {
        script_draft_free(&d);
        return false;
    }
    if (!script_draft_finish(&d, &t))
        return false;
    if (t.n != 1 || t.parts[0].kind != SCRIPT_PART_TEXT)
        return script_wrong(c->ps, &c->t, at, "expected a sentence without "
                            "variables");
    *why = script_arena_copy(c->ps->arena, t.parts[0].text);
    return *why || script_no_memory(c->ps);
}

/* "-> verdict "why"" if it stands here, and then the end. */
static bool parse_arrow(struct script_cursor *c, struct script_expect *out)
{
    static const struct {
        struct smtp_span name;
        enum verdict verdict;
    } verdicts[] = {
        {SCRIPT_NAME("pass"),    VERDICT_PASS   },
        {SCRIPT_NAME("fail"),    VERDICT_FAIL   },
        {SCRIPT_NAME("skip"),    VERDICT_SKIP   },
        {SCRIPT_NAME("blocked"), VERDICT_BLOCKED},
        {SCRIPT_NAME("warn"),    VERDICT_WARN   },
        {SCRIPT_NAME("info"),    VERDICT_INFO   },
    };

    script_skip_space(c);
    if (!at_arrow(c))
        return script_take_end(c);
    c->at += 2;
    script_skip_space(c);
    size_t at = c->at;
    struct smtp_span word = script_take_word(c);
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
        if (!smtp_span_eq(verdicts[i].name, word))
            continue;
        out->arrow = true;
        out->verdict = verdicts[i].verdict;
        return parse_why(c, &out->why) && script_take_end(c);
    }
    return script_wrong(c->ps, &c->t, at, "expected pass, fail, skip, "
                        "blocked, warn or info");
}

/* Where a stage's ">" is at the latest: in front of an arrow. */
static size_t stage_reach(const struct script_cursor *c)
{
    const char *close = memchr(c->t.s.p + c->at, '>', c->t.s.n - c->at);

    return close ? (size_t)(close - c->t.s.p) + 1 : c->at;
}

bool script_expect_parse(struct script_cursor *c, enum script_place place,
                         struct script_expect *out)
{
    script_skip_space(c);
    script_text_place(&c->t, c->at, &out->line, &out->column);
    size_t at = c->at;
    bool ok;

    if (script_peek(c) == '<') {
        ok = parse_stage(c, place, stage_reach(c), out);
    } else if (place == SCRIPT_PLACE_CLIENT) {
        ok = script_wrong(c->ps, &c->t, at,
                          "expected <close>, <timeout> or <fail> here");
    } else {
        out->kind = SCRIPT_EXPECT_REPLY;
        ok = parse_codes(c, out) &&
             parse_tokens(c, &out->tokens, &out->n_tokens);
    }
    return ok && parse_arrow(c, out);
}

bool script_octets_parse(struct script_cursor *c, struct script_expect *out)
{
    struct script_draft d;

    script_skip_space(c);
    script_text_place(&c->t, c->at, &out->line, &out->column);
    out->kind = SCRIPT_EXPECT_OCTETS;
    script_draft_init(&d, c->ps);
    if (script_draft_string(&d, c))
        return script_draft_finish(&d, &out->octets) && parse_arrow(c, out);
    script_draft_free(&d);
    return false;
}

bool script_want_parse(struct script_cursor *c, struct script_want *out)
{
    unsigned column;

    script_text_place(&c->t, c->at, &out->line, &column);
    out->text = smtp_span_from(c->t.s, c->at);
    out->present = script_peek(c) == '+';
    c->at++;
    size_t at = c->at;
    script_skip_space(c);
    struct smtp_span word = script_take_word(c);
    if (word.n == 0 || c->at - word.n == at)
        return script_wrong(c->ps, &c->t, at, "expected SP and an EHLO "
                            "keyword: \"+ PIPELINING\"");
    out->keyword = word;
    return parse_tokens(c, &out->tokens, &out->n_tokens) &&
           script_take_end(c);
}
