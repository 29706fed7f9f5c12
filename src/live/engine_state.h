/*
 * engine_state: what engine.c and settle.c share: the run, and playing one
 * input in it.
 */
#ifndef LIVE_ENGINE_STATE_H
#define LIVE_ENGINE_STATE_H

#include "live/engine.h"
#include "live/memory.h"

#define LIVE_KNOWN 4096u /* findings of one run that are told apart */
#define LIVE_HANGS 64u   /* places where the server hangs */

struct live_engine {
    struct live_engine_options o;
    struct live_exec *exec;
    struct live_graph *graph;
    struct live_engine_stats *stats;
    struct { /* the reply before, whose next state is not known yet */
        unsigned state, step, code;
        bool is;
    } last;
    uint64_t next_start;
    const struct net_conn *conn; /* of the session */
    uint64_t smallest;     /* session, octets */
    pid_t server;          /* started by us, or 0 */
    bool settling;         /* each session counts */
    bool has_hang;         /* among the findings of this run */
    bool hung;             /* the last session did */
    bool hurried;          /* see patience() in engine.c */
    struct { /* where no reply came, and it was found to stay so */
        unsigned state, step;
    } hangs[LIVE_HANGS];
    unsigned n_hangs;
    struct live_memory memory;
    bool grew;             /* was reported */
    char *known[LIVE_KNOWN];
    unsigned n_known;
    char *buf; /* of a stream that is made small */
    /* What it was before; its stream is in whole_buf. */
    struct live_input whole_in;
    struct live_outcome whole_out;
    char *whole_buf;
    /* The last session that there was: when the server is gone behind it,
     * that is the one to look at. Its stream is in last_buf. */
    struct live_input last_in;
    struct live_outcome last_out;
    char *last_buf;
};

/* NET_OK: there was a session. NET_STOPPED: the run is to end, and what the
 * session showed may come of that. Else there was none. */
enum net_status live_engine_try(struct live_engine *e,
                                const struct live_input *in,
                                struct transcript *log,
                                struct live_outcome *out);

/* Whether the run is to end. */
bool live_engine_stopped(const struct live_engine *e);

/* The server serves nobody: is that so for a while, or is it the end? When
 * it is our own and has ended, that is known at once. */
bool live_engine_comes_back(struct live_engine *e);

/* Plays what an oracle said again, makes it small, and writes it when it
 * stays. False: the run is to end. */
bool live_settle(struct live_engine *e, enum live_oracle oracle,
                 const struct live_input *in, const struct live_outcome *out);

/* Starts the server of the options, in place of the one that is there. False:
 * it does not answer. */
bool live_gone_start(struct live_engine *e);

/* Plays an input and looks whether anybody is served behind it; if not, the
 * oracle speaks and the server is started again. As live_engine_try; the
 * server has to be one of our own. */
enum net_status live_gone_try(struct live_engine *e,
                              const struct live_input *in,
                              struct transcript *log,
                              struct live_outcome *out);

/* The server is gone behind the last session: a finding. False: the run is to
 * end, as it is not ours to start again. */
bool live_gone_settle(struct live_engine *e);

/* Writes the last session, which cannot tell alone what was seen. */
void live_settle_last(struct live_engine *e, enum live_oracle oracle,
                      const char *detail);

#endif
