/* Workers that play tasks, each against a server of its own: which session
 * belongs to which case is known then. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check/gate.h"
#include "check/play.h"
#include "check/probe.h"
#include "mutants/hook.h"
#include "mutants/player.h"
#include "server/server_int.h"

int mutant_on;
_Thread_local unsigned char *mutant_seen;

struct worker {
    struct crew *crew;
    struct rig rig;
    unsigned service; /* of rig, and its fault */
    const struct server_fault *fault;
    pthread_t thread;
    unsigned char *start; /* places that starting the server comes to */
    unsigned char *seen;  /* those of the sessions of the case at hand */
    atomic_int sessions;  /* that are being served */
};

/* Who owns which server, for the threads that serve. */
static struct worker workers[WORKERS];

struct service player_service(unsigned i)
{
    return (struct service){(enum server_mode)(i / 2), i % 2 != 0};
}

/* ---- the servers' side --------------------------------------------------- */

void __real_server_serve(struct server *srv, const struct accepted *a);
void __wrap_server_serve(struct server *srv, const struct accepted *a);

/* Linked in between (--wrap): notes for whom the session is. */
void __wrap_server_serve(struct server *srv, const struct accepted *a)
{
    struct worker *w = NULL;

    for (size_t i = 0; i < WORKERS; i++)
        if (workers[i].rig.server == srv && workers[i].seen)
            w = &workers[i];
    if (w)
        atomic_fetch_add(&w->sessions, 1);
    mutant_seen = w ? w->seen : NULL;
    __real_server_serve(srv, a);
    mutant_seen = NULL;
    if (w)
        atomic_fetch_sub(&w->sessions, 1);
}

static void stop(struct worker *w)
{
    if (w->rig.server)
        rig_stop(&w->rig);
    w->rig.server = NULL;
}

/* The server that a task needs; the same as before if that will do. */
static bool serve(struct worker *w, const struct task *t)
{
    char err[256];
    bool done;

    if (w->rig.server && !w->rig.ends && w->service == t->service &&
        w->fault == t->fault)
        return true;
    stop(w);
    mutant_seen = w->start;
    done = rig_start(&w->rig, player_service(t->service), t->fault, 0, err,
                     sizeof err);
    mutant_seen = NULL;
    if (!done)
        w->rig = (struct rig){0};
    w->service = t->service;
    w->fault = t->fault;
    return done;
}

/* ---- one play ------------------------------------------------------------ */

static void play(struct worker *w, struct task *t, struct result_case *found)
{
    struct crew *c = w->crew;
    struct gate gate;
    struct plan_case planned;
    const struct probe *facts =
        c->facts ? c->facts : &c->pl->clean[t->service];
    struct play play = {.cfg = &w->rig.cfg,
                        .gate = &gate,
                        .passive = c->passive,
                        .result = &c->pl->result,
                        .start = net_now(),
                        .log_limit = 2000};

    if (t->script) {
        plan_case(&w->rig.cfg, facts, NULL, c->pl->suite, t->script, &planned);
    } else { /* no case: the tour */
        planned.action = plan_preamble(&w->rig.cfg, facts, c->pl->suite,
                                       "tour", &planned);
        planned.script = planned.preamble;
        planned.preamble = NULL;
    }
    play_describe(&play, planned.script, found);
    if (planned.action != PLAN_PLAY) {
        found->verdict = planned.action == PLAN_SKIP ? VERDICT_SKIP
                                                     : VERDICT_BLOCKED;
        return;
    }
    gate_init(&gate, 1, 0, -1);
    w->rig.cfg.confirm = c->record ? 0 : 1;
    play_case(&play, &planned, found);
    gate_free(&gate);
}

/* Until the server has ended the sessions of the case. */
static void settle(struct worker *w)
{
    uint64_t until = net_deadline(2 * NET_S);

    while (atomic_load(&w->sessions) > 0 && net_now() < until)
        (void)net_sleep_until(net_deadline(2 * NET_MS), -1);
}

static void keep_seen(struct worker *w, struct task *t)
{
    size_t n = (size_t)w->crew->pl->places + 1;

    settle(w);
    if (!t->seen)
        t->seen = calloc(1, n);
    for (size_t i = 0; t->seen && i < n; i++)
        t->seen[i] = w->seen[i] | w->start[i];
}

static struct task *take(struct crew *c)
{
    struct task *t;

    pthread_mutex_lock(&c->lock);
    t = c->next < c->n && (!c->go || c->go(c)) ? c->tasks[c->next++] : NULL;
    pthread_mutex_unlock(&c->lock);
    return t;
}

static void play_task(struct worker *w, struct task *t)
{
    struct crew *c = w->crew;
    uint64_t from = net_now();
    struct result_case found;

    if (w->seen)
        memset(w->seen, 0, (size_t)c->pl->places + 1);
    play(w, t, &found);
    if (!c->record && found.verdict != t->clean) {
        /* What comes once only is not the mutant's. */
        transcript_free(&found.log);
        play(w, t, &found);
    }
    if (c->record) {
        t->took = net_now() - from;
        keep_seen(w, t);
    }
    pthread_mutex_lock(&c->lock);
    c->done(c, t, &found);
    c->finished++;
    pthread_cond_broadcast(&c->more);
    pthread_mutex_unlock(&c->lock);
    transcript_free(&found.log);
}

/* Most mutants are found by the first plays, and a server for each worker
 * takes time: they join one after the other, as plays come to their ends. */
static void wait_turn(struct worker *w)
{
    struct crew *c = w->crew;
    size_t turn = 2 * (size_t)(w - workers);

    pthread_mutex_lock(&c->lock);
    while (c->finished < turn && c->next < c->n && (!c->go || c->go(c)))
        pthread_cond_wait(&c->more, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

static void *work(void *arg)
{
    struct worker *w = arg;

    wait_turn(w);
    for (struct task *t; (t = take(w->crew)) && serve(w, t);)
        play_task(w, t);
    /* Nobody waits for one who is gone, without a server perhaps. */
    pthread_mutex_lock(&w->crew->lock);
    w->crew->finished = SIZE_MAX;
    pthread_cond_broadcast(&w->crew->more);
    pthread_mutex_unlock(&w->crew->lock);
    return NULL;
}

/* ---- all ----------------------------------------------------------------- */

static bool prepare(struct worker *w, struct crew *c)
{
    size_t n = (size_t)c->pl->places + 1;

    *w = (struct worker){.crew = c};
    if (c->record) {
        w->start = calloc(1, n);
        w->seen = calloc(1, n);
        if (!w->start || !w->seen)
            return false;
    }
    return true;
}

bool crew_play(struct crew *c)
{
    size_t n = 0, started = 0;

    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    while (n < WORKERS && n < c->n && prepare(&workers[n], c))
        n++;
    if (n > 0 && c->facts && serve(&workers[0], c->tasks[0]))
        probe_run(&workers[0].rig.cfg, NULL, c->facts);
    while (started < n && pthread_create(&workers[started].thread, NULL, work,
                                         &workers[started]) == 0)
        started++;
    for (size_t i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < n; i++) {
        stop(&workers[i]);
        free(workers[i].start);
        free(workers[i].seen);
        workers[i] = (struct worker){0};
    }
    pthread_cond_destroy(&c->more);
    pthread_mutex_destroy(&c->lock);
    return started > 0;
}
