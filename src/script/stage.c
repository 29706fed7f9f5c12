/*
 * stage: the client's stage directions.
 */
#include "script/expect.h"
#include "script/steps.h"
#include "script/template.h"

typedef bool arg_fn(struct script_parser *ps, const struct script_text *arg,
                    struct script_step *out);

static bool arg_none(struct script_parser *ps, const struct script_text *arg,
                     struct script_step *out)
{
    (void)out;
    return arg->s.n == 0 ||
           script_wrong(ps, arg, 0, "expected nothing behind the name");
}

static bool arg_open(struct script_parser *ps, const struct script_text *arg,
                     struct script_step *out)
{
    if (smtp_span_eq(arg->s, SMTP_SPAN("plain")))
        out->op = SCRIPT_OP_OPEN_PLAIN;
    else if (smtp_span_eq(arg->s, SMTP_SPAN("tls")))
        out->op = SCRIPT_OP_OPEN_TLS;
    else if (arg->s.n)
        return script_wrong(ps, arg, 0, "expected <open>, <open plain> or "
                            "<open tls>");
    return true;
}

static bool arg_tls(struct script_parser *ps, const struct script_text *arg,
                    struct script_step *out)
{
    return net_tls_offer_find(arg->s, &out->offer) ||
           script_wrong(ps, arg, 0, "expected <tls>, or behind it 1.0, 1.1, "
                        "1.2, 1.3, weak, no-sni or other-sni");
}

static bool arg_time(struct script_parser *ps, const struct script_text *arg,
                     struct script_step *out)
{
    return script_time_parse(ps, arg, &out->time);
}

static bool read_word(struct script_cursor *c, struct script_template *out)
{
    struct script_draft d;

    script_skip_space(c);
    script_draft_init(&d, c->ps);
    if (script_draft_read(&d, c, SCRIPT_MODE_WORD))
        return script_draft_finish(&d, out);
    script_draft_free(&d);
    return false;
}

static bool arg_auth(struct script_parser *ps, const struct script_text *arg,
                     struct script_step *out)
{
    struct script_cursor c = {ps, *arg, 0};

    if (!read_word(&c, &out->data))
        return false;
    if (out->data.n == 0)
        return script_wrong(ps, arg, 0, "expected a mechanism: <auth plain>, "
                            "<auth best> or <auth plain USER PASSWORD>");
    script_skip_space(&c);
    if (script_peek(&c) < 0)
        return true;
    out->account = true;
    if (!read_word(&c, &out->user) || !read_word(&c, &out->password))
        return false;
    if (out->password.n == 0)
        return script_wrong(ps, arg, c.at, "expected a password behind the "
                            "user");
    return script_take_end(&c);
}

static const struct stage {
    struct smtp_span name;
    enum script_op op;
    arg_fn *arg;
} stages[] = {
    {SCRIPT_NAME("open"),      SCRIPT_OP_OPEN,      arg_open},
    {SCRIPT_NAME("tls"),       SCRIPT_OP_TLS,       arg_tls },
    {SCRIPT_NAME("auth"),      SCRIPT_OP_AUTH,      arg_auth},
    {SCRIPT_NAME("pause"),     SCRIPT_OP_PAUSE,     arg_time},
    {SCRIPT_NAME("drip"),      SCRIPT_OP_DRIP,      arg_time},
    {SCRIPT_NAME("shutdown"),  SCRIPT_OP_SHUTDOWN,  arg_none},
    {SCRIPT_NAME("close"),     SCRIPT_OP_CLOSE,     arg_none},
    {SCRIPT_NAME("terminate"), SCRIPT_OP_TERMINATE, arg_none},
};

bool script_stage_parse(struct script_builder *b,
                        const struct script_text *text,
                        struct script_step *out)
{
    struct script_cursor c = {b->ps, *text, 0};
    struct script_text inner;

    if (!script_stage_take(&c, text->s.n, &inner) || !script_take_end(&c))
        return false;
    struct script_cursor in = {b->ps, inner, 0};
    struct smtp_span name = script_take_word(&in);
    struct script_text arg = script_text_slice(&inner, in.at, inner.s.n);
    arg = script_text_trim(&arg);
    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
        if (!smtp_span_eq(stages[i].name, name))
            continue;
        out->op = stages[i].op;
        return stages[i].arg(b->ps, &arg, out);
    }
    return script_wrong(b->ps, text, 0, "expected <open>, <tls>, <auth MECH>, "
                        "<pause T>, <drip T>, <shutdown>, <close> or "
                        "<terminate>; text that begins with \"<\" is sent "
                        "with C= \"...\"");
}
