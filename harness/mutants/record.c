/* What the suite does on the strict servers, before there is any mutant. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutants/player.h"


static void note(struct crew *c, struct task *t,
                 const struct result_case *found)
{
    (void)c;
    t->clean = found->verdict;
}

static bool find_facts(struct player *pl, unsigned service, struct rig *rig)
{
    char err[256];

    if (!rig_start(rig, player_service(service), NULL, 0, err, sizeof err)) {
        fprintf(stderr, "mutants: %s\n", err);
        return false;
    }
    probe_run(&rig->cfg, NULL, &pl->clean[service]);
    return true;
}

/* Adds a task for each case that can be played there. */
static bool add_tasks(struct player *pl, unsigned service)
{
    struct rig rig;

    if (!find_facts(pl, service, &rig))
        return false;
    for (size_t i = 0; i < script_count(pl->suite); i++) {
        const struct script_case *c = script_at(pl->suite, i);
        struct plan_case planned;
        struct task *t = &pl->tasks[pl->n];

        plan_case(&rig.cfg, &pl->clean[service], NULL, pl->suite, c, &planned);
        if (planned.action != PLAN_PLAY)
            continue;
        *t = (struct task){.script = c, .service = service};
        pl->n++;
    }
    rig_stop(&rig);
    return true;
}

static void keep_passive(struct player *pl, struct crew *c)
{
    const struct check_config cfg = {.level = SMTP_LEVEL_MAY};
    size_t n = passive_count();
    struct result_case *all = result_alloc(&pl->result, n * sizeof *all);
    enum verdict *kept = result_alloc(&pl->result, n * sizeof *kept);

    n = passive_results(c->passive, &cfg, &pl->result, all);
    for (size_t i = 0; i < n; i++) {
        kept[i] = all[i].verdict;
        transcript_free(&all[i].log);
    }
    pl->passive[c->service] = kept;
}

static bool record_service(struct player *pl, unsigned service)
{
    size_t from = pl->n, kept = from;
    struct crew c = {.pl = pl,
                     .service = service,
                     .record = true,
                     .done = note};

    if (!add_tasks(pl, service))
        return false;
    c.passive = passive_new(pl->catalogue);
    c.n = pl->n - from;
    c.tasks = calloc(c.n + 1, sizeof(void *));
    if (!c.passive || !c.tasks) {
        free(c.tasks);
        return false;
    }
    for (size_t i = 0; i < c.n; i++)
        c.tasks[i] = &pl->tasks[from + i];
    if (c.n > 0 && !crew_play(&c)) {
        free(c.tasks);
        return false;
    }
    keep_passive(pl, &c);
    /* Only from PASS a verdict can change for the worse. */
    for (size_t i = from; i < pl->n; i++) {
        if (pl->tasks[i].clean == VERDICT_PASS && pl->tasks[i].seen)
            pl->tasks[kept++] = pl->tasks[i];
        else
            free(pl->tasks[i].seen);
    }
    fprintf(stderr, "mutants: %s%s: %zu of %zu cases pass\n",
            server_mode_name(player_service(service).mode),
            player_service(service).implicit ? ", implicit TLS" : "",
            kept - from, pl->n - from);
    pl->n = kept;
    passive_free(c.passive);
    free(c.tasks);
    return true;
}

/* ---- servers with a fault ------------------------------------------------ */

static void note_faulty(struct crew *c, struct task *t,
                        const struct result_case *found)
{
    (void)found;
    for (int i = 0; t->seen && i <= c->pl->places; i++)
        c->pl->faulty[i] |= t->seen[i];
    free(t->seen);
    free(t);
}

/* A play on a server with a fault; script NULL: the tour. */
static void add_faulty(struct crew *c, const struct script_case *script,
                       unsigned service, const struct server_fault *f)
{
    struct task **list = realloc(c->tasks, (c->n + 1) * sizeof(void *));
    struct task *t = calloc(1, sizeof *t);

    if (!list || !t) {
        fprintf(stderr, "mutants: out of memory\n");
        exit(2);
    }
    *t = (struct task){.script = script, .service = service, .fault = f};
    c->tasks = list;
    c->tasks[c->n++] = t;
}

static bool record_faulty(struct player *pl)
{
    struct crew c = {.pl = pl, .record = true, .done = note_faulty};
    bool done;

    pl->faulty = calloc(1, (size_t)pl->places + 1);
    for (size_t i = 0; i < pl->n; i++) {
        const struct script_case *s = pl->tasks[i].script;
        for (size_t k = 0; k < s->n_faults; k++) {
            const struct server_fault *f =
                server_fault_find(s->faults[k], strlen(s->faults[k]));
            if (f && f->mode == player_service(pl->tasks[i].service).mode)
                add_faulty(&c, s, pl->tasks[i].service, f);
        }
    }
    for (size_t i = 0; server_fault_at(i); i++) {
        const struct server_fault *f = server_fault_at(i);
        add_faulty(&c, NULL, 2 * (unsigned)f->mode, f);
    }
    done = pl->faulty && crew_play(&c);
    fprintf(stderr, "mutants: %zu plays on servers with a fault\n", c.n);
    free(c.tasks);
    return done;
}

bool player_record(struct player *pl)
{
    pl->tasks = calloc(script_count(pl->suite) * SERVICES + 1,
                       sizeof *pl->tasks);
    for (unsigned i = 0; pl->tasks && i < SERVICES; i++)
        if (!record_service(pl, i))
            return false;
    return pl->tasks && record_faulty(pl);
}
