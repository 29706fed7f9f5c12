/*
 * prove: the fault matrix. Each case passes on the strict reference server,
 * and fails on it with each of the faults that the case names, with replies
 * whole and an octet at a time. No fault is without a case.
 *
 *   prove [--select PAT] [--every N] [-v] SUITE
 */
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/probe.h"
#include "prove/prove.h"

#define WORKERS 24 /* most of them wait most of the time */

static void *worker(void *arg)
{
    struct prove *pr = arg;

    for (;;) {
        struct job *j;

        pthread_mutex_lock(&pr->lock);
        j = pr->next < pr->n ? &pr->jobs[pr->next++] : NULL;
        pthread_mutex_unlock(&pr->lock);
        if (!j)
            return NULL;
        prove_play(pr, j);
    }
}

static void say_error(void *ctx, const struct script_error *e)
{
    (void)ctx;
    fprintf(stderr, "%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static bool load(struct prove *pr, const char *dir)
{
    struct script_set *suite = script_set_new();
    char err[512];

    pr->suite = suite;
    pr->catalogue = catalogue_load(dir, err, sizeof err);
    if (!pr->catalogue) {
        fprintf(stderr, "prove: %s\n", err);
        return false;
    }
    return suite && script_load(suite, dir, say_error, NULL) == 0;
}

/* Finds out what each strict service looks like; they stay up, for plans. */
static bool open_services(struct prove *pr)
{
    char err[256];

    for (unsigned i = 0; i < SERVICES; i++) {
        struct service s = {(enum server_mode)(i / 2), i % 2 != 0};
        if (!rig_start(prove_rig(pr, s), s, NULL, 0, err, sizeof err)) {
            fprintf(stderr, "prove: %s\n", err);
            return false;
        }
        probe_run(&prove_rig(pr, s)->cfg, NULL, prove_facts(pr, s));
    }
    return true;
}

static void close_services(struct prove *pr)
{
    for (unsigned i = 0; i < SERVICES; i++) {
        rig_stop(&pr->rigs[i]);
        probe_free(&pr->clean[i]);
    }
}

static void play_jobs(struct prove *pr)
{
    pthread_t thread[WORKERS];
    unsigned n = 0;

    while (n < WORKERS && pthread_create(&thread[n], NULL, worker, pr) == 0)
        n++;
    if (n == 0)
        worker(pr);
    while (n > 0)
        pthread_join(thread[--n], NULL);
}

static int usage(void)
{
    fprintf(stderr, "usage: prove [--select PATTERN]... [--every N] [-v] "
                    "SUITE\n");
    return 2;
}

static bool options(struct prove *pr, int argc, char **argv)
{
    static const struct option longs[] = {
        {"select", required_argument, NULL, 'S'},
        {"every",  required_argument, NULL, 'e'},
        {NULL,     0,                 NULL, 0  }
    };
    int c;

    while ((c = getopt_long(argc, argv, "v", longs, NULL)) != -1) {
        if (c == 'v')
            pr->verbose = true;
        else if (c == 'e' && atoi(optarg) > 0)
            pr->every = (size_t)atoi(optarg);
        else if (c == 'S' && pr->select.n < CHECK_PATTERNS_MAX)
            pr->select.at[pr->select.n++] = optarg;
        else
            return false;
    }
    return optind + 1 == argc;
}

int main(int argc, char **argv)
{
    static struct rig rigs[SERVICES];
    static struct probe clean[SERVICES];
    struct prove pr = {
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .rigs = rigs,
        .clean = clean,
        .every = 1,
    };
    size_t wrong;

    if (!options(&pr, argc, argv))
        return usage();
    if (!result_init(&pr.result) || !load(&pr, argv[optind]) ||
        !open_services(&pr))
        return 2;
    prove_add_all(&pr);
    play_jobs(&pr);
    wrong = prove_report(&pr);
    close_services(&pr);
    for (size_t i = 0; i < pr.n; i++)
        transcript_free(&pr.jobs[i].found.log);
    free(pr.jobs);
    result_free(&pr.result);
    catalogue_free(pr.catalogue);
    script_set_free(pr.suite);
    return wrong ? 1 : 0;
}
