/*
 * match: whether what came is what was expected.
 */
#include "script/match.h"

#include "script/mail.h"
#include "script/player.h"
#include "script/text.h"

#include "smtp/base64.h"
#include "smtp/ehlo.h"
#include "smtp/enhanced.h"
#include "smtp/path.h"

#define FIRST_MAX 2048 /* octets of a message of SCRAM, in base64 */

/* What tokens captured, until all is known to match. */
struct found {
    struct {
        const char *name;
        struct smtp_span value;
    } of[SCRIPT_CAPTURES];
    size_t n;
};

static bool code_matches(const struct script_code *p, uint16_t code,
                         bool judge_ends)
{
    char digits[3] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10),
                      (char)('0' + code % 10)};

    if (code == 421 && !judge_ends)
        return memcmp(p->c, "421", 3) == 0;
    return (p->c[0] == 'x' || p->c[0] == digits[0]) &&
           (p->c[1] == 'y' || p->c[1] == digits[1]) &&
           (p->c[2] == 'z' || p->c[2] == digits[2]);
}

static bool any_code(const struct script_expect *e, uint16_t code,
                     bool judge_ends)
{
    for (size_t i = 0; code && i < e->n_codes; i++)
        if (code_matches(&e->codes[i], code, judge_ends))
            return true;
    return false;
}

static size_t word_length(struct smtp_span s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
        n++;
    return n;
}

static bool is_number(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static bool literal_matches(const struct script_template *t,
                            struct smtp_span word,
                            const struct script_vars *vars)
{
    struct script_buffer b = {0};

    if (t->n == 1 && t->parts[0].kind == SCRIPT_PART_TEXT)
        return smtp_span_ieq(t->parts[0].text, word);
    bool ok = script_expand(t, vars, &b) == SCRIPT_EXPANDED &&
              smtp_span_ieq(smtp_span_of(b.p, b.n), word);
    script_buffer_free(&b);
    return ok;
}

/*
 * RFC 5802 7: server-first-message = [reserved-mext ","] nonce "," salt ","
 * iteration-count ["," extensions], here in base64 (RFC 4954 4).
 */
static bool enough_iterations(struct smtp_span word, uint64_t least)
{
    char text[SMTP_BASE64_DECODED(FIRST_MAX)];
    ssize_t n = word.n <= FIRST_MAX ? smtp_base64_decode(word, text) : -1;
    struct smtp_span rest = {text, n > 0 ? (size_t)n : 0};
    uint64_t count = 0;

    while (rest.n) {
        const char *comma = memchr(rest.p, ',', rest.n);
        size_t len = comma ? (size_t)(comma - rest.p) : rest.n;
        if (len > 2 && rest.p[0] == 'i' && rest.p[1] == '=')
            return script_number(smtp_span_of(rest.p + 2, len - 2), UINT32_MAX,
                                 &count) &&
                   count >= least;
        rest = smtp_span_from(rest, len + 1);
    }
    return false;
}

/* Octets of the text that the token takes; *ok says whether it fits. */
static size_t token_takes(const struct script_token *t, struct smtp_span text,
                          const struct script_vars *vars, bool *ok)
{
    size_t n = word_length(text);
    struct smtp_span word = {text.p, n};
    struct smtp_enhanced enh;
    struct smtp_path path;
    struct smtp_flaws flaws = {0};

    *ok = n > 0;
    switch (t->kind) {
    case SCRIPT_TOKEN_LITERAL:
        *ok = *ok && literal_matches(&t->literal, word, vars);
        return n;
    case SCRIPT_TOKEN_DOMAIN:
        *ok = *ok && smtp_domain_kind(word, true) != SMTP_DOMAIN_NONE;
        return n;
    case SCRIPT_TOKEN_ENH:
        *ok = *ok && smtp_enhanced_parse(word, &enh) == n;
        return n;
    case SCRIPT_TOKEN_NUMBER:
        *ok = is_number(word);
        return n;
    case SCRIPT_TOKEN_PATH:
        n = *ok && text.p[0] == '<'
                ? smtp_path_parse(text, SMTP_PATH_UTF8 | SMTP_PATH_NULL |
                                  SMTP_PATH_POSTMASTER, &path, &flaws) : 0;
        *ok = n > 0 && !smtp_flaws_any(&flaws) &&
              (n == text.n || text.p[n] == ' ');
        return n;
    case SCRIPT_TOKEN_ITERATIONS:
        *ok = *ok && enough_iterations(word, t->least);
        return n;
    case SCRIPT_TOKEN_WORD:
        return n;
    case SCRIPT_TOKEN_TEXT:
        *ok = true;
        return text.n;
    }
    return 0;
}

static void note_capture(struct found *f, const struct script_token *t,
                         struct smtp_span value)
{
    if (!t->capture || f->n == SCRIPT_CAPTURES)
        return;
    f->of[f->n].name = t->capture;
    f->of[f->n++].value = value;
}

/* The tokens stand at the start of the text, one behind the other. */
static bool tokens_match(const struct script_token *t, size_t n,
                         struct smtp_span text, const struct script_vars *vars,
                         struct found *f)
{
    for (size_t i = 0; i < n; i++) {
        bool ok;
        while (text.n && (text.p[0] == ' ' || text.p[0] == '\t'))
            text = smtp_span_from(text, 1);
        size_t used = token_takes(&t[i], text, vars, &ok);
        if (!ok)
            return false;
        note_capture(f, &t[i], smtp_span_of(text.p, used));
        text = smtp_span_from(text, used);
    }
    return true;
}

/* Each token is one of the line's parameters, in any order (their order
 * means nothing: RFC 4954 3 lists mechanisms). */
static bool params_match(const struct script_want *w,
                         const struct smtp_ehlo_line *line,
                         const struct script_vars *vars, struct found *f)
{
    for (size_t i = 0; i < w->n_tokens; i++) {
        size_t at = 0;
        struct smtp_span param;
        bool ok = false;
        while (!ok && smtp_ehlo_param(line, &at, &param))
            (void)token_takes(&w->tokens[i], param, vars, &ok);
        if (!ok)
            return false;
        note_capture(f, &w->tokens[i], param);
    }
    return true;
}

static bool want_matches(const struct script_want *w,
                         const struct smtp_reply *r,
                         const struct script_vars *vars, struct found *f)
{
    struct smtp_ehlo_line line;
    size_t at = 0;
    bool there = false;

    while (!there && smtp_ehlo_next(r, &at, &line, NULL)) {
        size_t n = f->n;
        there = smtp_span_ieq(line.keyword, w->keyword) &&
                params_match(w, &line, vars, f);
        if (!there || !w->present)
            f->n = n;
    }
    return there == w->present;
}

static bool reply_matches(const struct script_step *step, size_t i,
                          const struct smtp_reply *r, struct script_vars *vars)
{
    const struct script_expect *e = &step->expects[i];
    struct found f;

    f.n = 0;
    if (!any_code(e, r->code, vars->env->judge_ends) ||
        !tokens_match(e->tokens, e->n_tokens, r->text, vars, &f))
        return false;
    for (size_t k = 0; i == 0 && k < step->n_wants; k++)
        if (!want_matches(&step->wants[k], r, vars, &f))
            return false;
    for (size_t k = 0; k < f.n; k++)
        if (!script_vars_set(vars, f.of[k].name, f.of[k].value))
            return false;
    return true;
}

static bool octets_match(const struct script_expect *e,
                         const struct script_event *ev,
                         const struct script_vars *vars)
{
    struct script_buffer b = {0};
    bool ok = ev->came == SCRIPT_CAME_OCTETS &&
              script_expand(&e->octets, vars, &b) == SCRIPT_EXPANDED &&
              ev->octets.n >= b.n &&
              (b.n == 0 || memcmp(ev->octets.p, b.p, b.n) == 0);

    script_buffer_free(&b);
    return ok;
}

/* A field of the message: its name, and the words at its start. */
static bool field_matches(const struct script_want *w,
                          const struct script_mail *m,
                          const struct script_vars *vars, struct found *f,
                          char *room, size_t cap)
{
    struct smtp_span rest = {m->p, m->n}, name, body;
    bool there = false;

    while (!there && script_field_next(&rest, &name, &body)) {
        size_t n = f->n;
        if (!smtp_span_ieq(name, w->keyword))
            continue;
        there = tokens_match(w->tokens, w->n_tokens,
                             script_field_words(body, room, cap), vars, f);
        if (!there || !w->present)
            f->n = n;
    }
    return there == w->present;
}

bool script_match_mails(const struct script_want *w,
                        const struct script_event *ev,
                        struct script_vars *vars)
{
    char room[SCRIPT_FIELD_MAX];
    struct found f;

    f.n = 0;
    for (size_t i = 0; i < ev->n_mails && i < SCRIPT_MAILS; i++) {
        f.n = 0;
        if (!field_matches(w, &ev->mails[i], vars, &f, room, sizeof(room)))
            return false;
        for (size_t k = 0; k < f.n; k++)
            if (!script_vars_set(vars, f.of[k].name, f.of[k].value))
                return false;
    }
    return true;
}

static bool mails_match(const struct script_step *step, size_t i,
                        const struct script_event *ev,
                        struct script_vars *vars)
{
    const struct script_expect *e = &step->expects[i];

    if (e->kind == SCRIPT_EXPECT_NOTHING)
        return ev->n_mails == 0;
    if (e->kind != SCRIPT_EXPECT_DELIVERED)
        return ev->wrong == (e->kind == SCRIPT_EXPECT_DIFFERS);
    if (e->count ? ev->n_mails != e->count : ev->n_mails == 0)
        return false;
    for (size_t k = 0; i == 0 && k < step->n_wants; k++)
        if (!script_match_mails(&step->wants[k], ev, vars))
            return false;
    return true;
}

bool script_match(const struct script_step *step, size_t i,
                  const struct script_event *ev, struct script_session *s,
                  struct script_vars *vars)
{
    const struct script_expect *e = &step->expects[i];
    bool closed = ev->came == SCRIPT_CAME_END && ev->octets.n == 0;

    switch (e->kind) {
    case SCRIPT_EXPECT_REPLY:
        return ev->came == SCRIPT_CAME_REPLY &&
               reply_matches(step, i, &ev->reply, vars);
    case SCRIPT_EXPECT_OCTETS:
        return octets_match(e, ev, vars);
    case SCRIPT_EXPECT_CLOSE:
        return closed;
    case SCRIPT_EXPECT_NOTIFY:
        return closed && s->net && net_conn_close_notify(s->net);
    case SCRIPT_EXPECT_SILENT:
        return ev->came == SCRIPT_CAME_SILENCE;
    case SCRIPT_EXPECT_TIMEOUT:
        return ev->came == SCRIPT_CAME_TIMEOUT;
    case SCRIPT_EXPECT_DONE:
        return ev->came == SCRIPT_CAME_DONE;
    case SCRIPT_EXPECT_DELIVERED:
    case SCRIPT_EXPECT_NOTHING:
    case SCRIPT_EXPECT_SAME:
    case SCRIPT_EXPECT_TRACE:
    case SCRIPT_EXPECT_DIFFERS:
        return ev->came == SCRIPT_CAME_MAIL && mails_match(step, i, ev, vars);
    case SCRIPT_EXPECT_FAIL:
        return ev->came == SCRIPT_CAME_FAIL || ev->came == SCRIPT_CAME_END;
    }
    return false;
}
