/* The list of jobs: each case on each strict server, and on each server with
 * a fault that it names; all of it twice, with replies whole and split. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prove/prove.h"

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
        if (prove_plays(pr, prove_rig(pr, *out), *out, c, &planned))
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
        for (unsigned i = 0; i < SERVICES; i += 2) { /* the clean ones */
            struct service service = {(enum server_mode)(i / 2), false};
            add_job(pr, RULE, service, splits[s])->rule = rule;
        }
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

void prove_add_all(struct prove *pr)
{
    for (size_t i = 0; i < script_count(pr->suite); i++)
        if (i % pr->every == 0 && wanted(pr, script_at(pr->suite, i)->id))
            add_case(pr, script_at(pr->suite, i));
    for (size_t i = 0; passive_rule_at(i); i++)
        if (wanted(pr, passive_rule_at(i)->id))
            add_rule(pr, passive_rule_at(i));
}
