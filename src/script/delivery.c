/*
 * delivery: server lines about what was delivered.
 */
#include <stdlib.h>

#include "script/escape.h"
#include "script/mail.h"
#include "script/match.h"
#include "script/player.h"
#include "script/trace.h"

#define LOOK   (50 * NET_MS)  /* between two looks */
#define SETTLE (250 * NET_MS) /* for a copy too many */
#define WHOLE  (100 * NET_MS) /* for the rest of what is being written */

bool script_delivery_compares(const struct script_case *c)
{
    for (size_t i = 0; i < c->n_steps; i++)
        if (c->steps[i].n_expects &&
            script_of_content(c->steps[i].expects[0].kind))
            return true;
    return false;
}

void script_delivery_free(struct script_player *p)
{
    while (p->n_mails)
        free(p->mails[--p->n_mails].p);
}

static size_t count(const struct script_player *p)
{
    return p->env->count(p->env->ctx, p->env->token);
}

/* Waits until at least n have come, at most until the deadline. False: the
 * run was stopped. */
static bool wait_for(const struct script_player *p, size_t n,
                     uint64_t deadline)
{
    while (count(p) < n && net_now() < deadline)
        if (net_sleep_until(net_deadline(LOOK), p->env->stop_fd))
            return false;
    return true;
}

static void fetch(struct script_player *p, size_t n)
{
    script_delivery_free(p);
    while (p->n_mails < n && p->n_mails < SCRIPT_MAILS) {
        struct script_mail *m = &p->mails[p->n_mails];
        *m = (struct script_mail){0};
        if (!p->env->fetch(p->env->ctx, p->env->token, p->n_mails, m))
            m->n = 0; /* gone: compared, it differs */
        p->n_mails++;
    }
}

/* What came, and of its header what was asked for. */
static void describe(const struct script_step *step,
                     const struct script_event *ev, char *text, size_t cap)
{
    struct smtp_span rest, name, body;
    size_t n;

    n = (size_t)snprintf(text, cap, "%zu message%s", ev->n_mails,
                         ev->n_mails == 1 ? "" : "s");
    if (!ev->n_mails)
        n = (size_t)snprintf(text, cap, "nothing");
    for (size_t i = 0; ev->n_mails && i < step->n_wants; i++) {
        rest = smtp_span_of(ev->mails[0].p, ev->mails[0].n);
        while (n + 8 < cap && script_field_next(&rest, &name, &body)) {
            if (!smtp_span_ieq(name, step->wants[i].keyword))
                continue;
            script_escape(text, cap, &n, SMTP_SPAN("; "), "");
            script_escape(text, cap, &n, name, "");
            script_escape(text, cap, &n, SMTP_SPAN(":"), "");
            script_escape(text, cap, &n, body, "");
        }
    }
}

static bool arrived(struct script_player *p, const struct script_step *step,
                    uint64_t timeout, struct script_event *ev)
{
    const struct script_expect *e = &step->expects[0];
    size_t n = e->kind == SCRIPT_EXPECT_NOTHING || !e->count ? 1 : e->count;
    bool on = wait_for(p, n, net_deadline(timeout));

    /* Where any number will do, a copy too many is none. */
    if (on && e->kind == SCRIPT_EXPECT_DELIVERED)
        on = wait_for(p, e->count ? n + 1 : SIZE_MAX,
                      net_deadline(e->count ? SETTLE : WHOLE));
    ev->n_mails = count(p);
    ev->late = e->kind == SCRIPT_EXPECT_DELIVERED && ev->n_mails < n;
    fetch(p, ev->n_mails);
    ev->mails = p->mails;
    return on;
}

/* What was sent last on the step's connection. */
static bool sent(struct script_player *p, const struct script_step *step,
                 struct smtp_span *out)
{
    const struct script_session *s = &p->sessions[step->conn];

    if (!s->net || !script_exchange_content(&s->exchange, out))
        return script_error(p, step, "what was sent as the content on "
                            "connection %u is not known", step->conn);
    return true;
}

/* What was left out of the comparison is said in the session. */
static void note_added(const struct script_player *p,
                       const struct script_step *step,
                       const struct script_mail *m, struct smtp_span content)
{
    struct smtp_span added, name, body;
    char text[400];
    size_t n = 0;

    if (!p->env->log || !script_mail_added(m, content, &added))
        return;
    script_escape(text, sizeof(text), &n, SMTP_SPAN("delivered, with this in "
                                                    "front:"), "");
    while (script_field_next(&added, &name, &body)) {
        script_escape(text, sizeof(text), &n, SMTP_SPAN(" "), "");
        script_escape(text, sizeof(text), &n, name, "");
    }
    transcript_add(p->env->log, TRANSCRIPT_NOTE, step->conn, false, text, n);
}

static void judge_mails(struct script_player *p,
                        const struct script_step *step,
                        struct smtp_span content, struct script_event *ev,
                        char *text, size_t cap)
{
    const struct script_expect *e = &step->expects[0];

    ev->mails = p->mails;
    ev->n_mails = p->n_mails;
    ev->wrong = p->n_mails == 0;
    snprintf(text, cap, ev->wrong ? "nothing" : "as it was sent");
    for (size_t i = 0; i < p->n_mails && !ev->wrong; i++) {
        const struct script_mail *m = &p->mails[i];
        if (e->kind == SCRIPT_EXPECT_SAME)
            note_added(p, step, m, content);
        ev->wrong = e->kind == SCRIPT_EXPECT_TRACE
                        ? !script_trace_judge(e->trace, m, content, text, cap)
                        : !script_mail_same(m, content, text, cap);
    }
}

bool script_delivery(struct script_player *p, const struct script_step *step,
                     uint64_t timeout)
{
    const struct script_expect *e = &step->expects[0];
    struct script_event ev = {.came = SCRIPT_CAME_MAIL};
    struct smtp_span content = {NULL, 0};
    char text[480];

    if (!p->env->count)
        return script_blocked(p, step, SCRIPT_CAUSE_NONE,
                              "deliveries are not watched (--delivery)");
    if (script_of_content(e->kind)) {
        if (!sent(p, step, &content))
            return false;
        judge_mails(p, step, content, &ev, text, sizeof(text));
    } else {
        if (e->kind == SCRIPT_EXPECT_NOTHING)
            timeout = e->time;
        if (!arrived(p, step, timeout, &ev))
            ev.came = SCRIPT_CAME_STOPPED;
        describe(step, &ev, text, sizeof(text));
    }
    ev.text = text;
    return script_judge(p, step, &ev);
}
