/*
 * minimise: makes an input small while something stays true of it: first
 * without whole units, then without octets.
 */
#ifndef LIVE_MINIMISE_H
#define LIVE_MINIMISE_H

#include <stdbool.h>

#include "live/dialogue.h"

/* Plays in; true when it still shows what it is to show. Fills out. */
typedef bool live_still_fn(void *ctx, const struct live_input *in,
                           struct live_outcome *out);

/*
 * Makes *in smaller in place: its stream is in buf, and stays at its start.
 * `plays` is how often `still` may be asked. `out` is what the last play that
 * held brought; at the start that of *in.
 */
void live_minimise(struct live_input *in, char *buf, live_still_fn *still,
                   void *ctx, unsigned plays, struct live_outcome *out);

#endif
