/*
 * bench_runner: how many sessions a second the runner's engine plays, and
 * what they cost.
 *
 *   bench_runner HOST:PORT SESSIONS CONCURRENCY
 *
 * Plays the session of Postfix's smtp-source (HELO, MAIL, RCPT, DATA, a short
 * message, QUIT) as `check` plays a case, transcript and all. Prints, on one
 * line: sessions a second, and microseconds of processor time a session (of
 * all our threads; what the server uses is not in it).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "check/worker.h"
#include "script/run.h"
#include "script/script.h"

#define WORKERS_MAX 64

static const char session[] =
    "case: rfc5321/3.3/session\n"
    "title: the session of smtp-source\n"
    "spec: RFC5321 3.3\n"
    "level: MUST\n"
    "\n"
    "C: <open>\n"
    "S: 220\n"
    "C: HELO ${helo}\n"
    "S: 250\n"
    "C: MAIL FROM:<${from}>\n"
    "S: 250\n"
    "C: RCPT TO:<${rcpt}>\n"
    "S: 250\n"
    "C: DATA\n"
    "S: 354\n"
    "C= \"From: <foo@bench>\\r\\nTo: <foo@bench>\\r\\n"
    "Date: Sat, 21 Nov 2026 21:55:42 +0000 (UTC)\\r\\n"
    "Message-Id: <6fc4.0003.0000@bench>\\r\\n\\r\\n"
    "La de da de da 1.\\r\\nLa de da de da 2.\\r\\n"
    "La de da de da 3.\\r\\nLa de da de da 4.\\r\\n.\\r\\n\"\n"
    "S!: 250\n"
    "C: QUIT\n"
    "S: 221\n";

struct bench {
    const struct script_case *script;
    struct net_target target;
    long workers;
    atomic_long left;
    atomic_bool failed;
};

static void *play(void *arg)
{
    struct bench *b = arg;
    struct transcript log;
    struct script_outcome outcome;
    struct script_env env = {.target = &b->target,
                             .helo = "bench",
                             .from = "foo@bench",
                             .rcpt = "foo@bench",
                             .bad_rcpt = "",
                             .foreign_rcpt = "",
                             .user = "",
                             .password = "",
                             .token = "",
                             .timeout = 10 * NET_S,
                             .stop_fd = -1,
                             .log = &log};

    check_worker_begin((unsigned)b->workers);
    while (atomic_fetch_sub(&b->left, 1) > 0 && !atomic_load(&b->failed)) {
        transcript_init(&log, 0);
        script_run(b->script, NULL, &env, &outcome);
        transcript_free(&log);
        if (outcome.verdict == VERDICT_PASS)
            continue;
        if (!atomic_exchange(&b->failed, true))
            fprintf(stderr, "bench_runner: %s: %s\n",
                    verdict_name(outcome.verdict), outcome.reason);
    }
    return NULL;
}

static double cpu_us(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return 1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void say_error(void *ctx, const struct script_error *e)
{
    (void)ctx;
    fprintf(stderr, "bench_runner: %u:%u: %s\n", e->line, e->column,
            e->message);
}

/* False when a session failed. */
static bool run(struct bench *b, long sessions)
{
    pthread_t thread[WORKERS_MAX];
    double cpu = cpu_us();
    uint64_t begin = net_now();
    double seconds;
    long n = 0;

    atomic_store(&b->left, sessions);
    while (n < b->workers && pthread_create(&thread[n], NULL, play, b) == 0)
        n++;
    while (n > 0)
        pthread_join(thread[--n], NULL);
    seconds = (double)(net_now() - begin) / (double)NET_S;
    cpu = cpu_us() - cpu;
    printf("%.0f %.1f\n", (double)sessions / seconds, cpu / (double)sessions);
    return !atomic_load(&b->failed);
}

int main(int argc, char **argv)
{
    struct script_set *set = script_set_new();
    struct bench b = {0};
    char err[256];
    bool ok;
    long sessions = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    long workers = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

    if (sessions < 1 || workers < 1 || workers > WORKERS_MAX) {
        fprintf(stderr,
                "usage: bench_runner HOST:PORT SESSIONS CONCURRENCY "
                "(1 to %d)\n",
                WORKERS_MAX);
        script_set_free(set);
        return 2;
    }
    if (!set || net_target_parse(argv[1], &b.target, err, sizeof err) < 0) {
        fprintf(stderr, "bench_runner: %s\n", set ? err : "out of memory");
        script_set_free(set);
        return 2;
    }
    if (script_parse(set, "session", smtp_span_of(session, sizeof session - 1),
                     say_error, NULL) != 0) {
        script_set_free(set);
        return 2;
    }
    b.script = script_at(set, 0);
    b.workers = workers;
    ok = run(&b, sessions);
    script_set_free(set);
    return ok ? 0 : 1;
}
