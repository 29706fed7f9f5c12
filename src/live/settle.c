/*
 * settle: what the oracles said becomes findings: it is played again, made
 * small, told apart from what is known, and written.
 */
#include <stdlib.h>
#include <string.h>

#include "live/engine_state.h"
#include "live/minimise.h"
#include "net/clock.h"

#define CONFIRM 3u

/* ---- names ------------------------------------------------------------- */

static bool is_known(const struct live_engine *e, const char *id)
{
    for (unsigned i = 0; i < e->n_known; i++)
        if (strcmp(e->known[i], id) == 0)
            return true;
    return e->n_known == LIVE_KNOWN || live_finding_exists(e->o.folder, id);
}

static void know(struct live_engine *e, const char *id)
{
    if (e->n_known == LIVE_KNOWN)
        return;
    e->known[e->n_known] = strdup(id);
    e->n_known += e->known[e->n_known] != NULL;
}

/* Made small, it is what another one became. */
static bool is_another(const struct live_engine *e,
                       const struct live_finding *f)
{
    struct live_finding now = *f;

    live_finding_name(&now);
    return strcmp(now.id, f->id) != 0 && is_known(e, now.id);
}

/* From now on it need not be waited for as long. */
static void know_hang(struct live_engine *e, enum live_oracle oracle,
                      const struct live_outcome *out)
{
    const struct live_alarm *a = &out->alarms[oracle];

    for (unsigned i = 0; i < e->n_hangs; i++)
        if (e->hangs[i].state == a->state && e->hangs[i].step == a->step)
            return;
    if (oracle != LIVE_ORACLE_HANG || e->n_hangs == LIVE_HANGS)
        return;
    e->hangs[e->n_hangs].state = a->state;
    e->hangs[e->n_hangs++].step = a->step;
}

/* ---- making small ------------------------------------------------------ */

/* Shows whether anything is there to be seen. */
static enum net_status look(struct live_engine *e, enum live_oracle oracle,
                            const struct live_input *in,
                            struct transcript *log, struct live_outcome *out)
{
    return oracle == LIVE_ORACLE_GONE ? live_gone_try(e, in, log, out)
                                      : live_engine_try(e, in, log, out);
}

struct wanted {
    struct live_engine *e;
    enum live_oracle oracle;
    unsigned long long stack;      /* of a sanitizer's report, or 0 */
    char detail[96];               /* of a flaw */
    uint64_t deadline;
};

/* One fault must not become another while it is made small. */
static bool is_same(const struct wanted *w, const struct live_outcome *out)
{
    if ((out->fired & 1u << w->oracle) == 0)
        return false;
    if (w->oracle == LIVE_ORACLE_SANITIZER)
        return live_stack_hash(live_exec_report(w->e->exec)) == w->stack;
    return w->oracle != LIVE_ORACLE_GRAMMAR ||
           strcmp(out->alarms[w->oracle].detail, w->detail) == 0;
}

static bool still(void *ctx, const struct live_input *in,
                  struct live_outcome *out)
{
    struct wanted *w = ctx;

    return net_now() < w->deadline &&
           look(w->e, w->oracle, in, NULL, out) == NET_OK &&
           is_same(w, out);
}

void live_engine_minimise(struct live_engine *e, enum live_oracle oracle,
                          struct live_input *in, char *buf,
                          struct live_outcome *out)
{
    struct wanted w = {.e = e, .oracle = oracle,
                       .deadline = net_deadline(e->o.minimise_time)};

    if (oracle == LIVE_ORACLE_SANITIZER)
        w.stack = live_stack_hash(live_exec_report(e->exec));
    snprintf(w.detail, sizeof w.detail, "%s", out->alarms[oracle].detail);
    memcpy(e->whole_buf, in->stream.p, in->stream.n);
    e->whole_in = *in;
    e->whole_out = *out;
    e->hurried = oracle == LIVE_ORACLE_HANG;
    live_minimise(in, buf, still, &w, e->o.minimise, out);
    e->hurried = false;
}

void live_engine_whole(const struct live_engine *e, struct live_input *in,
                       char *buf, struct live_outcome *out)
{
    memcpy(buf, e->whole_buf, e->whole_in.stream.n);
    *in = e->whole_in;
    in->stream.p = buf;
    *out = e->whole_out;
}

/* ---- settling ---------------------------------------------------------- */

/*
 * How many of CONFIRM further plays show it; the last one's session is in
 * log, its outcome in *out. NET_STOPPED: the run is to end. NET_REFUSED: the
 * server is gone. What was found stays as it is then.
 */
static enum net_status confirm(struct live_engine *e, struct live_finding *f,
                               struct transcript *log)
{
    struct live_outcome o;
    enum net_status s;

    f->confirmed = 0;
    for (unsigned i = 0; i < CONFIRM; i++) {
        transcript_reset(log);
        s = look(e, f->oracle, &f->input, log, &o);
        if (s == NET_STOPPED)
            return s;
        if (s != NET_OK && !live_engine_comes_back(e))
            return live_engine_stopped(e) ? NET_STOPPED : NET_REFUSED;
        if (s == NET_OK && o.fired & 1u << f->oracle) {
            f->confirmed++;
            f->outcome = o;
        }
    }
    return NET_OK;
}

/* As it is now: its name may be another one than that of its .raw. */
static void write_small(struct live_engine *e, struct live_finding *f)
{
    char first[sizeof f->id];

    memcpy(first, f->id, sizeof first);
    e->has_hang |= f->oracle == LIVE_ORACLE_HANG;
    live_finding_name(f);
    know(e, f->id);
    (void)live_finding_write(e->o.folder, f);
    if (strcmp(first, f->id) != 0)
        live_finding_drop(e->o.folder, first);
    e->stats->findings++;
    e->stats->last_new = net_now();
}

/* Made small it comes and goes: then it is written as it was. */
static enum net_status confirm_small(struct live_engine *e,
                                     struct live_finding *f,
                                     struct transcript *log)
{
    enum net_status s = confirm(e, f, log);

    if (s != NET_OK || f->confirmed == CONFIRM)
        return s;
    live_engine_whole(e, &f->input, e->buf, &f->outcome);
    return confirm(e, f, log);
}

static bool is_end(enum live_oracle o)
{
    return o == LIVE_ORACLE_SANITIZER || o == LIVE_ORACLE_CRASH ||
           o == LIVE_ORACLE_GONE;
}

static void forget(struct live_engine *e, const struct live_finding *f,
                   unsigned *count)
{
    live_finding_drop(e->o.folder, f->id);
    ++*count;
}

/* Plays it again, makes it small, and writes it when it stays. */
static enum net_status settle(struct live_engine *e, struct live_finding *f,
                              struct transcript *log)
{
    enum net_status s;

    e->hurried = f->oracle == LIVE_ORACLE_HANG;
    s = confirm(e, f, log);
    e->hurried = false;
    /* What ended the server did so, if only once. Of what another oracle saw
     * nothing is known when the server is gone; that is written then. */
    if (f->oracle != LIVE_ORACLE_GONE &&
        ((s == NET_OK && f->confirmed < CONFIRM) ||
         (s == NET_REFUSED && e->o.server))) {
        forget(e, f, &e->stats->unconfirmed);
        return s;
    }
    if (s == NET_OK && f->confirmed == CONFIRM) {
        live_engine_minimise(e, f->oracle, &f->input, e->buf, &f->outcome);
        if (is_another(e, f)) {
            know_hang(e, f->oracle, &e->whole_out);
            forget(e, f, &e->stats->again);
            return s;
        }
        s = confirm_small(e, f, log);
    }
    if (s == NET_STOPPED)
        return s; /* its .raw is there, for the next run */
    /* What comes and goes is no proof of anything, but of an end. */
    if (s == NET_OK && f->confirmed + 1 < CONFIRM && !is_end(f->oracle)) {
        forget(e, f, &e->stats->unconfirmed);
        return s;
    }
    if (s == NET_OK) {
        know_hang(e, f->oracle, &e->whole_out);
        know_hang(e, f->oracle, &f->outcome);
    }
    f->log = log;
    f->report = live_exec_report(e->exec);
    write_small(e, f);
    return s;
}

bool live_settle(struct live_engine *e, enum live_oracle oracle,
                 const struct live_input *in, const struct live_outcome *out)
{
    struct live_finding f = {.oracle = oracle, .target = e->o.target,
                             .tool = e->o.tool, .input = *in,
                             .outcome = *out,
                             .report = live_exec_report(e->exec)};
    struct transcript log;
    enum net_status s;

    live_finding_name(&f);
    if (is_known(e, f.id)) {
        if (live_finding_exists(e->o.folder, f.id))
            know_hang(e, oracle, out);
        e->stats->again++;
        return true;
    }
    know(e, f.id);
    /* At once: what comes now takes time, and may be interrupted. */
    (void)live_finding_keep(e->o.folder, f.id, in);
    /* To settle a hang takes half a minute, and a server that hangs in one
     * state does so in many. */
    if (e->o.postpone && e->has_hang && oracle == LIVE_ORACLE_HANG) {
        know_hang(e, oracle, out);
        return true;
    }
    transcript_init(&log, 0);
    e->settling = true;
    memmove(e->buf, in->stream.p, in->stream.n);
    f.input.stream.p = e->buf;
    s = settle(e, &f, &log);
    e->settling = false;
    transcript_free(&log);
    if (s == NET_OK || s == NET_STOPPED || oracle == LIVE_ORACLE_GONE)
        return s == NET_OK;
    return live_gone_settle(e);
}

/* ---- what cannot be played again --------------------------------------- */

/* Writes the last session, which cannot tell alone what was seen. */
void live_settle_last(struct live_engine *e, enum live_oracle oracle,
                      const char *detail)
{
    struct live_finding f = {.oracle = oracle, .target = e->o.target,
                             .tool = e->o.tool, .input = e->last_in,
                             .outcome = e->last_out,
                             .report = live_exec_report(e->exec)};

    if (live_engine_stopped(e) || (e->o.oracles & 1u << oracle) == 0)
        return;
    live_outcome_fire(&f.outcome, oracle, f.outcome.state, f.outcome.step, 0,
                      detail);
    live_finding_name(&f);
    if (is_known(e, f.id))
        return;
    know(e, f.id);
    (void)live_finding_write(e->o.folder, &f);
    e->stats->findings++;
    e->stats->last_new = net_now();
}
