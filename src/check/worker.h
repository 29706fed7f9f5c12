/*
 * worker: what a thread that plays sessions does first.
 */
#ifndef CHECK_WORKER_H
#define CHECK_WORKER_H

#include <sched.h>

/*
 * A session is one short wait after the other. By default each reply makes
 * the kernel take the processor from whoever runs, for us: with many sessions
 * that is a switch a reply. SCHED_BATCH leaves it to them until they wait,
 * which with 16 sessions saves a quarter of the processor time. It needs no
 * privilege; where it is refused nothing is lost.
 */
static inline void check_worker_begin(unsigned workers)
{
    struct sched_param p = {0};

    if (workers > 1)
        (void)sched_setscheduler(0, SCHED_BATCH, &p); /* 0: this thread */
}

#endif
