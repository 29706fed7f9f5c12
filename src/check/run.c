/*
 * run: the whole of one check, see check.h.
 */
#include "check/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "check/health.h"
#include "check/order.h"
#include "check/play.h"
#include "check/summary.h"
#include "check/tempo.h"
#include "check/worker.h"

#define BUSY_TRIES  4     /* when the server greets with 4yz */
#define BUSY_PAUSE  NET_S /* at most; then twice as long */
#define WORKERS_MAX 128

struct run {
    struct play play;
    struct gate gate;
    struct health health;
    struct tempo tempo;
    struct order order;
    size_t log_kept;
    struct plan_case *plan; /* one a case of the result, in its order */
    size_t n;
    size_t *queue; /* indices into plan, in the order of playing */
    size_t queued;
    bool sick;            /* it was not served when last looked at */
    pthread_mutex_t lock; /* of what follows */
    size_t next;
    struct check_progress progress;
    check_progress_fn *on_progress;
    void *ctx;
};

static int64_t unix_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct result_case *case_of(struct run *run, size_t i)
{
    return &run->play.result->cases[i];
}

/* Case i has its verdict. */
static void ended(struct run *run, size_t i)
{
    struct result_case *c = case_of(run, i);

    pthread_mutex_lock(&run->lock);
    run->progress.done++;
    run->progress.count[c->verdict]++;
    run->progress.last = c;
    order_done(&run->order, run->plan, i);
    run->progress.left = order_left(&run->order);
    if (run->on_progress)
        run->on_progress(run->ctx, &run->progress);
    pthread_mutex_unlock(&run->lock);
}

/* ---- playing --------------------------------------------------------- */

/* True when there was a server to play it on. */
static bool play_one(struct run *run, size_t i)
{
    const struct play *p = &run->play;
    struct result_case *c = case_of(run, i);

    if (gate_stopped(&run->gate))
        play_not(p, VERDICT_BLOCKED, "interrupted before it was played", c);
    else if (health_is_dead(&run->health))
        play_not(p, VERDICT_BLOCKED, HEALTH_DEAD, c);
    else
        play_case(p, &run->plan[i], c);
    return c->runs > 0;
}

static void *worker(void *arg)
{
    struct run *run = arg;

    check_worker_begin(run->play.cfg->jobs);
    for (;;) {
        size_t i;

        pthread_mutex_lock(&run->lock);
        i = run->next < run->queued ? run->queue[run->next++] : SIZE_MAX;
        pthread_mutex_unlock(&run->lock);
        if (i == SIZE_MAX)
            return NULL;
        play_one(run, i);
        ended(run, i);
    }
}

/*
 * Plays the queue. The gate keeps to what --jobs says: there are more workers
 * because some wait for deliveries, and have no connection meanwhile.
 */
static void play_queue(struct run *run, unsigned jobs)
{
    pthread_t thread[WORKERS_MAX];
    unsigned n = 0, workers = jobs > 1 ? jobs * 4 : 1;

    if (workers > WORKERS_MAX)
        workers = WORKERS_MAX;
    while (n < workers && n < run->queued &&
           pthread_create(&thread[n], NULL, worker, run) == 0)
        n++;
    if (n == 0)
        worker(run);
    while (n > 0)
        pthread_join(thread[--n], NULL);
}

/*
 * A hostile case. Afterwards the server must still serve (DESIGN: Verdicts);
 * that it did not before is no fault of this case.
 */
static void play_hostile(struct run *run, size_t i)
{
    struct result_case *c = case_of(run, i);
    char why[320];

    if (run->sick && !health_canary(&run->health, why, sizeof why)) {
        play_not(&run->play, VERDICT_BLOCKED,
                 result_textf(run->play.result,
                              "not played: the server does not answer: %s",
                              why),
                 c);
        return;
    }
    run->sick = false;
    if (!play_one(run, i) || gate_stopped(&run->gate) ||
        health_canary(&run->health, why, sizeof why) ||
        gate_stopped(&run->gate))
        return;
    run->sick = true;
    c->verdict = VERDICT_FAIL;
    c->expected = "a fresh connection is served";
    c->got = result_text(run->play.result, why);
    c->reason = result_textf(run->play.result,
                             "the server no longer answers after it: %s", why);
}

static void play_phase(struct run *run, enum order_phase phase)
{
    run->next = 0;
    run->queued =
        order_queue(&run->order, phase, run->plan, run->n, run->queue);
    if (phase == ORDER_TOGETHER) {
        play_queue(run, run->play.cfg->jobs);
        return;
    }
    for (size_t q = 0; q < run->queued; q++) {
        if (run->plan[run->queue[q]].script->hostile)
            play_hostile(run, run->queue[q]);
        else
            play_one(run, run->queue[q]);
        ended(run, run->queue[q]);
    }
}

/* ---- planning -------------------------------------------------------- */

/* Plays a preamble for its own sake; *c gets what came of it. False when no
 * variant of it can be played. */
static bool play_preamble(struct run *run, const struct check_config *cfg,
                          const struct probe *p, const struct script_set *suite,
                          const char *name, struct result_case *c)
{
    struct plan_case start;

    if (plan_preamble(cfg, p, suite, name, &start) != PLAN_PLAY)
        return false;
    start.script = start.preamble;
    start.preamble = NULL;
    *c = (struct result_case){.reason = ""};
    play_case(&run->play, &start, c);
    transcript_free(&c->log);
    return true;
}

static bool uses_account(const struct run *run, const struct script_set *suite)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct script_case *c = run->plan[i].script, *start = NULL;
        if (plan_needs(c, SCRIPT_NEED_ACCOUNT))
            return true;
        for (size_t v = 0;
             c->start && (start = script_preamble(suite, c->start, v)); v++)
            if (plan_needs(start, SCRIPT_NEED_ACCOUNT))
                return true;
    }
    return false;
}

/* Tries the account once: AUTH that fails in every case would only lock the
 * account. Returns why it cannot be used, or NULL. */
static const char *try_account(struct run *run, const struct probe *p,
                               const struct script_set *suite)
{
    const struct check_config *cfg = run->play.cfg;
    struct result_case c;

    if (!cfg->user || !cfg->password || !uses_account(run, suite) ||
        !play_preamble(run, cfg, p, suite, "auth", &c) ||
        c.verdict == VERDICT_PASS || c.verdict == VERDICT_INFO)
        return NULL;
    return result_textf(run->play.result, "AUTH as %s: %s%s", cfg->user,
                        c.reason,
                        c.code == 535 ? ": are name and password right?" : "");
}

/* One polite session through all usual commands, so that the passive rules
 * have seen them whatever is selected and whatever the cases get to. */
static void play_tour(struct run *run, const struct probe *p,
                      const struct script_set *suite, const char *account_why)
{
    struct check_config cfg = *run->play.cfg;
    struct result_case ignored;

    if (!passive_selected(&cfg))
        return;
    if (account_why)
        cfg.user = NULL;
    play_preamble(run, &cfg, p, suite, "tour", &ignored);
}

/* The first canary, and all that the plan has to know. */
static bool find_server(struct run *run, struct probe *p)
{
    const struct check_config *cfg = run->play.cfg;
    uint64_t pause = cfg->timeout < BUSY_PAUSE ? cfg->timeout : BUSY_PAUSE;

    for (int i = 1;; i++, pause *= 2) {
        probe_run(cfg, &run->gate, p);
        if (p->state != PROBE_BUSY || i == BUSY_TRIES ||
            net_sleep_until(net_deadline(pause), cfg->stop_fd))
            break;
        probe_free(p);
    }
    summary_server(run->play.result, p);
    run->health.declines = p->state == PROBE_DECLINES;
    if (p->state == PROBE_OK || p->state == PROBE_DECLINES || cfg->forced)
        return true;
    if (!gate_stopped(&run->gate))
        run->play.result->failure = result_text(run->play.result, p->why);
    return false;
}

static void plan_all(struct run *run, const struct probe *p,
                     const struct script_set *suite)
{
    const char *account_why = try_account(run, p, suite);

    for (size_t i = 0; i < run->n; i++) {
        struct plan_case *pc = &run->plan[i];
        plan_case(run->play.cfg, p, account_why, suite, pc->script, pc);
        if (pc->action == PLAN_PLAY)
            continue;
        play_not(&run->play,
                 pc->action == PLAN_SKIP ? VERDICT_SKIP : VERDICT_BLOCKED,
                 pc->why, case_of(run, i));
        ended(run, i);
    }
    play_tour(run, p, suite, account_why);
    order_plan(&run->order, run->plan, run->n, &run->tempo,
               run->play.cfg->jobs);
}

/* Without a server, nothing was played. */
static void block_all(struct run *run)
{
    const char *why = run->play.result->failure
                          ? "not played: the server could not be tested"
                          : "interrupted before it was played";

    for (size_t i = 0; i < run->n; i++) {
        play_not(&run->play, VERDICT_BLOCKED, why, case_of(run, i));
        ended(run, i);
    }
}

/* ---- the run --------------------------------------------------------- */

/* After all cases but those that end it, the server must still serve. */
static void last_canary(struct run *run, const struct probe *p)
{
    struct result *r = run->play.result;
    const char *broke =
        p->broke[0] ? "; before that, a session broke off: " : "";
    char why[320];

    if (gate_stopped(&run->gate) || run->play.cfg->forced)
        return;
    if (health_is_dead(&run->health))
        r->failure = result_textf(r, "the server no longer answers: %s%s%s",
                                  run->health.why, broke, p->broke);
    else if (!health_canary(&run->health, why, sizeof why) &&
             !gate_stopped(&run->gate))
        r->failure = result_textf(
            r, "the server no longer serves at the end of the run: %s", why);
}

static void play_all(struct run *run, const struct script_set *suite)
{
    struct probe p;

    if (find_server(run, &p)) {
        plan_all(run, &p, suite);
        play_phase(run, ORDER_TOGETHER);
        play_phase(run, ORDER_ALONE);
        last_canary(run, &p);
        play_phase(run, ORDER_LAST);
    } else {
        block_all(run);
    }
    run->play.result->interrupted = gate_stopped(&run->gate);
    probe_free(&p);
}

static int by_case_id(const void *a, const void *b)
{
    const struct result_case *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static void finish(struct run *run, const struct catalogue *catalogue)
{
    struct result *r = run->play.result;
    struct result_case *rules = r->cases + r->n_cases;
    size_t n =
        passive_results(run->play.passive, run->play.cfg, r, rules);

    qsort(rules, n, sizeof *rules, by_case_id);
    r->n_cases += n;
    r->ended = unix_ms();
    summary_requirements(r, catalogue);
}

static int by_id(const void *a, const void *b)
{
    const struct plan_case *x = a, *y = b;
    return strcmp(x->script->id, y->script->id);
}

/* The selected cases, in order of id. False when memory ran out. */
static bool select_cases(struct run *run, const struct script_set *suite)
{
    size_t total = script_count(suite);
    struct result *r = run->play.result;

    run->plan = calloc(total + 1, sizeof *run->plan);
    run->queue = calloc(total + 1, sizeof *run->queue);
    run->order.expected = calloc(total + 1, sizeof *run->order.expected);
    if (!run->plan || !run->queue || !run->order.expected)
        return false;
    for (size_t i = 0; i < total; i++)
        if (plan_selected(run->play.cfg, script_at(suite, i)))
            run->plan[run->n++].script = script_at(suite, i);
    qsort(run->plan, run->n, sizeof *run->plan, by_id);
    r->cases = result_alloc(r, (run->n + passive_count()) * sizeof *r->cases);
    r->n_cases = run->n;
    for (size_t i = 0; i < run->n; i++)
        play_describe(&run->play, run->plan[i].script, &r->cases[i]);
    run->progress.total = run->n;
    return true;
}

static bool known(const struct script_set *suite, const char *pattern)
{
    for (size_t i = 0; i < script_count(suite); i++)
        if (plan_match(pattern, script_at(suite, i)->id))
            return true;
    for (size_t i = 0; i < passive_count(); i++)
        if (plan_match(pattern, passive_rule_at(i)->id))
            return true;
    return false;
}

/* A pattern that matches nothing is a mistake, not an empty wish. */
static bool patterns_known(const struct check_patterns *set, const char *option,
                           const struct script_set *suite, char *err,
                           size_t err_cap)
{
    for (size_t i = 0; i < set->n; i++) {
        if (known(suite, set->at[i]))
            continue;
        snprintf(err, err_cap,
                 "%s %s: no case has such an id; \"smtpspec list\" shows them",
                 option, set->at[i]);
        return false;
    }
    return true;
}

static bool run_init(struct run *run, const struct catalogue *catalogue)
{
    const struct check_config *cfg = run->play.cfg;

    gate_init(&run->gate, cfg->jobs, cfg->max_rate, cfg->stop_fd);
    health_init(&run->health, cfg, &run->gate);
    tempo_init(&run->tempo);
    pthread_mutex_init(&run->lock, NULL);
    run->play.gate = &run->gate;
    run->play.health = &run->health;
    run->play.tempo = &run->tempo;
    run->play.log_kept = &run->log_kept;
    run->play.start = net_now();
    run->play.passive = passive_new(catalogue);
    if (getrandom(&run->play.seed, sizeof run->play.seed, GRND_NONBLOCK) < 0)
        run->play.seed = (uint32_t)run->play.start;
    return run->play.passive != NULL;
}

static void run_free(struct run *run)
{
    passive_free(run->play.passive);
    health_free(&run->health);
    tempo_free(&run->tempo);
    free(run->order.expected);
    gate_free(&run->gate);
    pthread_mutex_destroy(&run->lock);
    free(run->plan);
    free(run->queue);
}

int check_run(const struct check_config *cfg, const struct script_set *suite,
              const struct catalogue *catalogue, check_progress_fn *progress,
              void *ctx, struct result *r, char *err, size_t err_cap)
{
    struct run run = {
        .play = {.cfg = cfg, .result = r},
          .on_progress = progress, .ctx = ctx
    };
    int rc = -1;

    if (!patterns_known(&cfg->select, "--select", suite, err, err_cap) ||
        !patterns_known(&cfg->exclude, "--exclude", suite, err, err_cap))
        return -1;
    r->target = result_text(r, cfg->target_text);
    r->started = unix_ms();
    if (!run_init(&run, catalogue) || !select_cases(&run, suite)) {
        snprintf(err, err_cap, "out of memory");
    } else if (run.n == 0 && cfg->shards == 0 && !passive_selected(cfg)) {
        snprintf(err, err_cap,
                 "--select, --exclude and --level leave no case to play");
    } else {
        play_all(&run, suite);
        finish(&run, catalogue);
        rc = 0;
    }
    run_free(&run);
    return rc;
}
