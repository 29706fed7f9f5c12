/*
 * prove: the fault matrix. Each case passes on the strict reference server,
 * and fails on it with each of the faults that the case names, with replies
 * whole and an octet at a time. No fault is without a case.
 *
 *   prove [--select PAT] [-v] SUITE
 */
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/catalogue.h"
#include "check/gate.h"
#include "check/passive.h"
#include "check/plan.h"
#include "check/play.h"
#include "report/result.h"
#include "script/run.h"
#include "script/script.h"
#include "prove/rig.h"

#define WORKERS 24 /* most of them wait most of the time */

#define SERVICES (SERVER_MODE_COUNT * 2)

enum kind { CLEAN, FAULTY, RULE };

/* One play: a case (or a passive rule) on a server. */
struct job {
    enum kind kind;
    const struct script_case *script; /* NULL for RULE */
    const struct passive_rule *rule;
    const struct server_fault *fault; /* NULL for CLEAN */
    struct service service;
    size_t split;
    struct result_case found;
    bool played;     /* false: its needs are not met */
    char wrong[700]; /* what is not as it must be, or "" */
};

struct prove {
    struct script_set *suite;
    struct catalogue *catalogue;
    struct check_patterns select;
    struct result result;
    struct rig *rigs;    /* strict servers, SERVICES of them */
    struct probe *clean; /* what each of these is found to be */
    struct job *jobs;
    size_t n, next;
    bool verbose;
    pthread_mutex_t lock;
};

/* ---- playing ---------------------------------------------------------------
 */

static size_t index_of(struct service s)
{
    return (size_t)s.mode * 2 + s.implicit;
}

static struct probe *facts_of(struct prove *pr, struct service s)
{
    return &pr->clean[index_of(s)];
}

static struct rig *rig_of(struct prove *pr, struct service s)
{
    return &pr->rigs[index_of(s)];
}

static bool plays(struct prove *pr, const struct rig *rig, struct service s,
                  const struct script_case *c, struct plan_case *out)
{
    plan_case(&rig->cfg, facts_of(pr, s), NULL, pr->suite, c, out);
    return out->action == PLAN_PLAY;
}

static void play_script(struct prove *pr, struct rig *rig, struct job *j)
{
    struct gate gate;
    struct plan_case planned;
    struct play play = {.cfg = &rig->cfg,
                        .gate = &gate,
                        .result = &pr->result,
                        .start = net_now()};

    if (!plays(pr, rig, j->service, j->script, &planned))
        return;
    gate_init(&gate, 1, 0, -1);
    rig->cfg.confirm = j->kind == CLEAN ? 0 : 1;
    j->played = true;
    play_describe(&play, j->script, &j->found);
    play_case(&play, &planned, &j->found);
    gate_free(&gate);
}

/* A rule is held against the replies of the tour. */
static void play_rule(struct prove *pr, struct rig *rig, struct job *j)
{
    struct gate gate;
    struct plan_case tour;
    struct passive *passive = passive_new(pr->catalogue);
    struct play play = {.cfg = &rig->cfg,
                        .gate = &gate,
                        .passive = passive,
                        .result = &pr->result,
                        .start = net_now()};
    struct result_case *all =
        result_alloc(&pr->result, passive_count() * sizeof *all);
    struct result_case ignored;

    if (!passive || plan_preamble(&rig->cfg, facts_of(pr, j->service),
                                  pr->suite, "tour", &tour) != PLAN_PLAY)
        return;
    gate_init(&gate, 1, 0, -1);
    tour.script = tour.preamble;
    tour.preamble = NULL;
    play_describe(&play, tour.script, &ignored);
    play_case(&play, &tour, &ignored);
    passive_results(passive, &rig->cfg, &pr->result, all);
    for (size_t i = 0; i < passive_count(); i++) {
        if (strcmp(all[i].id, j->rule->id) == 0)
            j->found = all[i];
        else
            transcript_free(&all[i].log);
    }
    if (j->found.verdict == VERDICT_PASS || j->found.verdict == VERDICT_SKIP) {
        transcript_free(&j->found.log);
        j->found.log = ignored.log; /* the better evidence of a failure */
    } else {
        transcript_free(&ignored.log);
    }
    j->played = true;
    passive_free(passive);
    gate_free(&gate);
}

/* ---- judging ----------------------------------------------------------------
 */

static bool finds(enum verdict v)
{
    return v == VERDICT_FAIL || v == VERDICT_WARN || v == VERDICT_INFO;
}

/* On a strict server a case passes, or says that it has nothing to test. A
 * service that takes no mail blocks what it cannot start. */
static bool clean(const struct job *j)
{
    enum verdict v = j->found.verdict;
    bool declines = j->service.mode == SERVER_REFUSE ||
                    j->service.mode == SERVER_NULL ||
                    j->service.mode == SERVER_BUSY;

    return v == VERDICT_PASS || v == VERDICT_SKIP ||
           (v == VERDICT_BLOCKED && declines);
}

static void judge(struct job *j)
{
    enum verdict v = j->found.verdict;

    if (j->wrong[0])
        return;
    if (!j->fault && j->played && !clean(j))
        snprintf(j->wrong, sizeof j->wrong,
                 "is %s on the strict server (%s%s): %s", verdict_name(v),
                 server_mode_name(j->service.mode),
                 j->service.implicit ? ", implicit TLS" : "", j->found.reason);
    if (j->fault && !j->played)
        snprintf(j->wrong, sizeof j->wrong,
                 "cannot be played on a server with the fault %s (%s)",
                 j->fault->name, server_mode_name(j->service.mode));
    if (j->fault && j->played && !finds(v))
        snprintf(j->wrong, sizeof j->wrong,
                 "does not find the fault %s%s: it is %s%s%s", j->fault->name,
                 j->split ? ", with replies split" : "", verdict_name(v),
                 j->found.reason[0] ? ": " : "", j->found.reason);
}

static void play_job(struct prove *pr, struct job *j)
{
    struct rig rig;
    struct plan_case planned;
    char err[256];

    /* Nine in ten: no server is needed to see that nothing is to be played. */
    if (j->script &&
        !plays(pr, rig_of(pr, j->service), j->service, j->script, &planned)) {
        judge(j);
        return;
    }
    if (!rig_start(&rig, j->service, j->fault, j->split, err, sizeof err)) {
        snprintf(j->wrong, sizeof j->wrong, "no server: %s", err);
        return;
    }
    if (j->kind == RULE)
        play_rule(pr, &rig, j);
    else
        play_script(pr, &rig, j);
    rig_stop(&rig);
    judge(j);
}

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
        play_job(pr, j);
    }
}

/* ---- the list of jobs
 * --------------------------------------------------------- */

static struct job *add_job(struct prove *pr, enum kind kind,
                           struct service service, size_t split)
{
    struct job *j;

    if ((pr->n & (pr->n - 1)) == 0) {
        struct job *more =
            realloc(pr->jobs, (pr->n ? 2 * pr->n : 1) * sizeof *more);
        if (!more) {
            fprintf(stderr, "prove: out of memory\n");
            exit(2);
        }
        pr->jobs = more;
    }
    j = &pr->jobs[pr->n++];
    *j = (struct job){.kind = kind, .service = service, .split = split};
    j->found.reason = "";
    return j;
}

static const size_t splits[] = {0, 1};
#define SPLITS (sizeof splits / sizeof *splits)

/* The service of a mode in which the case can be played, STARTTLS first. */
static bool service_for(struct prove *pr, const struct script_case *c,
                        enum server_mode mode, struct service *out)
{
    struct plan_case planned;

    for (int implicit = 0; implicit < 2; implicit++) {
        *out = (struct service){mode, implicit != 0};
        if (plays(pr, rig_of(pr, *out), *out, c, &planned))
            return true;
    }
    *out = (struct service){mode, false};
    return false;
}

static bool wanted(const struct prove *pr, const char *id)
{
    return pr->select.n == 0 || plan_matches(&pr->select, id);
}

static void add_case(struct prove *pr, const struct script_case *c)
{
    for (size_t s = 0; s < SPLITS; s++) {
        for (unsigned i = 0; i < SERVICES; i++) {
            struct service service = {(enum server_mode)(i / 2), i % 2 != 0};
            add_job(pr, CLEAN, service, splits[s])->script = c;
        }
        for (size_t i = 0; i < c->n_faults; i++) {
            const struct server_fault *f =
                server_fault_find(c->faults[i], strlen(c->faults[i]));
            struct service service;
            struct job *j;
            if (!f)
                continue; /* said by lint */
            service_for(pr, c, f->mode, &service);
            j = add_job(pr, FAULTY, service, splits[s]);
            j->script = c;
            j->fault = f;
        }
    }
}

static void add_rule(struct prove *pr, const struct passive_rule *rule)
{
    size_t n = sizeof rule->faults / sizeof *rule->faults;

    for (size_t s = 0; s < SPLITS; s++) {
        struct service mx = {SERVER_MX, false};
        add_job(pr, RULE, mx, splits[s])->rule = rule; /* the clean one */
        for (size_t i = 0; i < n && rule->faults[i]; i++) {
            const struct server_fault *f =
                server_fault_find(rule->faults[i], strlen(rule->faults[i]));
            struct job *j = add_job(
                pr, RULE, f ? (struct service){f->mode, false} : mx, splits[s]);
            j->rule = rule;
            j->fault = f;
            if (!f)
                snprintf(j->wrong, sizeof j->wrong, "names no fault: %s",
                         rule->faults[i]);
        }
    }
}

static void add_all(struct prove *pr)
{
    for (size_t i = 0; i < script_count(pr->suite); i++)
        if (wanted(pr, script_at(pr->suite, i)->id))
            add_case(pr, script_at(pr->suite, i));
    for (size_t i = 0; passive_rule_at(i); i++)
        if (wanted(pr, passive_rule_at(i)->id))
            add_rule(pr, passive_rule_at(i));
}

/* ---- the report -------------------------------------------------------------
 */

static const char *id_of(const struct job *j)
{
    return j->script ? j->script->id : j->rule->id;
}

static void print_job(const struct prove *pr, const struct job *j)
{
    if (!j->wrong[0])
        return;
    printf("WRONG %s\n      %s\n", id_of(j), j->wrong);
    if (j->played && pr->verbose)
        script_print(stdout, &j->found.log, true);
}

static bool passes(const struct job *j)
{
    return j->played && !j->fault && j->found.verdict == VERDICT_PASS;
}

/* What one case has shown, in a line: "clean 4, faults: quit-250 F …". */
static size_t print_subject(const struct prove *pr, size_t from)
{
    static const char letter[VERDICT_COUNT] = {
        [VERDICT_PASS] = 'p', [VERDICT_INFO] = 'I',    [VERDICT_SKIP] = 's',
        [VERDICT_WARN] = 'W', [VERDICT_BLOCKED] = 'b', [VERDICT_FAIL] = 'F',
        [VERDICT_ERROR] = 'e'};
    const char *id = id_of(&pr->jobs[from]);
    unsigned clean = 0;
    size_t i;

    if (pr->verbose)
        printf("%s:", id);
    for (i = from; i < pr->n && strcmp(id_of(&pr->jobs[i]), id) == 0; i++) {
        const struct job *j = &pr->jobs[i];
        clean += passes(j);
        if (pr->verbose && j->fault)
            printf(" %s%s=%c", j->fault->name, j->split ? "/split" : "",
                   letter[j->found.verdict]);
    }
    if (pr->verbose)
        printf(" clean=%u\n", clean);
    return i;
}

static size_t count_clean(const struct prove *pr, size_t from, size_t to,
                          size_t *faults)
{
    size_t clean = 0;

    *faults = 0;
    for (size_t i = from; i < to; i++) {
        clean += passes(&pr->jobs[i]);
        *faults += pr->jobs[i].fault && !pr->jobs[i].wrong[0];
    }
    return clean;
}

static bool fault_found(const struct prove *pr, const struct server_fault *f)
{
    for (size_t i = 0; i < pr->n; i++)
        if (pr->jobs[i].fault == f && !pr->jobs[i].wrong[0])
            return true;
    return false;
}

/* Prints the matrix; returns the number of things that are wrong. */
static size_t report(const struct prove *pr)
{
    size_t wrong = 0, subjects = 0, played = 0, faults = 0, found = 0;

    for (size_t i = 0, next; i < pr->n; i = next) {
        size_t shown, clean;
        next = print_subject(pr, i);
        subjects++;
        clean = count_clean(pr, i, next, &shown);
        if (clean == 0 || shown == 0) {
            printf("WRONG %s\n      %s\n", id_of(&pr->jobs[i]),
                   clean == 0 ? "is played on no strict server"
                              : "has no fault that it finds");
            wrong++;
        }
    }
    for (size_t i = 0; i < pr->n; i++) {
        print_job(pr, &pr->jobs[i]);
        wrong += pr->jobs[i].wrong[0] != '\0';
        played += pr->jobs[i].played;
    }
    for (size_t i = 0; server_fault_at(i); i++) {
        bool is_found = fault_found(pr, server_fault_at(i));
        faults++;
        found += is_found;
        if (is_found || pr->select.n)
            continue;
        printf("WRONG fault %s\n      is found by no case\n",
               server_fault_at(i)->name);
        wrong++;
    }
    printf("prove: %zu cases and rules, %zu plays, %zu of %zu faults found, "
           "%zu wrong\n",
           subjects, played, found, faults, wrong);
    return wrong;
}

/* ---- main
 * ---------------------------------------------------------------------- */

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
        if (!rig_start(rig_of(pr, s), s, NULL, 0, err, sizeof err)) {
            fprintf(stderr, "prove: %s\n", err);
            return false;
        }
        probe_run(&rig_of(pr, s)->cfg, facts_of(pr, s));
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
    fprintf(stderr, "usage: prove [--select PATTERN]... [-v] SUITE\n");
    return 2;
}

static bool options(struct prove *pr, int argc, char **argv)
{
    static const struct option longs[] = {
        {"slow",   no_argument,       NULL, 's'},
        {"select", required_argument, NULL, 'S'},
        {NULL,     0,                 NULL, 0  }
    };
    int c;

    while ((c = getopt_long(argc, argv, "v", longs, NULL)) != -1) {
        if (c == 'v')
            pr->verbose = true;
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
        .lock = PTHREAD_MUTEX_INITIALIZER, .rigs = rigs, .clean = clean};
    size_t wrong;

    if (!options(&pr, argc, argv))
        return usage();
    if (!result_init(&pr.result) || !load(&pr, argv[optind]) ||
        !open_services(&pr))
        return 2;
    add_all(&pr);
    play_jobs(&pr);
    wrong = report(&pr);
    close_services(&pr);
    for (size_t i = 0; i < pr.n; i++)
        transcript_free(&pr.jobs[i].found.log);
    free(pr.jobs);
    result_free(&pr.result);
    catalogue_free(pr.catalogue);
    script_set_free(pr.suite);
    return wrong ? 1 : 0;
}
