/*
 * The catalogue and the suite as they are: each requirement on servers has a
 * case or says why it has none, and nearly all that can be seen are covered.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "check/catalogue.h"
#include "check/passive.h"
#include "script/script.h"

static bool in_list(const char *const *list, size_t n, const char *id)
{
    for (size_t i = 0; i < n && list[i]; i++)
        if (strcmp(list[i], id) == 0)
            return true;
    return false;
}

static bool covered(const struct script_set *set, const char *id)
{
    const struct passive_rule *rule;

    for (size_t i = 0; i < script_count(set); i++) {
        const struct script_case *c = script_at(set, i);
        if (in_list(c->covers, c->n_covers, id))
            return true;
    }
    for (size_t i = 0; (rule = passive_rule_at(i)); i++)
        if (in_list(rule->covers, sizeof rule->covers / sizeof *rule->covers,
                    id))
            return true;
    return false;
}

static void mistake(void *ctx, const struct script_error *e)
{
    (void)ctx;
    cr_expect(false, "%s:%u: %s", e->file, e->line, e->message);
}

/* Known ids only, or a row would seem to be covered by nobody. */
static void expect_known(const struct catalogue *c, const char *by,
                         const char *const *list, size_t n)
{
    for (size_t i = 0; i < n && list[i]; i++)
        cr_expect(catalogue_find(c, list[i]), "%s covers %s, which is none",
                  by, list[i]);
}

Test(cover, each_row_has_a_case_or_a_reason)
{
    static const char *const kinds[] = {"wire",   "delivery", "config",
                                        "timing", "beyond",   "none"};
    struct script_set *set = script_set_new();
    size_t observable = 0, n = 0;
    char err[256] = "";

    if (access("conformance/requirements.tsv", R_OK) < 0)
        cr_skip_test("not run from the top of a checkout");
    struct catalogue *c = catalogue_load("conformance", err, sizeof err);
    cr_assert_not_null(c, "%s", err);
    cr_assert_eq(script_load(set, "conformance/cases", mistake, NULL), 0);
    for (size_t i = 0; i < catalogue_count(c); i++) {
        const struct catalogue_requirement *r = catalogue_at(c, i);
        bool has = covered(set, r->id);
        cr_expect(in_list(kinds, sizeof kinds / sizeof *kinds, r->observable),
                  "%s: observable is \"%s\"", r->id, r->observable);
        if (!catalogue_is_server(r))
            continue;
        cr_expect_neq(has, r->reason[0] != '\0', "%s: %s", r->id,
                      has ? "a case, and a reason for having none"
                          : "neither a case nor a reason");
        observable += has || catalogue_is_observable(r);
        n += has;
    }
    cr_expect_geq(100 * n, 95 * observable, "%zu of %zu rows are covered", n,
                  observable);
    for (size_t i = 0; i < script_count(set); i++)
        expect_known(c, script_at(set, i)->id, script_at(set, i)->covers,
                     script_at(set, i)->n_covers);
    catalogue_free(c);
    script_set_free(set);
}
