/*
 * engine: see engine.h.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/engine_state.h"
#include "live/proc.h"
#include "net/clock.h"

#define WEIGH   4u  /* one session of so many is weighed: it costs time */
#define SAMPLE  16u /* the same, of a server that serves all of them */
#define HURRY   10u /* a part of the time-out, */
#define HURRY_MIN (NET_S / 4) /* and at least so long */

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

/* A hang takes the whole time-out, once. Where one is known, and while one is
 * made small, a part of it has to do: what seems to hang there and does not
 * is no finding in the first case, and not confirmed in the other. */
static uint64_t patience(void *ctx, unsigned state, unsigned step)
{
    const struct live_engine *e = ctx;
    uint64_t all = e->o.exec.timeout, some = all / HURRY;
    bool hurried = e->hurried;

    for (unsigned i = 0; i < e->n_hangs && !hurried; i++)
        hurried = e->hangs[i].state == state && e->hangs[i].step == step;
    if (!hurried || all < HURRY_MIN)
        return all;
    return some < HURRY_MIN ? HURRY_MIN : some;
}

static void keep_pace(struct live_engine *e)
{
    if (e->o.pause == 0)
        return;
    if (e->next_start > net_now())
        (void)net_sleep_until(e->next_start, e->o.exec.stop_fd);
    e->next_start = net_deadline(e->o.pause);
}

bool live_engine_stopped(const struct live_engine *e)
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

/* Closed before a word, or not a word: a server that has no room, or that is
 * gone or hangs in what came before, with the connection still in its queue.
 * Of a process of our own it is a fault. */
static bool turned_away(const struct live_engine *e,
                        const struct live_outcome *out)
{
    return e->o.exec.target->scheme != NET_EXEC && out->replies == 0 &&
           (out->end == NET_EOF || out->end == NET_RESET ||
            out->end == NET_TIMEOUT);
}

enum net_status live_engine_try(struct live_engine *e,
                                const struct live_input *in,
                                struct transcript *log,
                                struct live_outcome *out)
{
    struct net_conn *c = NULL;
    char err[256];
    enum net_status s;

    keep_pace(e);
    e->last.is = false;
    s = live_exec_open(e->exec, log, &c, err, sizeof err);
    if (s != NET_OK) {
        *out = (struct live_outcome){.end = s};
        return live_engine_stopped(e) ? NET_STOPPED : s;
    }
    e->conn = c;
    live_dialogue_play(c, in, &e->o.dialogue, out);
    live_exec_end(e->exec, c, patience(e, out->state, out->step), out);
    e->stats->sessions++;
    out->fired &= e->o.oracles;
    if (live_engine_stopped(e))
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
    enum net_status s;

    e->settling = true;
    /* What a session takes is measured by one that does nothing. */
    if (e->o.exec.target->scheme == NET_EXEC && e->smallest == 0)
        (void)live_engine_try(e, &nothing, NULL, out);
    s = e->o.server ? live_gone_try(e, in, log, out)
                    : live_engine_try(e, in, log, out);
    return s == NET_OK && out->fired;
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

static bool has_ended(struct live_engine *e)
{
    return e->o.server && !live_proc_runs(&e->server);
}

bool live_engine_comes_back(struct live_engine *e)
{
    uint64_t deadline = net_deadline(e->o.exec.timeout);
    struct live_input nothing = {0};
    struct live_outcome out;
    enum net_status s;

    while (net_now() < deadline && !has_ended(e)) {
        s = live_engine_try(e, &nothing, NULL, &out);
        if (s == NET_OK || s == NET_STOPPED)
            return s == NET_OK;
        (void)net_sleep_until(net_deadline(50 * NET_MS),
                              e->o.exec.stop_fd);
    }
    return false;
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
    live_settle_last(e, LIVE_ORACLE_MEMORY, text);
}

bool live_engine_play(struct live_engine *e, const void *p, size_t n)
{
    struct live_outcome out;
    struct live_input in;
    enum net_status s;
    int oracle;

    live_input_read(&in, p, n);
    e->hung = false;
    s = live_engine_try(e, &in, NULL, &out);
    if (s == NET_STOPPED)
        return false;
    if (s != NET_OK)
        return live_engine_comes_back(e) || live_gone_settle(e);
    e->hung = out.fired & 1u << LIVE_ORACLE_HANG;
    watch_memory(e);
    oracle = live_engine_first(e, &out);
    return oracle < 0 || live_settle(e, (enum live_oracle)oracle, &in, &out);
}

bool live_engine_hung(const struct live_engine *e)
{
    return e->hung;
}

/* ---- begin and end ----------------------------------------------------- */

static bool has_memory(struct live_engine *e)
{
    e->buf = malloc(LIVE_INPUT_MAX);
    e->last_buf = malloc(LIVE_INPUT_MAX);
    e->whole_buf = malloc(LIVE_INPUT_MAX);
    return e->buf && e->last_buf && e->whole_buf;
}

static bool has_server(struct live_engine *e, char *err, size_t err_cap)
{
    e->exec = live_exec_new(&e->o.exec, err, err_cap);
    if (!e->exec)
        return false;
    if (!e->o.server || live_gone_start(e))
        return true;
    snprintf(err, err_cap, "--server: no answer: expected a server at %s, in "
                           "the foreground", e->o.target);
    return false;
}

struct live_engine *live_engine_new(const struct live_engine_options *o,
                                    char *err, size_t err_cap)
{
    struct live_engine *e = calloc(1, sizeof *e);

    if (!e || !has_memory(e)) {
        snprintf(err, err_cap, "no memory");
        live_engine_free(e);
        return NULL;
    }
    e->o = *o;
    e->o.dialogue.seen = seen;
    e->o.dialogue.patience = patience;
    if (o->oracles & 1u << LIVE_ORACLE_MEMORY)
        e->o.dialogue.weigh = weigh;
    e->o.dialogue.ctx = e;
    e->graph = o->graph;
    e->stats = o->stats;
    e->stats->last_new = net_now();
    if (has_server(e, err, err_cap))
        return e;
    live_engine_free(e);
    return NULL;
}

void live_engine_free(struct live_engine *e)
{
    if (!e)
        return;
    live_proc_stop(&e->server);
    live_exec_free(e->exec);
    for (unsigned i = 0; i < e->n_known; i++)
        free(e->known[i]);
    free(e->buf);
    free(e->last_buf);
    free(e->whole_buf);
    free(e);
}
