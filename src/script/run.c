/*
 * run: plays one case against a server.
 */
#include <stdarg.h>
#include "script/run.h"

#include "script/player.h"

#define LATE (200 * NET_MS) /* for the right reply behind a wrong one */

typedef bool op_fn(struct script_player *p, const struct script_step *step);

#define A_LIMIT (60 * NET_S) /* what a script gives so long is an RFC's limit */

uint64_t script_hurried(const struct script_player *p, uint64_t time)
{
    return p->env->hurry && time >= A_LIMIT ? time / p->env->hurry : time;
}

uint64_t script_patience(const struct script_player *p, uint64_t time)
{
    if (time >= A_LIMIT)
        return script_hurried(p, time);
    return time + p->env->lag + p->env->patience * p->env->timeout;
}

/* Says so when there is no connection, or is to be one again. */
static void go_away(struct script_player *p, bool away)
{
    for (unsigned i = 0; away && i < SCRIPT_CONNS; i++)
        if (p->sessions[i].net)
            return;
    if (p->env->away && p->away != away)
        p->env->away(p->env->ctx, away);
    p->away = away;
}

static const char *came_text(enum net_status how)
{
    return how == NET_TIMEOUT ? "the server did not take what was sent"
                              : "the system failed";
}

/* What became of a write. */
static bool wrote(struct script_player *p, const struct script_step *step,
                  enum net_status how)
{
    switch (how) {
    case NET_OK:
    case NET_EOF:
    case NET_RESET:
    case NET_TLS:
        return true;
    case NET_STOPPED:
        return script_blocked(p, step, SCRIPT_CAUSE_STOPPED,
                              "the run was stopped");
    case NET_FULL:
        return script_blocked(p, step, SCRIPT_CAUSE_LIMIT, "the server sent "
                              "more than a reply may have");
    case NET_TIMEOUT:
        return script_blocked(p, step, SCRIPT_CAUSE_TIMEOUT, "%s",
                              came_text(how));
    case NET_REFUSED:
    case NET_LOOKUP:
    case NET_SYSTEM:
        break;
    }
    return script_error(p, step, "%s: %s", came_text(how),
                        net_conn_error(p->sessions[step->conn].net));
}

static bool drip(struct script_player *p, const struct script_step *step,
                 struct smtp_span s)
{
    struct net_conn *net = p->sessions[step->conn].net;

    for (size_t i = 0; i < s.n; i++) {
        if (i && net_sleep_until(net_deadline(p->drip_time), p->env->stop_fd))
            return wrote(p, step, NET_STOPPED);
        enum net_status how = net_conn_write(net, s.p + i, 1,
                                             net_deadline(p->env->timeout));
        if (how != NET_OK)
            return wrote(p, step, how);
    }
    return true;
}

bool script_send(struct script_player *p, const struct script_step *step,
                 struct smtp_span s)
{
    struct script_session *session = &p->sessions[step->conn];
    bool dripping = p->drip;

    p->drip = false;
    script_session_unsolicited(session, step->conn, p->env, false);
    script_exchange_sent(&session->exchange, s);
    if (dripping)
        return drip(p, step, s);
    if (s.n == 0)
        return true;
    return wrote(p, step, net_conn_write(session->net, s.p, s.n,
                                         net_deadline(p->env->timeout)));
}

bool script_expand_step(struct script_player *p,
                        const struct script_step *step,
                        const struct script_template *t,
                        struct script_buffer *buf)
{
    switch (script_expand(t, &p->vars, buf)) {
    case SCRIPT_EXPANDED:
        return true;
    case SCRIPT_EXPAND_UNSET:
        return script_error(p, step, "a variable in this line has no value");
    case SCRIPT_EXPAND_LONG:
        break;
    }
    return script_error(p, step, "this line expands to more than %zu octets",
                        SCRIPT_EXPAND_MAX);
}

/* True when ${pass} is anywhere in it. */
static bool holds_password(const struct script_template *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct script_part *part = &t->parts[i];
        if (part->kind == SCRIPT_PART_VAR ? part->var == SCRIPT_VAR_PASS
                                          : holds_password(&part->inner))
            return true;
    }
    return false;
}

static bool op_send(struct script_player *p, const struct script_step *step)
{
    const struct script_template *t = &step->data;

    if (t->n == 1 && t->parts[0].kind == SCRIPT_PART_TEXT)
        return script_send(p, step, t->parts[0].text);
    p->buf.n = 0;
    if (!script_expand_step(p, step, t, &p->buf))
        return false;
    if (holds_password(t))
        net_conn_cover(p->sessions[step->conn].net,
                       SMTP_SPAN("**** (holds the password)\r\n"));
    return script_send(p, step, smtp_span_of(p->buf.p, p->buf.n));
}

/* The event of one of our own stages. */
static bool stage_done(struct script_player *p, const struct script_step *step,
                       enum net_status how)
{
    struct script_event ev = {.how = how, .waited = p->env->timeout};

    switch (how) {
    case NET_OK:
        ev.came = SCRIPT_CAME_DONE;
        break;
    case NET_EOF:
    case NET_RESET:
        ev.came = SCRIPT_CAME_END;
        break;
    case NET_TIMEOUT:
        ev.came = SCRIPT_CAME_TIMEOUT;
        break;
    case NET_STOPPED:
        ev.came = SCRIPT_CAME_STOPPED;
        break;
    case NET_FULL:
    case NET_TLS:
    case NET_REFUSED:
    case NET_LOOKUP:
    case NET_SYSTEM:
        ev.came = SCRIPT_CAME_FAIL;
        break;
    }
    return script_judge(p, step, &ev);
}

static bool open_target(struct script_player *p,
                        const struct script_step *step,
                        const struct net_target *t)
{
    struct script_session *s = &p->sessions[step->conn];
    struct net_conn *net;
    struct net_conn_options o = {
        .tls = p->env->tls,
        .log = p->env->log,
        .number = step->conn,
        .stop_fd = p->env->stop_fd,
    };
    char err[256] = "";

    if (s->net)
        return script_error(p, step, "connection %u is open already",
                            step->conn);
    go_away(p, false);
    enum net_status how = net_conn_open(t, &o, net_deadline(p->env->timeout),
                                        &net, err, sizeof(err));
    if (how == NET_OK) {
        script_session_open(s, net);
        s->exchange.keeps = p->keeps;
        return stage_done(p, step, how);
    }
    if (stage_done(p, step, how))
        return true;
    /* Nothing was reached, whatever the reason was. */
    if (p->out->verdict == VERDICT_BLOCKED && how != NET_STOPPED) {
        p->out->cause = how == NET_TLS ? SCRIPT_CAUSE_TLS
                                       : SCRIPT_CAUSE_CONNECT;
        snprintf(p->out->got, sizeof(p->out->got), "%s", err);
        snprintf(p->out->reason, sizeof(p->out->reason), "no connection: %s",
                 err);
    }
    return false;
}

static bool op_open(struct script_player *p, const struct script_step *step)
{
    return open_target(p, step, p->env->target);
}

static bool op_open_plain(struct script_player *p,
                          const struct script_step *step)
{
    const struct script_env *env = p->env;
    struct net_target t = env->tls_target ? *env->tls_target : *env->target;

    t.tls = false;
    return open_target(p, step, &t);
}

static bool op_open_tls(struct script_player *p,
                        const struct script_step *step)
{
    const struct net_target *t = p->env->tls_target;

    if (!t && p->env->target->tls)
        t = p->env->target;
    if (!t)
        return script_blocked(p, step, SCRIPT_CAUSE_NONE,
                              "no port with implicit TLS is known");
    return open_target(p, step, t);
}

/* True when the connection is open; else the run ends. */
static bool need_open(struct script_player *p, const struct script_step *step)
{
    return p->sessions[step->conn].net ||
           script_error(p, step, "connection %u is not open", step->conn);
}

/* A line in the transcript. */
static void note(struct script_player *p, const struct script_step *step,
                 const char *fmt, ...)
{
    char text[80];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (p->env->log)
        transcript_add(p->env->log, TRANSCRIPT_NOTE, step->conn, false, text,
                       (size_t)n);
}

static bool op_tls(struct script_player *p, const struct script_step *step)
{
    struct script_session *s = &p->sessions[step->conn];

    script_session_unsolicited(s, step->conn, p->env, true);
    if (!p->env->tls)
        return script_blocked(p, step, SCRIPT_CAUSE_TLS,
                              "there are no TLS settings on our side");
    /* What came in clear is not part of the session in TLS (RFC 3207
     * 4.2). */
    size_t left = net_conn_pending(s->net).n;
    if (left) {
        note(p, step, "%zu octets in clear were left out before the "
             "handshake", left);
        script_session_drop(s, left);
    }
    uint64_t deadline = net_deadline(script_patience(p, p->env->timeout));
    if (step->offer != NET_TLS_ALL)
        note(p, step, "a handshake that offers less: <tls %s>",
             net_tls_offer_name(step->offer));
    enum net_status how = net_conn_starttls_with(s->net, step->offer,
                                                 deadline);
    if (how == NET_SYSTEM)
        return script_blocked(p, step, SCRIPT_CAUSE_TLS, "%s",
                              net_conn_error(s->net));
    if (how == NET_OK)
        script_session_tls(s);
    else
        script_exchange_odd(&s->exchange);
    return stage_done(p, step, how);
}

static bool op_pause(struct script_player *p, const struct script_step *step)
{
    if (step->time &&
        net_sleep_until(net_deadline(script_hurried(p, step->time)),
                        p->env->stop_fd))
        return wrote(p, step, NET_STOPPED);
    return true;
}

static bool op_drip(struct script_player *p, const struct script_step *step)
{
    p->drip = true;
    p->drip_time = step->time;
    return true;
}

static bool op_terminate(struct script_player *p,
                         const struct script_step *step)
{
    const struct script_env *env = p->env;

    return (env->terminate && env->terminate(env->ctx)) ||
           script_blocked(p, step, SCRIPT_CAUSE_NONE,
                          "the server cannot be told to end (--server-pid)");
}

static bool op_shutdown(struct script_player *p,
                        const struct script_step *step)
{
    return wrote(p, step,
                 net_conn_shutdown(p->sessions[step->conn].net,
                                   net_deadline(p->env->timeout)));
}

static bool op_close(struct script_player *p, const struct script_step *step)
{
    script_session_close(&p->sessions[step->conn]);
    return true;
}

/* S=: exact octets; alternatives may be replies. */
static bool expect_octets(struct script_player *p,
                          const struct script_step *step, uint64_t timeout)
{
    struct script_session *s = &p->sessions[step->conn];
    struct script_event ev;

    p->buf.n = 0;
    if (!script_expand_step(p, step, &step->expects[0].octets, &p->buf))
        return false;
    struct smtp_span want = {p->buf.p, p->buf.n};
    script_session_octets(s, want, timeout, &ev);
    bool same = ev.came == SCRIPT_CAME_OCTETS && ev.octets.n >= want.n &&
                (want.n == 0 || memcmp(ev.octets.p, want.p, want.n) == 0);
    if (ev.came == SCRIPT_CAME_OCTETS && !same)
        script_session_wait(s, timeout, &ev);
    if (same || ev.came == SCRIPT_CAME_REPLY)
        script_exchange_odd(&s->exchange);
    bool on = script_judge(p, step, &ev);
    if (s->net && (same || ev.came == SCRIPT_CAME_REPLY))
        script_session_drop(s, same ? want.n : ev.reply.raw.n);
    return on;
}

static bool op_expect(struct script_player *p, const struct script_step *step)
{
    struct script_session *s = &p->sessions[step->conn];
    uint64_t timeout =
        script_patience(p, step->timed ? step->time : p->env->timeout);
    enum script_expect_kind kind = step->expects[0].kind;
    struct script_event ev;

    if (script_of_delivery(kind)) {
        go_away(p, true);
        return script_delivery(p, step, timeout);
    }
    if (kind == SCRIPT_EXPECT_OCTETS)
        return expect_octets(p, step, timeout);
    if (kind == SCRIPT_EXPECT_SILENT)
        script_session_hush(
            s, script_hurried(p, step->expects[0].time) + p->env->lag, &ev);
    else if (s->unanswered && !step->timed)
        /* That the time is over is the answer to it. To wait again would
         * take a challenge that comes late for the reply that ends it. */
        ev = (struct script_event){.came = SCRIPT_CAME_TIMEOUT,
                                   .waited = s->unanswered};
    else
        script_session_wait(s, timeout, &ev);
    s->unanswered = 0;
    if (ev.came == SCRIPT_CAME_REPLY)
        script_session_report(s, step->conn, p->env, &ev);
    size_t used = ev.came == SCRIPT_CAME_REPLY ? ev.reply.raw.n : 0;
    bool on = script_judge(p, step, &ev);
    /* A 421 stays: what ends the session may have been read behind it. */
    if (used && (on || ev.reply.code != 421))
        script_session_drop(s, used);
    return on;
}

static const struct op {
    op_fn *play;
    bool opens; /* needs no open connection */
} ops[] = {
    [SCRIPT_OP_SEND] = {op_send, false},
    [SCRIPT_OP_OPEN] = {op_open, true},
    [SCRIPT_OP_OPEN_PLAIN] = {op_open_plain, true},
    [SCRIPT_OP_OPEN_TLS] = {op_open_tls, true},
    [SCRIPT_OP_TLS] = {op_tls, false},
    [SCRIPT_OP_AUTH] = {script_auth, false},
    [SCRIPT_OP_PAUSE] = {op_pause, true},
    [SCRIPT_OP_DRIP] = {op_drip, true},
    [SCRIPT_OP_SHUTDOWN] = {op_shutdown, false},
    [SCRIPT_OP_CLOSE] = {op_close, false},
    [SCRIPT_OP_TERMINATE] = {op_terminate, true},
    [SCRIPT_OP_EXPECT] = {op_expect, false},
};

static bool of_delivery(const struct script_step *step)
{
    return step->op == SCRIPT_OP_EXPECT &&
           script_of_delivery(step->expects[0].kind);
}

static bool play(struct script_player *p, const struct script_case *c)
{
    p->c = c;
    for (size_t i = 0; i < c->n_steps; i++) {
        const struct script_step *step = &c->steps[i];
        const struct op *op = &ops[step->op];
        if (!op->opens && !of_delivery(step) && !need_open(p, step))
            return false;
        for (unsigned k = 0; k == 0 || k < step->times; k++)
            if (!op->play(p, step))
                return false;
    }
    return true;
}

/* Without a memset of all of it: that would be half the work of a short
 * session. */
static void begin(struct script_player *p, const struct script_case *c,
                  const struct script_env *env, struct script_outcome *out)
{
    p->env = p->vars.env = env;
    p->out = out;
    p->drip = p->away = false;
    p->drip_time = 0;
    p->n_mails = p->vars.n = 0;
    p->buf = (struct script_buffer){0};
    for (unsigned i = 0; i < SCRIPT_CONNS; i++)
        p->sessions[i].net = NULL;
    out->verdict = VERDICT_PASS;
    out->cause = SCRIPT_CAUSE_NONE;
    out->under_test = out->timed_out = false;
    out->line = 0;
    out->file = c->file;
    out->expected[0] = out->got[0] = out->reason[0] = '\0';
    out->code = 0;
    out->n_notes = 0;
}

/* Looks for replies that nobody asked for, one last time. When a reply was
 * not the expected one it may have been such a reply itself: then the right
 * one is still to come, and gets the time for it; more of it in the tour,
 * which is played for its replies. */
static void end(struct script_player *p, const struct script_case *c, bool on)
{
    enum verdict v = p->out->verdict;
    uint64_t late = c->spec ? LATE : 5 * LATE;
    bool shifted = !on && p->out->code &&
                   (v == VERDICT_FAIL || v == VERDICT_WARN ||
                    v == VERDICT_BLOCKED);

    for (unsigned i = 0; i < SCRIPT_CONNS; i++) {
        struct script_session *s = &p->sessions[i];
        if (s->net && shifted)
            script_session_late(s, late);
        if (s->net && (on || p->out->code))
            script_session_unsolicited(s, i, p->env, true);
        script_session_close(s);
    }
}

void script_run(const struct script_case *c,
                const struct script_case *preamble,
                const struct script_env *env, struct script_outcome *out)
{
    struct script_player p;

    begin(&p, c, env, out);
    p.keeps = env->count && script_delivery_compares(c);
    p.preamble = true;
    bool on = !preamble || play(&p, preamble);
    p.preamble = false;
    if (on)
        on = play(&p, c);
    end(&p, c, on);
    script_delivery_free(&p);
    script_vars_free(&p.vars);
    script_buffer_free(&p.buf);
}
