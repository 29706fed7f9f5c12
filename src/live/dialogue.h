/*
 * dialogue: plays one input on a connection, paced by the server's replies,
 * and watches what comes back. No sleeps: every wait is for octets, with a
 * deadline.
 */
#ifndef LIVE_DIALOGUE_H
#define LIVE_DIALOGUE_H

#include <stdint.h>

#include "live/input.h"
#include "live/model.h"
#include "net/conn.h"

#define LIVE_REPLIES_MAX 4096u     /* in one session; more is a flood */
#define LIVE_CUTS        512u      /* units whose ends are kept */
#define LIVE_OCTETS_MAX  1048576u  /* of replies in one session */

/* One reply, as it is seen: the state before it, to what, and its code. */
typedef void live_seen_fn(void *ctx, unsigned state, unsigned step,
                          unsigned code);

/* How long the reply in that state, to that step, is waited for. */
typedef uint64_t live_patience_fn(void *ctx, unsigned state, unsigned step);

/* By how many octets the server's process is too large; 0: it is not. */
typedef uint64_t live_weigh_fn(void *ctx);

struct live_dialogue_options {
    bool lmtp, must_auth;
    uint64_t timeout;      /* nanoseconds that a reply may take */
    live_seen_fn *seen;    /* or NULL */
    live_patience_fn *patience; /* in place of timeout; or NULL */
    live_weigh_fn *weigh;  /* once a session, near its end; or NULL */
    void *ctx;
};

/* The first time that an oracle spoke. */
struct live_alarm {
    unsigned state, step, code;
    char detail[96]; /* of a grammar flaw: its sentence; or "" */
};

struct live_outcome {
    unsigned fired; /* set of 1 << enum live_oracle */
    struct live_alarm alarms[LIVE_ORACLES];
    enum net_status end; /* how the session ended: NET_EOF is in order */
    unsigned units, replies, extra;
    unsigned state, step; /* before the last unit, and which that was */
    uint32_t cuts[LIVE_CUTS]; /* where the first units end in the stream */
    uint8_t got[LIVE_CUTS];   /* how many replies each got */
};

/* Plays in on c, which was just opened; c is left open, read to its end
 * unless the end was abrupt or a deadline passed. */
void live_dialogue_play(struct net_conn *c, const struct live_input *in,
                        const struct live_dialogue_options *o,
                        struct live_outcome *out);

/* Notes that an oracle spoke; the first time counts. */
void live_outcome_fire(struct live_outcome *out, enum live_oracle oracle,
                       unsigned state, unsigned step, unsigned code,
                       const char *detail);

#endif
