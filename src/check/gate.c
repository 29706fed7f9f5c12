#include "check/gate.h"

#include <poll.h>
#include <time.h>

#include "net/clock.h"

#define BACKOFF_FIRST (100 * NET_MS)
#define BACKOFF_MOST  (5 * NET_S)
#define BACKOFF_TOTAL (60 * NET_S)  /* of a run */
#define LOOK_AGAIN    (50 * NET_MS) /* how soon a stop is noticed */
#define CLEAN_TO_GROW 8             /* clean sessions before one more runs */
#define PACE_FIRST    (25 * NET_MS) /* between starts; then twice as much */
#define PACE_MOST     NET_S
#define TIRED         8            /* back-offs in a row */

void gate_init(struct gate *g, unsigned max, double rate, int stop_fd)
{
    pthread_condattr_t attr;

    if (max == 0)
        max = 1;
    *g = (struct gate){.limit = max, .max = max, .stop_fd = stop_fd};
    if (rate > 0)
        g->interval = (uint64_t)((double)NET_S / rate);
    pthread_mutex_init(&g->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&g->changed, &attr);
    pthread_condattr_destroy(&attr);
}

void gate_free(struct gate *g)
{
    pthread_cond_destroy(&g->changed);
    pthread_mutex_destroy(&g->lock);
}

bool gate_stopped(const struct gate *g)
{
    struct pollfd p = {.fd = g->stop_fd, .events = POLLIN};

    return g->stop_fd >= 0 && poll(&p, 1, 0) > 0;
}

static void wait_until(struct gate *g, uint64_t at)
{
    uint64_t look = net_now() + LOOK_AGAIN;
    struct timespec ts;

    if (at > look)
        at = look;
    ts.tv_sec = (time_t)(at / NET_S);
    ts.tv_nsec = (long)(at % NET_S);
    pthread_cond_timedwait(&g->changed, &g->lock, &ts);
}

/* The time between two starts. */
static uint64_t apart(const struct gate *g)
{
    return g->pace > g->interval ? g->pace : g->interval;
}

/* True when a session may start; else waits until that may have changed. The
 * caller has the lock. */
static bool may_start(struct gate *g, bool its_turn)
{
    uint64_t now = net_now();
    uint64_t start = g->next > g->not_before ? g->next : g->not_before;

    if (its_turn && g->active < g->limit && start <= now)
        return true;
    wait_until(g, its_turn && g->active < g->limit ? start : UINT64_MAX);
    return false;
}

static void starts(struct gate *g, uint64_t *since)
{
    *since = net_now();
    g->active++;
    g->waited += g->pace;
    g->next = *since + apart(g);
    pthread_cond_broadcast(&g->changed);
}

bool gate_enter(struct gate *g, uint64_t *since)
{
    bool go = false;

    pthread_mutex_lock(&g->lock);
    uint64_t ticket = g->tickets++;
    while (!go && !g->shut && !gate_stopped(g))
        go = may_start(g, ticket == g->turn && g->returning == 0);
    if (go) {
        g->turn++;
        starts(g, since);
    }
    pthread_mutex_unlock(&g->lock);
    return go;
}

bool gate_again(struct gate *g, uint64_t *since)
{
    bool go = false;

    pthread_mutex_lock(&g->lock);
    g->returning++;
    while (!go && !g->shut && !gate_stopped(g))
        go = may_start(g, true);
    g->returning--;
    if (go)
        starts(g, since);
    pthread_mutex_unlock(&g->lock);
    return go;
}

void gate_shut(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->shut = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

bool gate_pace(struct gate *g)
{
    bool go = false;

    pthread_mutex_lock(&g->lock);
    while (!gate_stopped(g)) {
        uint64_t now = net_now();

        go = g->next <= now;
        if (go) {
            g->next = now + apart(g);
            break;
        }
        wait_until(g, g->next);
    }
    pthread_mutex_unlock(&g->lock);
    return go;
}

static void back_off(struct gate *g)
{
    uint64_t wait = BACKOFF_FIRST << (g->strikes < 6 ? g->strikes : 6);

    if (wait > BACKOFF_MOST)
        wait = BACKOFF_MOST;
    g->pace = g->pace ? 2 * g->pace : PACE_FIRST;
    if (g->pace > PACE_MOST)
        g->pace = PACE_MOST;
    if (g->waited + wait > BACKOFF_TOTAL) {
        wait = BACKOFF_FIRST;
        g->pace = PACE_FIRST;
    }
    g->waited += wait;
    g->strikes++;
    g->clean = 0;
    /* So many were too many: no more growth up to there. */
    if (g->limit > 2 && g->strikes == 1)
        g->max = g->limit - 1;
    g->limit = g->limit > 1 ? g->limit / 2 : 1;
    g->struck = net_now();
    g->not_before = g->struck + wait;
}

static void shrink(struct gate *g)
{
    if (g->limit > 1)
        g->max = --g->limit;
    g->clean = 0;
    g->struck = net_now();
}

static void grow(struct gate *g)
{
    g->strikes = 0;
    if (++g->clean < CLEAN_TO_GROW)
        return;
    g->clean = 0;
    g->limit += g->limit < g->max;
    g->pace = g->pace > PACE_FIRST ? g->pace / 4 * 3 : 0;
}

void gate_leave(struct gate *g, uint64_t since, enum gate_end how)
{
    static void (*const learn[])(struct gate *) = {
        [GATE_WELL] = grow,
        [GATE_STRAINED] = back_off,
        [GATE_CROWDED] = shrink,
    };

    pthread_mutex_lock(&g->lock);
    g->active--;
    if (since >= g->struck)
        learn[how](g);
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

bool gate_tired(struct gate *g)
{
    bool tired;

    pthread_mutex_lock(&g->lock);
    tired = g->strikes >= TIRED && g->waited + BACKOFF_MOST > BACKOFF_TOTAL;
    pthread_mutex_unlock(&g->lock);
    return tired;
}

void gate_away(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->active--;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

void gate_back(struct gate *g, bool in_line)
{
    pthread_mutex_lock(&g->lock);
    g->returning++;
    while (in_line && !g->shut && !gate_stopped(g) && g->active >= g->limit)
        wait_until(g, UINT64_MAX);
    g->returning--;
    g->active++;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}
