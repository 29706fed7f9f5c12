/* Playing one mutant: the cases whose sessions come to its place, until one
 * of them sees it. */
#include <stdlib.h>
#include <string.h>

#include "mutants/hook.h"
#include "mutants/player.h"

#define SLOW       (700 * NET_MS) /* these cases come second */
#define BLOCKED_IN 30 /* so many blocked cases: no more will come of it */

/* What became of a mutant, the worst first. */
enum outcome { SURVIVED, SKIPPED, BLOCKED, FOUND };

static const char *const NAMES[] = {"survived", "skipped", "blocked", "found"};

struct fate {
    struct player *pl;
    int mutant;
    enum outcome outcome;
    size_t plays, blocked;
    const struct task *by; /* or NULL */
    const char *rule;      /* the passive rule instead, or NULL */
    unsigned service;
    enum verdict verdict;
};

static bool finds(enum verdict v)
{
    return v == VERDICT_FAIL || v == VERDICT_WARN || v == VERDICT_INFO;
}

static bool go_on(struct crew *c)
{
    const struct fate *f = c->ctx;

    return f->outcome != FOUND && f->blocked < BLOCKED_IN;
}

static void judge(struct crew *c, struct task *t,
                  const struct result_case *found)
{
    struct fate *f = c->ctx;
    enum verdict v = found->verdict;
    enum outcome o = finds(v)            ? FOUND
                     : v == VERDICT_PASS ? SURVIVED
                     : v == VERDICT_SKIP ? SKIPPED
                                         : BLOCKED;

    f->plays++;
    f->blocked += o == BLOCKED;
    if (o <= f->outcome)
        return;
    f->outcome = o;
    f->by = t;
    f->service = t->service;
    f->verdict = v;
}

static void judge_passive(struct fate *f, struct crew *c)
{
    const struct check_config cfg = {.level = SMTP_LEVEL_MAY};
    struct result *r = &f->pl->result;
    struct result_case *all =
        result_alloc(r, passive_count() * sizeof *all);
    size_t n = passive_results(c->passive, &cfg, r, all);

    for (size_t i = 0; i < n && f->outcome != FOUND; i++) {
        if (!finds(all[i].verdict) ||
            all[i].verdict == f->pl->passive[c->service][i])
            continue;
        f->outcome = FOUND;
        f->rule = all[i].id;
        f->service = c->service;
        f->verdict = all[i].verdict;
    }
}

/* ---- which, and in what order -------------------------------------------- */

/* Who has found most comes first, then who is quick. */
static int order(const void *a, const void *b)
{
    const struct task *x = *(struct task *const *)a;
    const struct task *y = *(struct task *const *)b;

    if (x->kills != y->kills)
        return x->kills < y->kills ? 1 : -1;
    return x->took < y->took ? -1 : x->took > y->took;
}

/* The first of the tasks of this case that comes to the place. */
static bool is_first(const struct fate *f, size_t i)
{
    const struct player *pl = f->pl;

    for (size_t k = 0; k < i; k++)
        if (pl->tasks[k].script == pl->tasks[i].script &&
            (pl->tasks[k].seen[f->mutant] & MUTANT_DIFFERS))
            return false;
    return true;
}

/* Pass 0: each case once, unless it waits; pass 1: those that wait; pass 2: all
 * of them on the other services. */
static size_t choose(const struct fate *f, unsigned service, int pass,
                     struct task **out)
{
    size_t n = 0;

    for (size_t i = 0; i < f->pl->n; i++) {
        struct task *t = &f->pl->tasks[i];
        int of;
        if (t->service != service ||
            (f->mutant && !(t->seen[f->mutant] & MUTANT_DIFFERS)))
            continue;
        of = !is_first(f, i) ? 2 : t->took >= SLOW;
        if (of == pass)
            out[n++] = t;
    }
    qsort(out, n, sizeof(void *), order);
    return n;
}

static void play_service(struct fate *f, unsigned service, int pass,
                         struct task **list)
{
    struct probe facts = {0};
    struct crew c = {.pl = f->pl,
                     .service = service,
                     .facts = &facts,
                     .tasks = list,
                     .n = choose(f, service, pass, list),
                     .go = go_on,
                     .done = judge,
                     .ctx = f};

    if (c.n == 0)
        return;
    c.passive = passive_new(f->pl->catalogue);
    if (!c.passive || !crew_play(&c)) {
        f->outcome = BLOCKED;
        f->blocked = BLOCKED_IN;
        return;
    }
    judge_passive(f, &c);
    probe_free(&facts);
    passive_free(c.passive);
}

/* Why nothing was played: no session with a strict server comes there, or
 * none at all, or it makes no difference to those that do. */
static const char *unplayed(const struct fate *f, unsigned seen)
{
    if (seen & MUTANT_CAME)
        return "idle";
    return f->pl->faulty[f->mutant] ? "fault" : "unreached";
}

/* A single case that is blocked is one that came too late on a busy machine;
 * what breaks sessions breaks many of them. */
static void weigh_blocked(struct fate *f)
{
    if (f->outcome == BLOCKED && f->blocked < BLOCKED_IN &&
        2 * f->blocked < f->plays)
        f->outcome = SURVIVED;
}

static void write_row(const struct fate *f, unsigned seen, FILE *out)
{
    const char *id = f->rule ? f->rule : f->by ? f->by->script->id : "-";
    struct service s = player_service(f->service);
    bool any = f->rule || f->by;

    fprintf(out, "%d\t%s\t%s\t%s%s\t%s\t%zu\t%td\n", f->mutant,
            seen & MUTANT_DIFFERS ? NAMES[f->outcome] : unplayed(f, seen), id,
            any ? server_mode_name(s.mode) : "-",
            any && s.implicit ? "-tls" : "",
            any ? verdict_name(f->verdict) : "-", f->plays,
            f->by ? f->by - f->pl->tasks : -1);
    fflush(out);
}

/* What the sessions with strict servers see of a place, all together. */
static unsigned seen_of(const struct player *pl, int mutant)
{
    unsigned seen = mutant ? 0 : MUTANT_DIFFERS;

    for (size_t i = 0; i < pl->n; i++)
        seen |= pl->tasks[i].seen[mutant];
    return seen;
}

size_t player_reach(const struct player *pl, int mutant)
{
    size_t n = 0;

    for (size_t i = 0; i < pl->n; i++)
        n += (pl->tasks[i].seen[mutant] & MUTANT_DIFFERS) != 0;
    return n;
}

bool player_settled(struct player *pl, int mutant, FILE *out)
{
    const struct fate f = {.pl = pl, .mutant = mutant};
    unsigned seen = seen_of(pl, mutant);

    if (seen & MUTANT_DIFFERS)
        return false;
    write_row(&f, seen, out);
    return true;
}

void player_mutant(struct player *pl, int mutant, int passes, FILE *out)
{
    struct task **list = calloc(pl->n + 1, sizeof(void *));
    struct fate f = {.pl = pl, .mutant = mutant};

    mutant_on = mutant;
    for (int pass = 0; list && pass < passes; pass++)
        for (unsigned i = 0; i < SERVICES; i++)
            if (f.outcome != FOUND && f.blocked < BLOCKED_IN)
                play_service(&f, i, pass, list);
    weigh_blocked(&f);
    write_row(&f, seen_of(pl, mutant), out);
    free(list);
}
