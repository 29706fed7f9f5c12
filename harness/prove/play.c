/* Playing a job, and judging what it showed. */
#include <stdio.h>
#include <string.h>

#include "check/gate.h"
#include "check/play.h"
#include "prove/prove.h"
#include "script/run.h"

/* ---- playing ------------------------------------------------------------ */

static size_t index_of(struct service s)
{
    return (size_t)s.mode * 2 + s.implicit;
}

struct probe *prove_facts(struct prove *pr, struct service s)
{
    return &pr->clean[index_of(s)];
}

struct rig *prove_rig(struct prove *pr, struct service s)
{
    return &pr->rigs[index_of(s)];
}

bool prove_plays(struct prove *pr, const struct rig *rig, struct service s,
                  const struct script_case *c, struct plan_case *out)
{
    plan_case(&rig->cfg, prove_facts(pr, s), NULL, pr->suite, c, out);
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

    if (!prove_plays(pr, rig, j->service, j->script, &planned))
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

    if (!passive || plan_preamble(&rig->cfg, prove_facts(pr, j->service),
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

/* ---- judging ------------------------------------------------------------ */

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

void prove_play(struct prove *pr, struct job *j)
{
    struct rig rig;
    struct plan_case planned;
    char err[256];

    /* Nine in ten: no server is needed to see that nothing is to be played. */
    if (j->script && !prove_plays(pr, prove_rig(pr, j->service), j->service,
                                  j->script, &planned)) {
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
