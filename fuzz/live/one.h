/*
 * one: plays a single input: --reproduce and --minimise.
 */
#ifndef FUZZ_LIVE_ONE_H
#define FUZZ_LIVE_ONE_H

#include "worker.h"

/* The exit status: 1 when an oracle spoke. */
int one_input(const struct worker_options *w);

#endif
