/*
 * health: whether the server is still there. A server that is gone, hangs or
 * refuses us for good must not cost every case that is left its timeouts.
 */
#ifndef CHECK_HEALTH_H
#define CHECK_HEALTH_H

#include <pthread.h>

#include "check/config.h"
#include "check/gate.h"

struct health {
    const struct check_config *cfg;
    struct gate *gate;
    bool declines; /* it greets with 5yz when it is well */
    pthread_mutex_t lock;
    unsigned missed; /* sessions in a row that were not served */
    unsigned bear;   /* so many of them before a canary is sent */
    bool dead;
    char why[320]; /* once it is dead */
};

void health_init(struct health *h, const struct check_config *cfg,
                 struct gate *gate);
void health_free(struct health *h);

/* A session ended; served: it could begin. After some that could not a canary
 * decides, while the other sessions that end wait for it; if it is not served,
 * the gate is shut. If it is, the next one is sent later. */
void health_note(struct health *h, bool served);

/* True once the server was found dead: nothing more is to be played. */
bool health_is_dead(struct health *h);

/* What is said of a case that was not played for that. */
#define HEALTH_DEAD "not played: the server no longer answers"

/*
 * Canaries, with pauses in between, until one is served: at least one, and
 * no more when they have taken as long as a reply may. False, and one line
 * in why, when none was.
 */
bool health_canary(struct health *h, char *why, size_t cap);

#endif
