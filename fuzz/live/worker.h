/*
 * worker: one process of a fuzzing run: libFuzzer over live_engine.
 */
#ifndef FUZZ_LIVE_WORKER_H
#define FUZZ_LIVE_WORKER_H

#include "cli/options.h"
#include "live/engine.h"

/* What a worker shares with the process that started it. */
struct worker_shared {
    struct live_engine_stats stats;
    struct live_graph graph;
    unsigned edges;     /* counters of the server that were ever set */
    char error[256];    /* why it ended, or "" */
};

struct worker_options {
    const struct cli_options *o;
    struct live_engine_options engine;
    const char *corpus;
    struct worker_shared *shared;
    unsigned number, of; /* 0 of 1 */
};

/* Fuzzes until the run ends; the process's exit status. */
int worker_run(const struct worker_options *w);

/* The engine for one play outside of libFuzzer; NULL with err. */
struct live_engine *worker_engine(const struct worker_options *w, char *err,
                                  size_t err_cap);

#endif
