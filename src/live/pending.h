/*
 * pending: findings that a run began to look into and did not end with, as
 * it was killed: a .raw without its .json.
 */
#ifndef LIVE_PENDING_H
#define LIVE_PENDING_H

#include "live/engine.h"

/* Whether there is one. */
bool live_pending_any(const char *folder);

/* Plays each in o->folder as the engine does any input: it becomes a finding
 * or is removed. None is begun behind `until` (net_now()). False: the run is
 * to end. What is left stays pending either way. */
bool live_pending_settle(struct live_engine *e,
                         const struct live_engine_options *o, uint64_t until);

#endif
