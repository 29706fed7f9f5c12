/*
 * list: "smtpspec list": the cases, or the requirements and what covers
 * them. On a terminal in lines of 80 columns, else parted by tabs.
 */
#include <stdlib.h>
#include <string.h>

#include "check/passive.h"
#include "check/plan.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/suite.h"
#include "report/page.h"

#define LEVEL_COLUMN 68

/* What scripts and passive rules have in common. */
struct item {
    const char *id, *title, *level;
    const char *const *covers;
    size_t n_covers;
};

struct list {
    struct cli_options o;
    struct cli_suite suite;
    struct item *items;
    size_t n;
    struct page page;
    bool people; /* not tabs */
};

static int by_id(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return strcmp(x->id, y->id);
}

static size_t listed(const char *const *list, size_t most)
{
    size_t n = 0;

    while (n < most && list[n])
        n++;
    return n;
}

/* All cases, passive rules behind the scripts. False: out of memory. */
static bool collect(struct list *l)
{
    size_t scripts = script_count(l->suite.set);
    const struct passive_rule *rule;

    l->items = calloc(scripts + passive_count() + 1, sizeof *l->items);
    if (!l->items)
        return false;
    for (size_t i = 0; i < scripts; i++) {
        const struct script_case *c = script_at(l->suite.set, i);
        if (c->level <= l->o.cfg.level)
            l->items[l->n++] = (struct item){c->id, c->title, c->level_text,
                                             c->covers, c->n_covers};
    }
    qsort(l->items, l->n, sizeof *l->items, by_id);
    for (size_t i = 0; (rule = passive_rule_at(i)); i++)
        l->items[l->n++] = (struct item){
            rule->id, rule->title, rule->level, rule->covers,
            listed(rule->covers, sizeof rule->covers / sizeof *rule->covers)};
    return true;
}

static void put_case(struct list *l, const struct item *c)
{
    struct page *p = &l->page;

    if (!l->people) {
        fprintf(p->out, "%s\t%s\t%s\n", c->id, c->level, c->title);
        return;
    }
    page_cell(p, PAGE_BOLD, c->id, LEVEL_COLUMN);
    if (p->column + strlen(c->level) > p->width)
        page_end(p);
    page_words(p, PAGE_DIM, LEVEL_COLUMN, c->level);
    page_words(p, PAGE_PLAIN, 4, c->title);
}

static size_t list_cases(struct list *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++) {
        if (!plan_selected_id(&l->o.cfg, l->items[i].id))
            continue;
        put_case(l, &l->items[i]);
        n++;
    }
    if (l->people && n)
        fprintf(l->page.out, "\n%zu cases\n", n);
    return n;
}

static bool covers(const struct item *c, const char *id)
{
    for (size_t i = 0; i < c->n_covers; i++)
        if (strcmp(c->covers[i], id) == 0)
            return true;
    return false;
}

/* A requirement is chosen by its own id or by that of a case. */
static bool is_chosen(const struct list *l, const char *id)
{
    if (plan_selected_id(&l->o.cfg, id))
        return true;
    for (size_t i = 0; i < l->n; i++)
        if (covers(&l->items[i], id) &&
            plan_selected_id(&l->o.cfg, l->items[i].id))
            return true;
    return false;
}

/* Whose duty the row is decides before what can be seen of it. */
static const char *status_of(const struct catalogue_requirement *r,
                             size_t cases)
{
    if (cases)
        return "covered";
    if (!catalogue_is_server(r))
        return "a client's duty";
    return catalogue_is_observable(r) ? "not covered" : "not observable";
}

static size_t count_cases(const struct list *l, const char *id)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        n += covers(&l->items[i], id);
    return n;
}

static void put_requirement(struct list *l,
                            const struct catalogue_requirement *r)
{
    struct page *p = &l->page;
    size_t cases = count_cases(l, r->id);

    if (!l->people) {
        fprintf(p->out, "%s\t%s\t%s\t%s\t", r->id, r->level, r->party,
                status_of(r, cases));
        for (size_t i = 0, n = 0; i < l->n; i++)
            if (covers(&l->items[i], r->id))
                fprintf(p->out, "%s%s", n++ ? " " : "", l->items[i].id);
        fprintf(p->out, "\t%s\t%s\n", r->text, r->reason);
        return;
    }
    page_cell(p, PAGE_BOLD, r->id, 24);
    page_cell(p, PAGE_DIM, r->level, 36);
    page_words(p, cases ? PAGE_GREEN : PAGE_DIM, 36, status_of(r, cases));
    page_words(p, PAGE_PLAIN, 4, r->text);
    if (r->reason[0])
        page_words(p, PAGE_DIM, 4, r->reason);
    for (size_t i = 0; i < l->n; i++)
        if (covers(&l->items[i], r->id))
            page_words(p, PAGE_BLUE, 4, l->items[i].id);
}

/* What the last line counts. */
struct counts {
    size_t rows, server, observable, covered, reason;
};

static void count(struct counts *n, const struct catalogue_requirement *r,
                  size_t cases)
{
    bool seen = catalogue_is_observable(r) || cases > 0;

    n->rows++;
    if (!catalogue_is_server(r))
        return;
    n->server++;
    n->observable += seen;
    n->covered += cases > 0;
    n->reason += cases == 0 && r->reason[0] != '\0';
}

static void put_counts(struct list *l, const struct counts *n)
{
    unsigned tenths =
        n->observable ? (unsigned)(n->covered * 1000 / n->observable) : 1000;

    fprintf(l->page.out,
            "%s%zu server-side rows, %zu of them observable, %zu covered "
            "(%u.%u %%), %zu not covered, with a reason\n",
            l->people ? "\n" : "# ", n->server, n->observable, n->covered,
            tenths / 10, tenths % 10, n->reason);
}

static size_t list_requirements(struct list *l)
{
    struct counts n = {0};

    for (size_t i = 0; i < catalogue_count(l->suite.catalogue); i++) {
        const struct catalogue_requirement *r =
            catalogue_at(l->suite.catalogue, i);
        if (!is_chosen(l, r->id))
            continue;
        put_requirement(l, r);
        count(&n, r, count_cases(l, r->id));
    }
    if (n.rows)
        put_counts(l, &n);
    return n.rows;
}

static int list(struct list *l, FILE *out, FILE *err)
{
    size_t n;

    if (l->o.n_args) {
        fputs("smtpspec list: expected options only\n", err);
        return CLI_USAGE;
    }
    if (!cli_suite_load(&l->suite, l->o.suite, CLI_SUITE_ALL, "list", err))
        return CLI_USAGE;
    if (!collect(l)) {
        fputs("smtpspec list: out of memory\n", err);
        return CLI_UNABLE;
    }
    l->people = cli_is_terminal(out);
    l->page = (struct page){.out = out, .width = 80, .color = l->people};
    n = l->o.requirements ? list_requirements(l) : list_cases(l);
    if (n == 0) {
        fputs("smtpspec list: nothing matches the selection\n", err);
        return CLI_USAGE;
    }
    return cli_flush(out, err, "list", CLI_OK);
}

int cli_list(int argc, char **argv, FILE *out, FILE *err)
{
    struct list l = {0};
    int rc = cli_options_read(&l.o, CLI_FOR_LIST, argc, argv, err);

    if (rc == CLI_OK)
        rc = list(&l, out, err);
    free(l.items);
    cli_suite_free(&l.suite);
    cli_options_free(&l.o);
    return rc;
}
