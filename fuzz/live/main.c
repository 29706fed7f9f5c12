/*
 * smtpspec-fuzz: libFuzzer over live_engine. `smtpspec fuzz` runs it.
 *
 * The server runs elsewhere, so libFuzzer sees it through its extra counters
 * only: transitions always, the server's edges when it shares a map.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "../mutate.h"
#include "live/engine.h"
#include "mutate_session.h"
#include "net/clock.h"

int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*one)(const uint8_t *data, size_t size));

#define STATES 65536u
#define EDGES  65536u

/* Cleared by libFuzzer before each run, read behind it. The second part is
 * mapped over by the map that the server counts into. */
__attribute__((section("__libfuzzer_extra_counters"),
               aligned(4096))) static uint8_t counters[STATES + EDGES];

static struct live_engine *engine;

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

static int one(const uint8_t *data, size_t size)
{
    if (!live_engine_play(engine, data, size))
        exit(3);
    return 0;
}

/* The map as SysV shared memory, which servers of afl-clang-fast attach to,
 * in place of the counters. */
static bool share_map(void)
{
    int id = shmget(IPC_PRIVATE, EDGES, IPC_CREAT | 0600);
    char text[32];
    void *at;

    if (id < 0)
        return false;
    at = shmat(id, counters + STATES, SHM_REMAP);
    snprintf(text, sizeof text, "%d", id);
    (void)setenv("__AFL_SHM_ID", text, 1);
    snprintf(text, sizeof text, "%u", EDGES);
    (void)setenv("AFL_MAP_SIZE", text, 1);
    (void)setenv("__AFL_DEFER_FORKSRV", "1", 1);
    return at == counters + STATES;
}

static void at_end(void)
{
    struct live_engine_stats s = live_engine_stats(engine);

    fprintf(stderr,
            "%llu sessions, %u states, %u transitions, %u findings\n",
            (unsigned long long)s.sessions, s.states, s.transitions,
            s.findings);
    live_engine_free(engine);
    if (s.findings)
        _exit(1);
}

int main(int argc, char **argv)
{
    struct net_target target;
    struct live_engine_options o = {
        .exec = {.target = &target, .stop_fd = -1, .timeout = 5 * NET_S},
        .dialogue = {.timeout = 5 * NET_S},
        .oracles = ~0u,
        .folder = "findings",
        .tool = "smtpspec " SMTPSPEC_VERSION,
        .states = counters,
        .states_size = STATES,
        .minimise = 2000,
    };
    char err[320];

    if (argc < 2 || net_target_parse(argv[1], &target, err, sizeof err) < 0)
        return 2;
    o.target = argv[1];
    o.exec.fork_server = getenv("FORK_SERVER");
    if (o.exec.fork_server && !share_map())
        return 3;
    engine = live_engine_new(&o, err, sizeof err);
    if (!engine) {
        fprintf(stderr, "smtpspec fuzz: %s\n", err);
        return 3;
    }
    atexit(at_end);
    argv[1] = argv[0];
    argc--;
    argv++;
    return LLVMFuzzerRunDriver(&argc, &argv, one);
}
