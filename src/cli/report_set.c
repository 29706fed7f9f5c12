/*
 * report_set: see report_set.h.
 */
#include "cli/report_set.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/load.h"
#include "report/merge.h"

/* A name or a sentence in a message, whoever wrote it. */
static void say(FILE *err, const char *text)
{
    char *clean = report_clean(text);

    clean[strcspn(clean, "\n")] = '\0';
    fputs(clean, err);
    free(clean);
}

static bool out_of_memory(FILE *err)
{
    fputs("smtpspec report: out of memory\n", err);
    return false;
}

/* One more result, empty. NULL when memory ran out. */
static struct result *add(struct report_set *s)
{
    struct result *r = calloc(1, sizeof *r);

    if (!r || !result_init(r)) {
        free(r);
        return NULL;
    }
    s->owned[s->n_owned++] = r;
    return r;
}

bool report_set_load(struct report_set *s, char **files, size_t n, FILE *err)
{
    char why[5000];

    s->at = calloc(n + 1, sizeof(void *));
    s->names = calloc(n + 1, sizeof(void *));
    s->owned = calloc(2 * n + 1, sizeof(void *)); /* merged ones, too */
    if (!s->at || !s->names || !s->owned)
        return out_of_memory(err);
    for (; s->n < n; s->n++) {
        struct result *r = add(s);
        if (!r)
            return out_of_memory(err);
        s->at[s->n] = r;
        s->names[s->n] = files[s->n];
        if (report_load_file(r, files[s->n], why, sizeof why))
            continue;
        fputs("smtpspec report: ", err);
        say(err, why);
        fputc('\n', err);
        return false;
    }
    return true;
}

static void say_version(FILE *err, const struct report_set *s, size_t i)
{
    say(err, s->names[i]);
    fputs(" is by ", err);
    say(err, s->at[i]->tool);
    fputs(", suite ", err);
    say(err, s->at[i]->suite[0] ? s->at[i]->suite : "unknown");
}

bool report_set_one_version(const struct report_set *s, FILE *err)
{
    for (size_t i = 1; i < s->n; i++) {
        if (strcmp(s->at[0]->tool, s->at[i]->tool) == 0 &&
            strcmp(s->at[0]->suite, s->at[i]->suite) == 0)
            continue;
        fputs("smtpspec report: expected results of one version: ", err);
        say_version(err, s, 0);
        fputs("; ", err);
        say_version(err, s, i);
        fputc('\n', err);
        return false;
    }
    return true;
}

/* ---- merging ---- */

/* The parts of one run. */
struct parts {
    struct result *at[REPORT_FILES_MAX];
    size_t from[REPORT_FILES_MAX]; /* indices into the set */
    size_t n;
    unsigned shards; /* how many there must be; 0: not shards */
};

static bool unlike(const struct report_set *s, size_t i, size_t k,
                   const char *why, FILE *err)
{
    fputs("smtpspec report: ", err);
    say(err, s->names[i]);
    fputs(" and ", err);
    say(err, s->names[k]);
    fputs(" are no parts of one run: ", err);
    say(err, why);
    fputc('\n', err);
    return false;
}

/* Parts of the run that i is of: all, or the shards of its target. */
static bool collect(struct report_set *s, size_t i, bool all, struct parts *p,
                    FILE *err)
{
    unsigned shard, shards;

    p->n = 0;
    p->shards = 0;
    if (!result_shard(s->at[i], &shard, &p->shards) && !all)
        return true;
    for (size_t k = i; k < s->n; k++) {
        const char *why = result_unlike(s->at[i], s->at[k], all);
        bool is_shard = result_shard(s->at[k], &shard, &shards) &&
                        shards == p->shards &&
                        strcmp(s->at[i]->target, s->at[k]->target) == 0;
        if (!all && !is_shard)
            continue;
        if (why)
            return unlike(s, i, k, why, err);
        p->from[p->n] = k;
        p->at[p->n++] = s->at[k];
    }
    return true;
}

/* Each shard once. */
static bool is_complete(const struct report_set *s, const struct parts *p,
                        FILE *err)
{
    for (unsigned want = 1; want <= p->shards; want++) {
        unsigned i, n, times = 0;
        for (size_t k = 0; k < p->n; k++)
            times +=
                result_shard(p->at[k], &i, &n) && i == want && n == p->shards;
        if (times == 1)
            continue;
        fprintf(err, "smtpspec report: expected each shard once: %u/%u of ",
                want, p->shards);
        say(err, s->at[p->from[0]]->target);
        fprintf(err, " is %s\n", times ? "there twice" : "missing");
        return false;
    }
    return true;
}

/* The merged result takes the place of its first part. */
static bool replace(struct report_set *s, const struct parts *p, FILE *err)
{
    struct result *whole = add(s);
    size_t n = 0;

    if (!whole || !result_merge(whole, p->at, p->n))
        return out_of_memory(err);
    for (size_t i = 0, k = 0; i < s->n; i++) {
        bool is_part = k < p->n && p->from[k] == i;
        k += is_part;
        if (is_part && k > 1)
            continue;
        s->at[n] = is_part ? whole : s->at[i];
        s->names[n++] = s->names[i];
    }
    s->n = n;
    return true;
}

static bool merge_all(struct report_set *s, bool all, struct parts *p,
                      FILE *err)
{
    for (size_t i = 0; i < s->n && s->n > 1; i++) {
        if (!collect(s, i, all, p, err))
            return false;
        if (p->n == 0)
            continue;
        if (!all && !is_complete(s, p, err))
            return false;
        if (!replace(s, p, err))
            return false;
    }
    return true;
}

bool report_set_merge(struct report_set *s, bool all, FILE *err)
{
    struct parts *p = calloc(1, sizeof *p);
    bool ok = p ? merge_all(s, all, p, err) : out_of_memory(err);

    free(p);
    return ok;
}

void report_set_free(struct report_set *s)
{
    while (s->n_owned > 0) {
        struct result *r = s->owned[--s->n_owned];
        result_free(r);
        free(r);
    }
    free(s->at);
    free(s->names);
    free(s->owned);
    memset(s, 0, sizeof *s);
}
