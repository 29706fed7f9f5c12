/*
 * judge: from what came to a verdict (DESIGN: Verdicts).
 */
#include <stdarg.h>

#include "script/escape.h"
#include "script/match.h"
#include "script/player.h"

#define AFTER_421 NET_S /* for the close that belongs to a 421 */

static const struct row {
    enum script_cause cause;
    const char *what; /* behind "expected ..., but" */
} came_rows[] = {
    [SCRIPT_CAME_REPLY] = {SCRIPT_CAUSE_REPLY, "the server answered"},
    [SCRIPT_CAME_OCTETS] = {SCRIPT_CAUSE_REPLY, "the server sent"},
    [SCRIPT_CAME_END] = {SCRIPT_CAUSE_CLOSED, "the server closed the "
                                              "connection"},
    [SCRIPT_CAME_TIMEOUT] = {SCRIPT_CAUSE_TIMEOUT, "no reply came"},
    [SCRIPT_CAME_SILENCE] = {SCRIPT_CAUSE_TIMEOUT, "nothing came"},
    [SCRIPT_CAME_LIMIT] = {SCRIPT_CAUSE_LIMIT, "the server sent more than a "
                                               "reply may have"},
    [SCRIPT_CAME_DONE] = {SCRIPT_CAUSE_NONE, "it worked"},
    [SCRIPT_CAME_FAIL] = {SCRIPT_CAUSE_CONNECT, "it failed"},
    [SCRIPT_CAME_STOPPED] = {SCRIPT_CAUSE_STOPPED, "the run was stopped"},
    [SCRIPT_CAME_TROUBLE] = {SCRIPT_CAUSE_NONE, "the system failed"},
    [SCRIPT_CAME_MAIL] = {SCRIPT_CAUSE_REPLY, "what was delivered"},
};

static enum script_cause cause_of(const struct script_event *ev)
{
    if (ev->came == SCRIPT_CAME_REPLY && ev->reply.code == 421)
        return SCRIPT_CAUSE_421;
    if (ev->came == SCRIPT_CAME_END && ev->how != NET_EOF)
        return SCRIPT_CAUSE_RESET;
    if (ev->came == SCRIPT_CAME_FAIL && ev->how == NET_TLS)
        return SCRIPT_CAUSE_TLS;
    return came_rows[ev->came].cause;
}

/* All lines of a reply in one: "250-a / 250 b". */
static void describe_reply(const struct smtp_reply *r, char *out, size_t cap)
{
    struct smtp_reply_line line;
    size_t at = 0, n = 0;

    out[0] = '\0';
    while (n + 8 < cap && smtp_reply_next(r, &at, &line)) {
        struct smtp_span s = line.raw;
        if (s.n && s.p[s.n - 1] == '\n')
            s.n -= s.n > 1 && s.p[s.n - 2] == '\r' ? 2 : 1;
        if (n)
            script_escape(out, cap, &n, SMTP_SPAN(" / "), "");
        script_escape(out, cap, &n, s, "");
    }
}

static void describe(const struct script_player *p, unsigned conn,
                     const struct script_event *ev, char *out, size_t cap)
{
    const struct script_session *s = &p->sessions[conn];
    size_t n = 0;

    out[0] = '\0';
    if (ev->came == SCRIPT_CAME_REPLY) {
        describe_reply(&ev->reply, out, cap);
        return;
    }
    if (ev->came == SCRIPT_CAME_MAIL) {
        snprintf(out, cap, "%s", ev->text);
        return;
    }
    if (ev->octets.n)
        script_escape(out, cap - 64, &n, ev->octets, "");
    const char *sep = n ? " and then " : "";
    if (ev->came == SCRIPT_CAME_END)
        snprintf(out + n, cap - n, "%s%s", sep,
                 ev->how == NET_EOF ? "the connection closed"
                                    : "the connection was reset");
    else if (ev->came == SCRIPT_CAME_TIMEOUT)
        snprintf(out + n, cap - n, "%snothing in %.3g s", sep,
                 (double)ev->waited / 1e9);
    else if (ev->came == SCRIPT_CAME_FAIL || ev->came == SCRIPT_CAME_TROUBLE)
        snprintf(out + n, cap - n, "%s%s", sep,
                 s->net ? net_conn_error(s->net) : "");
}

/* Notes the step and what came in the outcome. */
static void record(struct script_player *p, const struct script_step *step,
                   const struct script_event *ev)
{
    struct script_outcome *o = p->out;
    size_t n = 0;

    o->line = step->line;
    o->file = p->c->file;
    o->under_test = step->under_test;
    o->expected[0] = o->got[0] = '\0';
    script_show(step->text, &p->vars, o->expected, sizeof(o->expected), &n);
    o->code = 0;
    if (!ev)
        return;
    if (ev->came == SCRIPT_CAME_REPLY)
        o->code = ev->reply.code;
    describe(p, step->conn, ev, o->got, sizeof(o->got));
}

bool script_blocked(struct script_player *p, const struct script_step *step,
                    enum script_cause cause, const char *fmt, ...)
{
    va_list ap;

    record(p, step, NULL);
    p->out->verdict = VERDICT_BLOCKED;
    p->out->cause = cause;
    va_start(ap, fmt);
    vsnprintf(p->out->reason, sizeof(p->out->reason), fmt, ap);
    va_end(ap);
    return false;
}

bool script_error(struct script_player *p, const struct script_step *step,
                  const char *fmt, ...)
{
    va_list ap;

    record(p, step, NULL);
    p->out->verdict = VERDICT_ERROR;
    va_start(ap, fmt);
    vsnprintf(p->out->reason, sizeof(p->out->reason), fmt, ap);
    va_end(ap);
    return false;
}

/* The verdict of the notes so far. */
static enum verdict worst_note(const struct script_outcome *o)
{
    enum verdict v = VERDICT_PASS;

    for (size_t i = 0; i < o->n_notes; i++)
        if (o->notes[i].verdict > v)
            v = o->notes[i].verdict;
    return v;
}

static void add_note(struct script_player *p, const struct script_step *step,
                     const struct script_expect *e,
                     const struct script_event *ev)
{
    struct script_outcome *o = p->out;
    enum verdict before = worst_note(o);

    /* What the outcome tells is the heaviest note; the first of them. */
    if (e->verdict > before) {
        record(p, step, ev);
        snprintf(o->reason, sizeof(o->reason), "%s", e->why);
        o->verdict = e->verdict;
    }
    /* A line that is played many times says it once. */
    if (o->n_notes && o->notes[o->n_notes - 1].line == e->line)
        return;
    if (o->n_notes == SCRIPT_NOTES) {
        if (e->verdict <= before)
            return;
        o->n_notes--;
    }
    struct script_note *note = &o->notes[o->n_notes++];
    note->verdict = e->verdict;
    note->line = e->line;
    snprintf(note->why, sizeof(note->why), "%s", e->why);
}

/* A 421 is followed by a close (RFC 5321 3.8): whether it is, is for the
 * passive rules. */
static void watch_end(struct script_player *p, const struct script_step *step,
                      const struct script_event *ev)
{
    struct script_session *s = &p->sessions[step->conn];
    const struct script_env *env = p->env;
    enum net_status how = ev->how;

    if (!env->on_end || !s->net)
        return;
    if (ev->came == SCRIPT_CAME_REPLY && ev->reply.code == 421)
        how = script_session_end(s, env->timeout < AFTER_421 ? env->timeout
                                                             : AFTER_421);
    else if (ev->came != SCRIPT_CAME_END)
        return;
    env->on_end(env->ctx, step->conn, s->last_code, how);
}

/* The end of the case by an arrow. */
static void arrive(struct script_player *p, const struct script_step *step,
                   const struct script_expect *e,
                   const struct script_event *ev)
{
    /* Passing here does not undo what was noted on the way. */
    if (e->verdict == VERDICT_PASS && p->out->verdict > VERDICT_PASS)
        return;
    record(p, step, ev);
    p->out->verdict = e->verdict;
    snprintf(p->out->reason, sizeof(p->out->reason), "%s", e->why);
    if (e->verdict == VERDICT_BLOCKED)
        p->out->cause = cause_of(ev);
}

/* True for what is no answer unless it was confirmed before. */
static bool is_end(const struct script_event *ev)
{
    return ev->came == SCRIPT_CAME_END || ev->came == SCRIPT_CAME_TIMEOUT ||
           (ev->came == SCRIPT_CAME_REPLY && ev->reply.code == 421);
}

static enum verdict of_level(enum smtp_level level)
{
    static const enum verdict verdicts[] = {
        [SMTP_LEVEL_GRAMMAR] = VERDICT_FAIL,
        [SMTP_LEVEL_MUST] = VERDICT_FAIL,
        [SMTP_LEVEL_SHOULD] = VERDICT_WARN,
        [SMTP_LEVEL_MAY] = VERDICT_INFO,
    };

    return verdicts[level];
}

/* What is expected, for a sentence: "220 <domain:host>". */
static void say_expected(const struct script_player *p,
                         const struct script_step *step, char *out, size_t cap)
{
    size_t n = 0;

    out[0] = '\0';
    if (step->n_expects)
        script_show(step->expects[0].text, &p->vars, out, cap, &n);
    for (size_t i = 0; i < step->n_wants; i++) {
        script_escape(out, cap, &n, SMTP_SPAN(" with "), "");
        script_show(step->wants[i].text, &p->vars, out, cap, &n);
    }
}

static void mismatch(struct script_player *p, const struct script_step *step,
                     const struct script_event *ev)
{
    struct script_outcome *o = p->out;
    bool tested = step->under_test && !p->preamble;
    char expected[200];

    record(p, step, ev);
    say_expected(p, step, expected, sizeof(expected));
    const char *what = came_rows[ev->came].what;
    if (ev->came == SCRIPT_CAME_END && ev->how != NET_EOF)
        what = "the connection was reset";
    bool more = o->got[0] && ev->came != SCRIPT_CAME_END;
    snprintf(o->reason, sizeof(o->reason), "%s%sexpected %s, but %s%s%.200s",
             p->preamble ? p->c->id : "", p->preamble ? ": " : "", expected,
             what, more ? ": " : "", more ? o->got : "");
    o->verdict = VERDICT_BLOCKED;
    o->cause = cause_of(ev);
    if (ev->came == SCRIPT_CAME_TROUBLE)
        o->verdict = VERDICT_ERROR;
    else if (tested && ev->came != SCRIPT_CAME_STOPPED &&
             (!is_end(ev) || p->env->judge_ends)) {
        o->verdict = of_level(p->c->level);
        o->cause = SCRIPT_CAUSE_NONE;
    }
    /* A case that was to inform keeps the heavier note of an earlier step
     * in its verdict. */
    enum verdict noted = worst_note(o);
    if (noted > o->verdict)
        o->verdict = noted;
}

bool script_judge(struct script_player *p, const struct script_step *step,
                  const struct script_event *ev)
{
    struct script_session *s = &p->sessions[step->conn];

    if (ev->came == SCRIPT_CAME_TIMEOUT || ev->late)
        p->out->timed_out = true;
    if (ev->came == SCRIPT_CAME_STOPPED || ev->came == SCRIPT_CAME_TROUBLE) {
        mismatch(p, step, ev);
        return false;
    }
    for (size_t i = 0; i < step->n_expects; i++) {
        const struct script_expect *e = &step->expects[i];
        if (!script_match(step, i, ev, s, &p->vars))
            continue;
        if (!e->arrow)
            return true;
        if (e->verdict == VERDICT_WARN || e->verdict == VERDICT_INFO) {
            add_note(p, step, e, ev);
            return true;
        }
        arrive(p, step, e, ev);
        if (ev->came == SCRIPT_CAME_REPLY)
            watch_end(p, step, ev);
        return false;
    }
    mismatch(p, step, ev);
    watch_end(p, step, ev);
    return false;
}
