/*
 * engine: one fuzzing run: plays inputs, counts what was seen, and makes
 * findings of what the oracles say. It knows nothing of where inputs come
 * from: fuzz/live/worker.c has libFuzzer.
 */
#ifndef LIVE_ENGINE_H
#define LIVE_ENGINE_H

#include <stdio.h>

#include "live/exec.h"
#include "live/finding.h"
#include "live/graph.h"

struct live_engine_options {
    struct live_exec_options exec;
    struct live_dialogue_options dialogue; /* seen and ctx are the engine's */
    unsigned oracles;    /* set of 1 << enum live_oracle that count */
    const char *folder;  /* of findings; exists */
    const char *tool, *target;
    uint8_t *states;     /* counters of transitions, states_size of them */
    size_t states_size;
    bool postpone;       /* when one hang is written, others are kept for
                            live_pending_settle */
    uint64_t pause;      /* nanoseconds between the starts of two sessions:
                            0, or what --max-rate asks for */
    uint64_t memory;     /* octets that a session may take more than the
                            smallest one, and the server over a run */
    pid_t pid;           /* the server whose memory is watched, or 0 */
    const char *server;  /* command that starts the server, or NULL: it runs
                            already */
    unsigned minimise;   /* plays that making a finding small may take, */
    uint64_t minimise_time; /* and nanoseconds */
    /* Where the counts are kept: memory that others may see. */
    struct live_engine_stats *stats;
    struct live_graph *graph;
};

struct live_engine_stats {
    uint64_t sessions, replies;
    unsigned findings;    /* new ones of this run */
    unsigned again;       /* plays that showed one that was known */
    unsigned unconfirmed; /* seen once and not again */
    unsigned transitions, states;
    uint64_t last_new;    /* net_now() of a new transition or finding */
};

struct live_engine;

/* NULL with one line in err. */
struct live_engine *live_engine_new(const struct live_engine_options *o,
                                    char *err, size_t err_cap);
void live_engine_free(struct live_engine *e);

/* Plays one input; false when no session was possible and the run is to
 * end: the server is gone, or the run was stopped. */
bool live_engine_play(struct live_engine *e, const void *p, size_t n);

/* Whether the last input hung: what it changes into costs much time. */
bool live_engine_hung(const struct live_engine *e);

/* Plays an input once; true when an oracle that counts spoke. out says which,
 * log gets the session. */
bool live_engine_once(struct live_engine *e, const struct live_input *in,
                      struct transcript *log, struct live_outcome *out);

/* Makes *in small while `oracle` still speaks; its stream is in buf. */
void live_engine_minimise(struct live_engine *e, enum live_oracle oracle,
                          struct live_input *in, char *buf,
                          struct live_outcome *out);

/* What live_engine_minimise began with; room for it is in buf. */
void live_engine_whole(const struct live_engine *e, struct live_input *in,
                       char *buf, struct live_outcome *out);

/* The last report of a sanitizer; "" when there is none. */
const char *live_engine_report(const struct live_engine *e);

/* The oracle of the set that counts most, or -1. */
int live_engine_first(const struct live_engine *e,
                      const struct live_outcome *out);

#endif
