/*
 * worker: see worker.h.
 *
 * The server runs elsewhere, so libFuzzer sees it through its extra counters
 * only: transitions always, the server's edges when it shares a map. They
 * and the engine are static because libFuzzer's callback has no argument.
 */
#include "worker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "../mutate.h"
#include "mutate_session.h"

int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*one)(const uint8_t *data, size_t size));

#define STATES 65536u
#define EDGES  65536u

/* Cleared by libFuzzer before each run, read behind it. The server's map
 * takes the place of the second part. */
__attribute__((section("__libfuzzer_extra_counters"),
               aligned(4096))) static uint8_t counters[STATES + EDGES];

static struct live_engine *engine;
static struct worker_shared *shared;
static uint8_t known[EDGES];
static bool has_map;

static void count_edges(void)
{
    const uint8_t *map = counters + STATES;
    uint64_t some;

    for (size_t i = 0; has_map && i < EDGES; i += sizeof some) {
        memcpy(&some, map + i, sizeof some);
        if (!some)
            continue;
        for (size_t j = i; j < i + sizeof some; j++)
            if (map[j] && !known[j]) {
                known[j] = 1;
                shared->edges++;
                shared->stats.last_new = net_now();
            }
    }
}

/* It is a finding, and not to be kept and changed: most of what came of it
 * would hang, too, and libFuzzer would hardly do anything else. But it gives
 * up when it can keep nothing at all; the empty input does not count. */
static void forget_hang(size_t size)
{
    static bool keeps_some;

    if (!live_engine_hung(engine))
        keeps_some |= size > 0;
    else if (keeps_some)
        memset(counters, 0, sizeof counters);
}

static void at_end(void)
{
    live_engine_free(engine);
    engine = NULL;
}

static int one(const uint8_t *data, size_t size)
{
    if (!live_engine_play(engine, data, size)) {
        /* libFuzzer takes exit() in a target for a fault of the target. */
        at_end();
        _exit(0);
    }
    count_edges();
    forget_hang(size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    return mutate_session(data, size, max, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n,
                                 const uint8_t *b, size_t b_n, uint8_t *out,
                                 size_t max, unsigned seed)
{
    return mutate_session_cross(a, a_n, b, b_n, out, max, seed);
}

/* SysV shared memory, which servers of afl-clang-fast attach to. It is
 * marked for removal at once: it goes with the last process that has it. */
static bool share_map(void)
{
    int id = shmget(IPC_PRIVATE, EDGES, IPC_CREAT | 0600);
    char text[32];
    void *at;

    if (id < 0)
        return false;
    at = shmat(id, counters + STATES, SHM_REMAP);
    (void)shmctl(id, IPC_RMID, NULL);
    snprintf(text, sizeof text, "%d", id);
    (void)setenv("__AFL_SHM_ID", text, 1);
    snprintf(text, sizeof text, "%u", EDGES);
    (void)setenv("AFL_MAP_SIZE", text, 1);
    (void)setenv("__AFL_DEFER_FORKSRV", "1", 1);
    has_map = at == counters + STATES;
    return has_map;
}

struct live_engine *worker_engine(const struct worker_options *w, char *err,
                                  size_t err_cap)
{
    struct live_engine_options eo = w->engine;

    shared = w->shared;
    eo.states = counters;
    eo.states_size = STATES;
    eo.stats = &w->shared->stats;
    eo.graph = &w->shared->graph;
    if (w->o->fuzz.fork_server && !share_map()) {
        snprintf(err, err_cap, "no shared memory for the server's edges");
        return NULL;
    }
    return live_engine_new(&eo, err, err_cap);
}

static uint64_t share_of(uint64_t all, unsigned number, unsigned of)
{
    return all / of + (number < all % of ? 1 : 0);
}

int worker_run(const struct worker_options *w)
{
    const struct cli_fuzz_options *f = &w->o->fuzz;
    char runs[48] = "-runs=-1", time[48] = "-max_total_time=0";
    char seed[48] = "-seed=0";
    char *args[CHECK_PATTERNS_MAX + 20];
    char **argv = args;
    int argc = 0;

    engine = worker_engine(w, w->shared->error, sizeof w->shared->error);
    if (!engine)
        return 3;
    (void)atexit(at_end);
    if (f->runs)
        snprintf(runs, sizeof runs, "-runs=%" PRIu64,
                 share_of(f->runs, w->number, w->of));
    if (f->time)
        snprintf(time, sizeof time, "-max_total_time=%" PRIu64,
                 (uint64_t)((f->time + NET_S - 1) / NET_S));
    if (f->seed)
        snprintf(seed, sizeof seed, "-seed=%" PRIu64,
                 (f->seed + w->number) & UINT32_MAX);
    args[argc++] = (char *)"smtpspec-fuzz";
    args[argc++] = seed;
    args[argc++] = runs;
    args[argc++] = time;
    args[argc++] = (char *)"-max_len=16384";
    args[argc++] = (char *)"-len_control=0";
    args[argc++] = (char *)"-reload=1";
    /* Rareness of edges: a twelfth of a session on Exim, for nothing. */
    args[argc++] = (char *)"-entropic=0";
    args[argc++] = (char *)"-timeout=3600";
    /* Nor a file for each session that waited. */
    args[argc++] = (char *)"-report_slow_units=3600";
    /* A signal is to end the session first: cli/stop.h. */
    args[argc++] = (char *)"-handle_int=0";
    args[argc++] = (char *)"-handle_term=0";
    args[argc++] = (char *)w->corpus;
    for (size_t i = 0; i < f->seeds.n; i++)
        args[argc++] = (char *)f->seeds.at[i];
    args[argc] = NULL;
    return LLVMFuzzerRunDriver(&argc, &argv, one);
}
