#include "check/health.h"

#include <stdio.h>

#include "check/probe.h"

#define BEAR_FIRST 4 /* sessions; twice as many behind each canary */
#define BEAR_MOST  64
#define TRIES      4
#define PAUSE      (250 * NET_MS) /* twice as long each time */

void health_init(struct health *h, const struct check_config *cfg,
                 struct gate *gate)
{
    *h = (struct health){.cfg = cfg, .gate = gate, .bear = BEAR_FIRST};
    pthread_mutex_init(&h->lock, NULL);
}

void health_free(struct health *h)
{
    pthread_mutex_destroy(&h->lock);
}

bool health_canary(struct health *h, char *why, size_t cap)
{
    uint64_t end = net_deadline(h->cfg->timeout);
    uint64_t pause = PAUSE;

    for (int i = 1;; i++, pause *= 2) {
        if (!gate_pace(h->gate)) {
            snprintf(why, cap, "interrupted");
            return false;
        }
        if (probe_canary(h->cfg, h->declines, why, cap))
            return true;
        if (i == TRIES || net_now() + pause >= end ||
            net_sleep_until(net_deadline(pause), h->cfg->stop_fd))
            return false;
    }
}

void health_note(struct health *h, bool served)
{
    pthread_mutex_lock(&h->lock);
    h->missed = served ? 0 : h->missed + 1;
    if (h->missed >= h->bear && !h->dead && !h->cfg->forced) {
        h->missed = 0;
        h->bear = 2 * h->bear < BEAR_MOST ? 2 * h->bear : BEAR_MOST;
        h->dead =
            !health_canary(h, h->why, sizeof h->why) && !gate_stopped(h->gate);
        if (h->dead)
            gate_shut(h->gate);
    }
    pthread_mutex_unlock(&h->lock);
}

bool health_is_dead(struct health *h)
{
    bool dead;

    pthread_mutex_lock(&h->lock);
    dead = h->dead;
    pthread_mutex_unlock(&h->lock);
    return dead;
}
