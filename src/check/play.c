#include "check/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/attempt.h"
#include "check/health.h"
#include "check/probe.h"

/* A case while it is being judged. */
struct trial {
    const struct play *p;
    const struct plan_case *planned;
    struct attempt a; /* the one that is shown */
    unsigned runs;
    enum {
        SURE,        /* what a says is the verdict */
        UNSTABLE,    /* runs disagreed; other is the second verdict */
        UNCONFIRMED, /* the point was not reached again */
        STOPPED
    } sure;
    enum verdict other;
    char why[400];    /* UNCONFIRMED: what came instead */
    const char *note; /* or NULL */
};

static bool may_fail(const struct script_outcome *o)
{
    return o->verdict == VERDICT_FAIL || o->verdict == VERDICT_WARN;
}

static bool server_is_dead(const struct play *p)
{
    return p->health && health_is_dead(p->health);
}

/* There is no further run: interrupted, or there is no server any more. */
static void not_started(struct trial *t)
{
    t->sure = server_is_dead(t->p) ? UNCONFIRMED : STOPPED;
    snprintf(t->why, sizeof t->why, "%s", HEALTH_DEAD);
}

/* One more run for the trial. False, and t->sure set, when it says nothing:
 * stopped, or ended before the point under test. */
static bool another(struct trial *t, struct attempt *b)
{
    enum attempt_how how =
        t->a.outcome.timed_out ? ATTEMPT_PATIENT : ATTEMPT_PLAIN;

    if (!attempt_reach(t->p, t->planned, &t->runs, how, b)) {
        not_started(t);
        return false;
    }
    if (b->outcome.cause == SCRIPT_CAUSE_STOPPED)
        t->sure = STOPPED;
    else if (attempt_ended_in_setup(&b->outcome))
        t->sure = UNCONFIRMED;
    if (t->sure == SURE)
        return true;
    snprintf(t->why, sizeof t->why, "%.390s", b->outcome.reason);
    transcript_free(&b->log);
    return false;
}

/* The first run was ended, or did not wait long enough, b was not: a third
 * run decides between them. */
static void settle(struct trial *t, struct attempt *b)
{
    struct attempt c;

    t->other = b->outcome.verdict;
    if (!another(t, &c)) {
        transcript_free(&b->log);
        return;
    }
    if (c.outcome.verdict == b->outcome.verdict &&
        !attempt_ended_under_test(&c.outcome)) {
        t->note = result_textf(t->p->result, "in the first run: %s",
                               t->a.outcome.reason);
        attempt_replace(&t->a, b);
    } else {
        t->sure = UNSTABLE;
        transcript_free(&b->log);
    }
    transcript_free(&c.log);
}

/* Plays again what failed, `confirm` times. */
static void confirm_failure(struct trial *t)
{
    struct attempt b;

    for (unsigned i = 0; i < t->p->cfg->confirm && t->sure == SURE; i++) {
        if (!another(t, &b))
            return;
        if (b.outcome.verdict == VERDICT_BLOCKED) {
            t->sure = UNCONFIRMED;
            snprintf(t->why, sizeof t->why, "%.390s", b.outcome.reason);
        } else if (b.outcome.verdict != t->a.outcome.verdict &&
                   t->a.outcome.timed_out) {
            settle(t, &b);
            return;
        } else if (b.outcome.verdict != t->a.outcome.verdict) {
            t->sure = UNSTABLE;
            t->other = b.outcome.verdict;
        }
        transcript_free(&b.log);
    }
}

static bool serves(const struct play *p, char *why, size_t cap)
{
    if (p->cfg->forced)
        return true;
    return p->health ? health_canary(p->health, why, cap)
                     : probe_canary(p->cfg, false, why, cap);
}

/* The judged run came at least to where the first one ended: a 421 that is
 * taken for an answer may let the case go on to the close behind it. */
static bool got_as_far(const struct trial *t, const struct script_outcome *b)
{
    const struct script_outcome *a = &t->a.outcome;

    if (b->verdict == VERDICT_ERROR)
        return false;
    return b->line == a->line ||
           (b->verdict != VERDICT_BLOCKED && b->line > a->line);
}

/* The server ends the session here every time: that is its answer, if it
 * serves others meanwhile. */
static void judge_end(struct trial *t)
{
    struct attempt b;
    char why[320];

    if (!serves(t->p, why, sizeof why)) {
        snprintf(t->why, sizeof t->why, "the canary failed as well: %s", why);
        t->sure = UNCONFIRMED;
        return;
    }
    if (!attempt_once(t->p, t->planned, &t->runs, ATTEMPT_JUDGE, &b)) {
        not_started(t);
        return;
    }
    if (b.outcome.cause == SCRIPT_CAUSE_STOPPED) {
        t->sure = STOPPED;
    } else if (got_as_far(t, &b.outcome)) {
        attempt_replace(&t->a, &b);
        return;
    } else {
        t->sure = UNSTABLE;
        t->other = b.outcome.verdict;
    }
    transcript_free(&b.log);
}

/* Plays again what ended under test. */
static void confirm_end(struct trial *t)
{
    struct attempt b;

    for (unsigned i = 0; i < t->p->cfg->confirm; i++) {
        if (!another(t, &b))
            return;
        if (attempt_same_end(&t->a.outcome, &b.outcome)) {
            transcript_free(&b.log);
            continue;
        }
        if (attempt_ended_under_test(&b.outcome)) {
            t->sure = UNSTABLE;
            t->other = b.outcome.verdict;
            transcript_free(&b.log);
        } else {
            settle(t, &b);
        }
        return;
    }
    if (t->p->cfg->confirm)
        judge_end(t);
}

/* ---- what is recorded -------------------------------------------------------
 */

static const char *const *copy_list(struct result *r, const char *const *from,
                                    size_t n)
{
    const char **to = result_alloc(r, (n ? n : 1) * sizeof *to);

    for (size_t i = 0; i < n; i++)
        to[i] = result_text(r, from[i]);
    return to;
}

static const char *maybe(struct result *r, const char *s)
{
    return s ? result_text(r, s) : NULL;
}

void play_describe(const struct play *p, const struct script_case *c,
                   struct result_case *out)
{
    struct result *r = p->result;

    *out = (struct result_case){
        .id = result_text(r, c->id),
        .title = result_text(r, plan_or(c->title, "")),
        .spec = result_text(r, plan_or(c->spec, "")),
        .level = result_text(r, plan_or(c->level_text, "")),
        .covers = copy_list(r, c->covers, c->n_covers),
        .n_covers = c->n_covers,
        .reason = "",
        .expected = "",
        .got = "",
        .where = "",
        .exploit = maybe(r, c->exploit),
        .explain = maybe(r, c->explain),
        .fix = maybe(r, c->fix),
        .reproduce = result_textf(r, "smtpspec check --select '%s' %s", c->id,
                                  plan_or(p->cfg->again, p->cfg->target_text)),
    };
}

void play_not(const struct play *p, enum verdict verdict, const char *why,
              struct result_case *out)
{
    out->verdict = verdict;
    out->reason = result_text(p->result, why);
}

static void shrink(void **array, size_t *cap, size_t n, size_t size)
{
    void *p = n ? realloc(*array, n * size) : NULL;

    if (!p)
        return;
    *array = p;
    *cap = n;
}

/* Gives back the room that the transcript does not use; when those of all
 * cases take more than `most`, also what stands behind its first lines. */
static void trim(const struct play *p, struct transcript *t, size_t most)
{
    enum { ENTRIES = 48, OCTETS = 2048 };
    size_t takes = t->n * sizeof *t->entries + t->used;

    if (p->log_kept &&
        __atomic_add_fetch(p->log_kept, takes, __ATOMIC_RELAXED) > most) {
        size_t used = t->used;
        if (t->n > ENTRIES)
            t->n = ENTRIES;
        while (t->n &&
               t->entries[t->n - 1].off + t->entries[t->n - 1].len > OCTETS)
            t->n--;
        t->used =
            t->n ? t->entries[t->n - 1].off + t->entries[t->n - 1].len : 0;
        t->lost += used - t->used;
        __atomic_sub_fetch(p->log_kept,
                           takes - (t->n * sizeof *t->entries + t->used),
                           __ATOMIC_RELAXED);
    }
    shrink((void **)&t->entries, &t->cap, t->n, sizeof *t->entries);
    shrink((void **)&t->octets, &t->octets_cap, t->used, 1);
}

static void record_notes(struct trial *t, struct result_case *out)
{
    const struct script_outcome *o = &t->a.outcome;
    struct result *r = t->p->result;
    struct result_note *notes =
        result_alloc(r, (o->n_notes + 1) * sizeof *notes);

    out->n_notes = 0;
    for (size_t i = 0; i < o->n_notes; i++)
        notes[out->n_notes++] = (struct result_note){
            o->notes[i].verdict, result_text(r, o->notes[i].why)};
    if (t->note)
        notes[out->n_notes++] = (struct result_note){VERDICT_INFO, t->note};
    out->notes = notes;
}

/* Copies the findings; takes the transcript over. */
static void record(struct trial *t, struct result_case *out)
{
    const struct script_outcome *o = &t->a.outcome;
    struct result *r = t->p->result;

    out->verdict = o->verdict;
    if (t->p->cfg->strict && out->verdict == VERDICT_WARN)
        out->verdict = VERDICT_FAIL;
    out->reason = result_text(r, o->reason);
    out->expected = result_text(r, o->expected);
    out->got = result_text(r, o->got);
    if (o->line)
        out->where = result_textf(r, "%s:%u", o->file, o->line);
    out->code = o->code;
    record_notes(t, out);
    out->at = t->a.at - t->p->start;
    out->duration = t->a.took;
    out->runs = t->runs;
    trim(t->p, &t->a.log,
         o->verdict == VERDICT_PASS ? PLAY_LOGS_MAX / 2 : PLAY_LOGS_MAX);
    out->log = t->a.log;
}

/* What is less than sure is BLOCKED, and says why. */
static void record_doubt(struct trial *t, struct result_case *out)
{
    const struct script_outcome *o = &t->a.outcome;
    const char *first = verdict_name(o->verdict);
    struct result *r = t->p->result;

    out->verdict = VERDICT_BLOCKED;
    out->unstable = t->sure == UNSTABLE;
    if (t->sure == STOPPED)
        out->reason = result_textf(r,
                                   "interrupted before %s was confirmed: "
                                   "%s",
                                   first, o->reason);
    else if (t->sure == UNSTABLE)
        out->reason = result_textf(r, "unstable: %s, then %s: %s", first,
                                   verdict_name(t->other), o->reason);
    else
        out->reason =
            result_textf(r, "%s (not confirmed: %s)", o->reason, t->why);
}

void play_case(const struct play *p, const struct plan_case *planned,
               struct result_case *out)
{
    struct trial t = {.p = p, .planned = planned};
    /* What ends the server cannot be played twice. */
    bool once = plan_needs(planned->script, SCRIPT_NEED_PID);

    if (!attempt_reach(p, planned, &t.runs, ATTEMPT_PLAIN, &t.a)) {
        play_not(p, VERDICT_BLOCKED,
                 server_is_dead(p) ? HEALTH_DEAD
                                   : "interrupted before it was played",
                 out);
        return;
    }
    if (!once && attempt_ended_under_test(&t.a.outcome))
        confirm_end(&t);
    else if (!once && may_fail(&t.a.outcome))
        confirm_failure(&t);
    record(&t, out);
    if (t.sure != SURE)
        record_doubt(&t, out);
}
