/* The report: what is wrong, and with -v what each case has shown. */
#include <stdio.h>
#include <string.h>

#include "prove/prove.h"
#include "script/run.h"

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
size_t prove_report(const struct prove *pr)
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
        if (is_found || pr->select.n || pr->every > 1)
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
