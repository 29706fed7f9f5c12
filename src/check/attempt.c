#include "check/attempt.h"

#include <stdio.h>

#include "check/delivery.h"
#include "check/health.h"
#include "check/tempo.h"

#define PATIENCE 2 /* timeouts more for a reply that did not come */
#define PAUSE (200 * NET_MS) /* before a play that follows 4yz; then twice */

/* Plays more when a session ended before the point under test. A timeout is
 * dear, and a handshake that failed will fail. */
static const unsigned retries[] = {
    [SCRIPT_CAUSE_NONE] = 0,    [SCRIPT_CAUSE_REPLY] = 2,
    [SCRIPT_CAUSE_421] = 3,     [SCRIPT_CAUSE_CLOSED] = 2,
    [SCRIPT_CAUSE_RESET] = 2,   [SCRIPT_CAUSE_TIMEOUT] = 1,
    [SCRIPT_CAUSE_CONNECT] = 3, [SCRIPT_CAUSE_TLS] = 0,
    [SCRIPT_CAUSE_STOPPED] = 0, [SCRIPT_CAUSE_LIMIT] = 0,
};

struct context {
    const struct play *p;
    const char *id;
    const struct check_config *cfg;
    uint64_t greeted; /* what the longest wait for a greeting took */
    bool away;
};

static bool terminate(void *ctx)
{
    const struct context *c = ctx;

    return c->cfg->terminate(c->cfg->terminate_ctx) == 0;
}

static size_t count_mails(void *ctx, const char *token)
{
    const struct context *c = ctx;

    return delivery_count(c->cfg->delivery, token);
}

static bool fetch_mail(void *ctx, const char *token, size_t i,
                       struct script_mail *out)
{
    const struct context *c = ctx;

    return delivery_fetch(c->cfg->delivery, token, i, out);
}

static void on_reply(void *ctx, const struct script_reply *r)
{
    struct context *c = ctx;

    if (c->p->passive)
        passive_reply(c->p->passive, c->id, r);
    if (c->p->tempo)
        tempo_reply(c->p->tempo, r);
    if (r->stage == SCRIPT_GREETING && r->waited > c->greeted)
        c->greeted = r->waited;
}

static void on_away(void *ctx, bool away)
{
    struct context *c = ctx;

    c->away = away;
    if (away)
        gate_away(c->p->gate);
    else
        gate_back(c->p->gate, true);
}

/* True when the server said anything, or failed at saying it in TLS. */
static bool heard(const struct attempt *a)
{
    if (a->outcome.cause == SCRIPT_CAUSE_TLS)
        return true;
    for (size_t i = 0; i < a->log.n; i++)
        if (a->log.entries[i].kind == TRANSCRIPT_RECEIVED ||
            a->log.entries[i].kind == TRANSCRIPT_TLS)
            return true;
    return false;
}

static bool is_end(enum script_cause c)
{
    return c == SCRIPT_CAUSE_421 || c == SCRIPT_CAUSE_CLOSED ||
           c == SCRIPT_CAUSE_RESET || c == SCRIPT_CAUSE_TIMEOUT;
}

/* The server is at its limit, or takes us to be a nuisance. */
static bool strained(const struct attempt *a)
{
    const struct script_outcome *o = &a->outcome;

    if (o->cause == SCRIPT_CAUSE_CONNECT)
        return true;
    if (o->cause == SCRIPT_CAUSE_421)
        return !o->under_test;
    return is_end(o->cause) && !heard(a);
}

/* It got as far as a session has to get before a case can begin. */
static bool served(const struct attempt *a)
{
    return heard(a) &&
           (a->outcome.cause != SCRIPT_CAUSE_TIMEOUT ||
            a->outcome.under_test);
}

/* What the gate learns from it. */
static enum gate_end end_of(const struct context *c, const struct attempt *a)
{
    if (strained(a))
        return GATE_STRAINED;
    return c->p->tempo &&
                   tempo_crowded(c->p->tempo, c->greeted, c->cfg->timeout)
               ? GATE_CROWDED
               : GATE_WELL;
}

/* ${case}: differs between cases, between their runs, and from run to run.
 * check/delivery.c knows its form. */
static void make_token(const struct play *p, const struct script_case *c,
                       unsigned run, char *to, size_t cap)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (const char *s = c->id; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 16777619u;
    snprintf(to, cap, "spec-%08x-%08x-%x", p->seed, hash, run);
}

static struct script_env environment(const struct check_config *cfg)
{
    return (struct script_env){
        .target = &cfg->target,
        .tls_target = cfg->tls_port_given ? &cfg->tls_target : NULL,
        .tls = cfg->tls,
        .helo = cfg->helo,
        .from = cfg->from,
        .rcpt = plan_or(cfg->rcpt, "postmaster"),
        .bad_rcpt = plan_or(cfg->bad_rcpt, ""),
        .foreign_rcpt = plan_or(cfg->foreign_rcpt, ""),
        .user = plan_or(cfg->user, ""),
        .password = plan_or(cfg->password, ""),
        .timeout = cfg->timeout,
        .hurry = cfg->hurry,
        .stop_fd = cfg->stop_fd,
    };
}

static unsigned patience(const struct play *p, enum attempt_how how)
{
    if (how != ATTEMPT_PATIENT || (p->tempo && !tempo_patient(p->tempo)))
        return 0;
    return PATIENCE;
}

bool attempt_once(const struct play *p, const struct plan_case *planned,
                  unsigned *runs, enum attempt_how how, struct attempt *a)
{
    struct context ctx = {.p = p, .id = planned->script->id, .cfg = p->cfg};
    struct script_env env = environment(p->cfg);
    char token[48];
    uint64_t since;

    if (!(*runs ? gate_again : gate_enter)(p->gate, &since))
        return false;
    make_token(p, planned->script, *runs, token, sizeof token);
    env.token = token;
    env.judge_ends = how == ATTEMPT_JUDGE;
    env.patience = patience(p, how);
    env.lag = p->tempo ? tempo_lag(p->tempo) : 0;
    env.away = on_away;
    env.log = &a->log;
    env.on_reply = on_reply;
    if (p->cfg->delivery) {
        env.count = count_mails;
        env.fetch = fetch_mail;
    }
    env.terminate = p->cfg->terminate ? terminate : NULL;
    env.ctx = &ctx;
    transcript_init(&a->log, p->log_limit);
    a->at = net_now();
    script_run(planned->script, planned->preamble, &env, &a->outcome);
    a->took = net_now() - a->at;
    (*runs)++;
    if (ctx.away)
        gate_back(p->gate, false);
    gate_leave(p->gate, since, end_of(&ctx, a));
    if (p->tempo && env.patience && a->outcome.cause != SCRIPT_CAUSE_STOPPED)
        tempo_waited(p->tempo, !a->outcome.timed_out);
    if (p->health && a->outcome.cause != SCRIPT_CAUSE_STOPPED)
        health_note(p->health, served(a));
    return true;
}

bool attempt_ended_under_test(const struct script_outcome *o)
{
    return o->verdict == VERDICT_BLOCKED && o->under_test && is_end(o->cause);
}

bool attempt_ended_in_setup(const struct script_outcome *o)
{
    if (o->verdict != VERDICT_BLOCKED || attempt_ended_under_test(o))
        return false;
    if (o->cause == SCRIPT_CAUSE_REPLY)
        return o->code / 100 == 4;
    return is_end(o->cause) || o->cause == SCRIPT_CAUSE_CONNECT ||
           o->cause == SCRIPT_CAUSE_TLS;
}

static enum script_cause kind_of_end(const struct script_outcome *o)
{
    return o->cause == SCRIPT_CAUSE_RESET ? SCRIPT_CAUSE_CLOSED : o->cause;
}

bool attempt_same_end(const struct script_outcome *a,
                      const struct script_outcome *b)
{
    return attempt_ended_under_test(b) && a->line == b->line &&
           kind_of_end(a) == kind_of_end(b);
}

void attempt_replace(struct attempt *a, struct attempt *by)
{
    transcript_free(&a->log);
    *a = *by;
}

/* A pause, where the gate makes none. False: stopped. */
static bool pause_for(const struct play *p, const struct script_outcome *o,
                      unsigned i)
{
    uint64_t ns = PAUSE << i;

    if (o->cause != SCRIPT_CAUSE_REPLY)
        return true;
    if (ns > p->cfg->timeout)
        ns = p->cfg->timeout;
    return net_sleep_until(net_deadline(ns), p->cfg->stop_fd) == 0;
}

/* A server at its limit is given more time: the gate slows down each time. */
static unsigned tries_for(const struct attempt *a)
{
    unsigned n = retries[a->outcome.cause];

    return strained(a) && a->outcome.cause != SCRIPT_CAUSE_TIMEOUT ? n + 2 : n;
}

/* A server that speaks may only be slow; one that never did may be gone. */
static enum attempt_how again(const struct attempt *a, enum attempt_how how)
{
    return a->outcome.timed_out && heard(a) ? ATTEMPT_PATIENT : how;
}

bool attempt_reach(const struct play *p, const struct plan_case *planned,
                   unsigned *runs, enum attempt_how how, struct attempt *a)
{
    if (!attempt_once(p, planned, runs, how, a))
        return false;
    for (unsigned i = 0;
         attempt_ended_in_setup(&a->outcome) && i < tries_for(a); i++) {
        struct attempt next;

        if ((p->health && health_is_dead(p->health)) ||
            (strained(a) && gate_tired(p->gate)) ||
            !pause_for(p, &a->outcome, i) ||
            !attempt_once(p, planned, runs, again(a, how), &next))
            break;
        attempt_replace(a, &next);
    }
    return true;
}
