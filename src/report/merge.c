/*
 * merge: see merge.h.
 */
#include "report/merge.h"

#include <stdlib.h>
#include <string.h>

#define SHARDS_MAX 10000

const char *result_option(const struct result *r, const char *name)
{
    for (size_t i = 0; i < r->n_options; i++)
        if (strcmp(r->options[i].name, name) == 0)
            return r->options[i].value;
    return NULL;
}

bool result_shard(const struct result *r, unsigned *i, unsigned *n)
{
    const char *value = result_option(r, "shard");
    char *slash, *end;
    unsigned long a, b;

    if (!value)
        return false;
    a = strtoul(value, &slash, 10);
    if (*slash != '/')
        return false;
    b = strtoul(slash + 1, &end, 10);
    *i = (unsigned)a;
    *n = (unsigned)b;
    return *end == '\0' && a >= 1 && a <= b && b <= SHARDS_MAX;
}

/* Options that choose cases. */
static bool chooses(const char *name, bool forced)
{
    static const char *const names[] = {"shard", "select", "exclude", "level"};

    for (size_t i = 0; i < (forced ? sizeof names / sizeof *names : 1); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static size_t times_given(const struct result *r, const struct result_pair *o)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_options; i++)
        n += strcmp(r->options[i].name, o->name) == 0 &&
             strcmp(r->options[i].value, o->value) == 0;
    return n;
}

/* An option of a that b was not given as often, or NULL. */
static const char *option_apart(const struct result *a, const struct result *b,
                                bool forced)
{
    for (size_t i = 0; i < a->n_options; i++) {
        const struct result_pair *o = &a->options[i];
        if (!chooses(o->name, forced) && times_given(a, o) != times_given(b, o))
            return o->name;
    }
    return NULL;
}

/* A part that met no server has no profile: it may join any. */
static bool same_profile(const struct result *a, const struct result *b)
{
    return !a->server.profile || !b->server.profile ||
           strcmp(a->server.profile, b->server.profile) == 0;
}

const char *result_unlike(struct result *a, const struct result *b, bool forced)
{
    const char *name;

    if (strcmp(a->target, b->target) != 0)
        return result_textf(a, "the targets are %s and %s", a->target,
                            b->target);
    if (!same_profile(a, b))
        return result_textf(a, "the profiles are %s and %s", a->server.profile,
                            b->server.profile);
    name = option_apart(a, b, forced);
    if (!name)
        name = option_apart(b, a, forced);
    return name ? result_textf(a, "--%s is not the same", name) : NULL;
}

/* In the order of what tells most: a rule that one part had nothing to hold
 * against is judged by the others. */
static unsigned weight(const struct result_case *c)
{
    static const unsigned of[VERDICT_COUNT] = {
        [VERDICT_SKIP] = 0, [VERDICT_PASS] = 1,    [VERDICT_INFO] = 2,
        [VERDICT_WARN] = 3, [VERDICT_BLOCKED] = 4, [VERDICT_FAIL] = 5,
        [VERDICT_ERROR] = 6};

    return of[c->verdict];
}

/*
 * The case that stands for a row: the heaviest, and of equals the first. Its
 * session is taken from the part that has it. How many replies a passive rule
 * looked at is in the reason alone, and where it passed in none: the counts of
 * the parts cannot be added up, so they are said to be one part's.
 */
static struct result_case join_case(struct result *into,
                                    const struct several_row *row,
                                    struct result *const *parts, size_t n)
{
    const struct result_case *best = NULL;
    struct result_case out, *owner;
    bool differ = false;
    size_t from = 0;

    for (size_t i = 0; i < n; i++) {
        if (!row->in[i])
            continue;
        differ |= best && best->verdict != row->in[i]->verdict;
        if (best && weight(best) >= weight(row->in[i]))
            continue;
        best = row->in[i];
        from = i;
    }
    owner = &parts[from]->cases[best - parts[from]->cases];
    out = *owner;
    memset(&owner->log, 0, sizeof owner->log);
    out.unstable |= differ && !out.passive;
    if (!out.passive)
        out.at += (uint64_t)(parts[from]->started - into->started) * 1000000;
    if (out.passive && n > 1 && out.reason[0] && out.verdict != VERDICT_SKIP)
        out.reason = result_textf(into, "%s; counted in 1 of %zu parts",
                                  out.reason, n);
    return out;
}

static void join_cases(struct result *out, const struct several *s,
                       struct result *const *parts)
{
    out->cases = result_alloc(out, (s->n_rows + 1) * sizeof *out->cases);
    for (size_t i = 0; i < s->n_rows; i++)
        out->cases[out->n_cases++] =
            join_case(out, &s->rows[i], parts, s->n);
}

/* What any part says of a requirement; the more the later in the enum. */
static void join_requirements(struct result *out, const struct several *s)
{
    struct result_requirement *list =
        result_alloc(out, (s->n_requirements + 1) * sizeof *list);

    for (size_t i = 0; i < s->n_requirements; i++) {
        const struct several_requirement *row = &s->requirements[i];
        list[i] = *row->any;
        for (size_t k = 0; k < s->n; k++)
            if (row->in[k] && row->in[k]->status > list[i].status)
                list[i].status = row->in[k]->status;
    }
    out->requirements = list;
    out->n_requirements = s->n_requirements;
}

/* What chose the cases of one part is no option of the whole. */
static void join_options(struct result *out, const struct several *s)
{
    const struct result *first = s->runs[0];
    struct result_pair *list =
        result_alloc(out, (first->n_options + 1) * sizeof *list);

    for (size_t i = 0; i < first->n_options; i++) {
        const struct result_pair *o = &first->options[i];
        bool all = strcmp(o->name, "shard") != 0 || s->n == 1;
        for (size_t k = 1; k < s->n; k++)
            all &= times_given(s->runs[k], o) == times_given(first, o);
        if (all)
            list[out->n_options++] = *o;
    }
    out->options = list;
}

static bool has_stale(const struct result *r, const char *id)
{
    for (size_t i = 0; i < r->n_stale; i++)
        if (strcmp(r->stale[i].id, id) == 0)
            return true;
    return false;
}

static void join_stale(struct result *out, const struct several *s)
{
    struct result_stale *list;
    size_t most = 0;

    for (size_t k = 0; k < s->n; k++)
        most += s->runs[k]->n_stale;
    list = result_alloc(out, (most + 1) * sizeof *list);
    out->stale = list;
    for (size_t k = 0; k < s->n; k++)
        for (size_t i = 0; i < s->runs[k]->n_stale; i++)
            if (!has_stale(out, s->runs[k]->stale[i].id))
                list[out->n_stale++] = s->runs[k]->stale[i];
}

/* Times, and what became of the runs. The server is the first that answered:
 * a greeting may hold a time, so two are never compared. */
static void join_runs(struct result *out, const struct several *s)
{
    const struct result *first = s->runs[0];

    out->tool = first->tool;
    out->suite = first->suite;
    out->target = first->target;
    out->started = first->started;
    out->ended = first->ended;
    for (size_t k = 0; k < s->n; k++) {
        const struct result *r = s->runs[k];
        if (r->started < out->started)
            out->started = r->started;
        if (r->ended > out->ended)
            out->ended = r->ended;
        if (!out->server.greeting.n)
            out->server = r->server;
        if (!out->failure && r->failure)
            out->failure = r->failure;
        out->interrupted |= r->interrupted;
    }
}

bool result_merge(struct result *out, struct result *const *parts, size_t n)
{
    struct several s;
    bool ok = several_init(&s, SEVERAL_SERVERS,
                           (const struct result *const *)parts, n);

    if (ok) {
        join_runs(out, &s);
        join_options(out, &s);
        join_stale(out, &s);
        join_cases(out, &s, parts);
        join_requirements(out, &s);
    }
    several_free(&s);
    return ok;
}
