/*
 * engine: see engine.h.
 */
#include "live/engine.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/memory.h"
#include "live/minimise.h"
#include "net/clock.h"

#define KNOWN   4096u /* findings of one run that are told apart */
#define CONFIRM 3u
#define WEIGH   4u  /* one session of so many is weighed: it costs time */
#define SAMPLE  16u /* the same, of a server that serves all of them */

struct live_engine {
    struct live_engine_options o;
    struct live_exec *exec;
    struct live_graph *graph;
    struct live_engine_stats *stats;
    struct { /* the reply before, whose next state is not known yet */
        unsigned state, step, code;
        bool is;
    } last;
    uint64_t next_start;
    const struct net_conn *conn; /* of the session */
    uint64_t smallest;     /* session, octets */
    bool settling;         /* each session counts */
    struct live_memory memory;
    bool grew;             /* was reported */
    char *known[KNOWN];
    unsigned n_known;
    char *buf; /* of a stream that is made small */
    /* The last session that there was: when the server is gone behind it,
     * that is the one to look at. Its stream is in last_buf. */
    struct live_input last_in;
    struct live_outcome last_out;
    char *last_buf;
};

/* ---- what was seen ----------------------------------------------------- */

static void count_state(struct live_engine *e, unsigned state, unsigned step,
                        unsigned code)
{
    size_t i = ((size_t)state * LIVE_STEPS + step) * 600 + code % 600;
    uint8_t *c;

    if (e->o.states_size == 0)
        return;
    c = &e->o.states[(i * 0x9E3779B97F4A7C15ull >> 32) % e->o.states_size];
    if (*c < 255)
        (*c)++;
}

static void seen(void *ctx, unsigned state, unsigned step, unsigned code)
{
    struct live_engine *e = ctx;

    count_state(e, state, step, code);
    e->stats->replies++;
    if (e->last.is && live_graph_add(e->graph, e->last.state, e->last.step,
                                     e->last.code, state))
        e->stats->last_new = net_now();
    e->last.state = state;
    e->last.step = step;
    e->last.code = code;
    e->last.is = true;
    e->stats->transitions = e->graph->n;
    e->stats->states = e->graph->states;
}

/* ---- memory ------------------------------------------------------------ */

static uint64_t weigh(void *ctx)
{
    struct live_engine *e = ctx;
    pid_t pid = live_exec_pid(e->exec, e->conn);
    uint64_t octets;

    if (pid <= 0 || (!e->settling && e->stats->sessions % WEIGH != 0))
        return 0;
    octets = live_memory_peak(pid);
    if (octets > 0 && (e->smallest == 0 || octets < e->smallest))
        e->smallest = octets;
    octets -= e->smallest < octets ? e->smallest : octets;
    return octets > e->o.memory ? octets : 0;
}

/* ---- one session ------------------------------------------------------- */

static void keep_pace(struct live_engine *e)
{
    if (e->o.pause == 0)
        return;
    if (e->next_start > net_now())
        (void)net_sleep_until(e->next_start, e->o.exec.stop_fd);
    e->next_start = net_deadline(e->o.pause);
}

static bool stopped(const struct live_engine *e)
{
    short revents;

    return e->o.exec.stop_fd >= 0 &&
           net_wait(e->o.exec.stop_fd, POLLIN, -1, 0, &revents) == NET_OK;
}

static void remember(struct live_engine *e, const struct live_input *in,
                     const struct live_outcome *out)
{
    if (in->stream.n == 0)
        return;
    e->last_in = *in;
    e->last_in.stream.p = e->last_buf;
    memmove(e->last_buf, in->stream.p, in->stream.n);
    e->last_out = *out;
}

/* Closed before a word: a server that has no room, or that is gone, with the
 * connection still in its queue. Of a process of our own it is a fault. */
static bool turned_away(const struct live_engine *e,
                        const struct live_outcome *out)
{
    return e->o.exec.target->scheme != NET_EXEC && out->replies == 0 &&
           (out->end == NET_EOF || out->end == NET_RESET);
}

/* NET_OK: there was a session. NET_STOPPED: the run is to end, and what the
 * session showed may come of that. Else there was none. */
static enum net_status play(struct live_engine *e,
                            const struct live_input *in,
                            struct transcript *log, struct live_outcome *out)
{
    struct net_conn *c = NULL;
    char err[256];
    enum net_status s;

    keep_pace(e);
    e->last.is = false;
    s = live_exec_open(e->exec, log, &c, err, sizeof err);
    if (s != NET_OK) {
        *out = (struct live_outcome){.end = s};
        return stopped(e) ? NET_STOPPED : s;
    }
    e->conn = c;
    live_dialogue_play(c, in, &e->o.dialogue, out);
    live_exec_end(e->exec, c, out);
    e->stats->sessions++;
    out->fired &= e->o.oracles;
    if (stopped(e))
        return NET_STOPPED;
    if (turned_away(e, out))
        return NET_REFUSED;
    remember(e, in, out);
    return NET_OK;
}

bool live_engine_once(struct live_engine *e, const struct live_input *in,
                      struct transcript *log, struct live_outcome *out)
{
    const struct live_input nothing = {0};

    e->settling = true;
    /* What a session takes is measured by one that does nothing. */
    if (e->o.exec.target->scheme == NET_EXEC && e->smallest == 0)
        (void)play(e, &nothing, NULL, out);
    return play(e, in, log, out) == NET_OK && out->fired;
}

const char *live_engine_report(const struct live_engine *e)
{
    return live_exec_report(e->exec);
}

int live_engine_first(const struct live_engine *e,
                      const struct live_outcome *out)
{
    unsigned fired = out->fired & e->o.oracles;

    /* A report says more than the signal that came with it. */
    if (fired & 1u << LIVE_ORACLE_SANITIZER)
        return LIVE_ORACLE_SANITIZER;
    for (int i = 0; i < LIVE_ORACLES; i++)
        if (fired & 1u << i)
            return i;
    return -1;
}

/* ---- findings ---------------------------------------------------------- */

static bool is_known(struct live_engine *e, const char *id)
{
    for (unsigned i = 0; i < e->n_known; i++)
        if (strcmp(e->known[i], id) == 0)
            return true;
    if (e->n_known == KNOWN)
        return true;
    e->known[e->n_known] = strdup(id);
    e->n_known += e->known[e->n_known] != NULL;
    return false;
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

    return net_now() < w->deadline && play(w->e, in, NULL, out) == NET_OK &&
           is_same(w, out);
}

void live_engine_minimise(struct live_engine *e, enum live_oracle oracle,
                          struct live_input *in, char *buf,
                          struct live_outcome *out)
{
    struct wanted w = {.e = e, .oracle = oracle,
                       .deadline = net_deadline(60 * NET_S)};

    if (oracle == LIVE_ORACLE_SANITIZER)
        w.stack = live_stack_hash(live_exec_report(e->exec));
    snprintf(w.detail, sizeof w.detail, "%s", out->alarms[oracle].detail);
    live_minimise(in, buf, still, &w, e->o.minimise, out);
}

/* The server serves nobody: is that so for a while, or is it the end? */
static bool comes_back(struct live_engine *e)
{
    uint64_t deadline = net_deadline(e->o.exec.timeout);
    struct live_input nothing = {0};
    struct live_outcome out;
    enum net_status s;

    while (net_now() < deadline) {
        s = play(e, &nothing, NULL, &out);
        if (s == NET_OK || s == NET_STOPPED)
            return s == NET_OK;
        (void)net_sleep_until(net_deadline(50 * NET_MS),
                              e->o.exec.stop_fd);
    }
    return false;
}

/* Writes the last session, which cannot tell alone what was seen. */
static void write_last(struct live_engine *e, enum live_oracle oracle,
                       const char *detail)
{
    struct live_finding f = {.oracle = oracle, .target = e->o.target,
                             .tool = e->o.tool, .input = e->last_in,
                             .outcome = e->last_out,
                             .report = live_exec_report(e->exec)};

    if (stopped(e) || (e->o.oracles & 1u << oracle) == 0)
        return;
    live_outcome_fire(&f.outcome, oracle, f.outcome.state, f.outcome.step, 0,
                      detail);
    live_finding_name(&f);
    if (is_known(e, f.id))
        return;
    (void)live_finding_write(e->o.folder, &f);
    e->stats->findings++;
    e->stats->last_new = net_now();
}

static void gone(struct live_engine *e)
{
    write_last(e, LIVE_ORACLE_GONE, "behind this session");
}

/* The memory of a server that serves all sessions. */
static void watch_memory(struct live_engine *e)
{
    uint64_t growth;
    char text[96];

    if (e->o.pid <= 0 || e->grew || e->stats->sessions % SAMPLE != 0)
        return;
    live_memory_add(&e->memory, live_memory_now(e->o.pid));
    growth = live_memory_growth(&e->memory);
    if (growth <= e->o.memory)
        return;
    e->grew = true;
    snprintf(text, sizeof text, "%llu MiB more, to %llu, in %llu sessions",
             (unsigned long long)(growth >> 20),
             (unsigned long long)(live_memory_now(e->o.pid) >> 20),
             (unsigned long long)e->stats->sessions);
    write_last(e, LIVE_ORACLE_MEMORY, text);
}

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
        s = play(e, &f->input, log, &o);
        if (s == NET_STOPPED)
            return s;
        if (s != NET_OK && !comes_back(e))
            return stopped(e) ? NET_STOPPED : NET_REFUSED;
        if (s == NET_OK && o.fired & 1u << f->oracle) {
            f->confirmed++;
            f->outcome = o;
        }
    }
    return NET_OK;
}

/* Made small, it may be what another one became. */
static void write_small(struct live_engine *e, struct live_finding *f)
{
    char first[sizeof f->id];

    memcpy(first, f->id, sizeof first);
    live_finding_name(f);
    if (strcmp(first, f->id) != 0 &&
        (is_known(e, f->id) || live_finding_exists(e->o.folder, f->id))) {
        live_finding_drop(e->o.folder, first);
        e->stats->again++;
        return;
    }
    (void)live_finding_write(e->o.folder, f);
    if (strcmp(first, f->id) != 0)
        live_finding_drop(e->o.folder, first);
    e->stats->findings++;
    e->stats->last_new = net_now();
}

/* Plays it again, makes it small, and writes it when it stays. */
static enum net_status settle(struct live_engine *e, struct live_finding *f,
                              struct transcript *log)
{
    enum net_status s = confirm(e, f, log);

    if (s == NET_OK && f->confirmed < CONFIRM) {
        live_finding_drop(e->o.folder, f->id);
        e->stats->unconfirmed++;
        return s;
    }
    if (s == NET_OK) {
        live_engine_minimise(e, f->oracle, &f->input, e->buf, &f->outcome);
        s = confirm(e, f, log);
    }
    if (s == NET_STOPPED)
        return s; /* its .raw is there, for the next run */
    /* Made small it comes and goes: that is no proof of anything, but of a
     * crash. */
    if (s == NET_OK && f->confirmed + 1 < CONFIRM &&
        f->oracle != LIVE_ORACLE_SANITIZER &&
        f->oracle != LIVE_ORACLE_CRASH) {
        live_finding_drop(e->o.folder, f->id);
        e->stats->unconfirmed++;
        return s;
    }
    f->log = log;
    f->report = live_exec_report(e->exec);
    write_small(e, f);
    return s;
}

/* False: the run is to end. */
static bool find(struct live_engine *e, enum live_oracle oracle,
                 const struct live_input *in, const struct live_outcome *out)
{
    struct live_finding f = {.oracle = oracle, .target = e->o.target,
                             .tool = e->o.tool, .input = *in,
                             .outcome = *out,
                             .report = live_exec_report(e->exec)};
    struct transcript log;
    enum net_status s;

    live_finding_name(&f);
    if (is_known(e, f.id) || live_finding_exists(e->o.folder, f.id)) {
        e->stats->again++;
        return true;
    }
    /* At once: what comes now takes time, and may be interrupted. */
    (void)live_finding_keep(e->o.folder, f.id, in);
    transcript_init(&log, 0);
    e->settling = true;
    memmove(e->buf, in->stream.p, in->stream.n);
    f.input.stream.p = e->buf;
    s = settle(e, &f, &log);
    e->settling = false;
    transcript_free(&log);
    if (s != NET_OK)
        gone(e);
    return s == NET_OK;
}

bool live_engine_play(struct live_engine *e, const void *p, size_t n)
{
    struct live_outcome out;
    struct live_input in;
    enum net_status s;
    int oracle;

    live_input_read(&in, p, n);
    s = play(e, &in, NULL, &out);
    if (s == NET_STOPPED)
        return false;
    if (s != NET_OK) {
        if (comes_back(e))
            return true;
        gone(e);
        return false;
    }
    watch_memory(e);
    oracle = live_engine_first(e, &out);
    return oracle < 0 || find(e, (enum live_oracle)oracle, &in, &out);
}

/* ---- begin and end ----------------------------------------------------- */

struct live_engine *live_engine_new(const struct live_engine_options *o,
                                    char *err, size_t err_cap)
{
    struct live_engine *e = calloc(1, sizeof *e);

    if (e) {
        e->o = *o;
        e->o.dialogue.seen = seen;
        if (o->oracles & 1u << LIVE_ORACLE_MEMORY)
            e->o.dialogue.weigh = weigh;
        e->o.dialogue.ctx = e;
        e->graph = o->graph;
        e->stats = o->stats;
        e->buf = malloc(LIVE_INPUT_MAX);
        e->last_buf = malloc(LIVE_INPUT_MAX);
        e->stats->last_new = net_now();
    }
    if (!e || !e->buf || !e->last_buf) {
        snprintf(err, err_cap, "no memory");
        live_engine_free(e);
        return NULL;
    }
    e->exec = live_exec_new(&o->exec, err, err_cap);
    if (!e->exec) {
        live_engine_free(e);
        return NULL;
    }
    return e;
}

void live_engine_free(struct live_engine *e)
{
    if (!e)
        return;
    live_exec_free(e->exec);
    for (unsigned i = 0; i < e->n_known; i++)
        free(e->known[i]);
    free(e->buf);
    free(e->last_buf);
    free(e);
}
