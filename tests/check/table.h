/*
 * table: one run of check against one server, and what came of it.
 */
#ifndef TESTS_CHECK_TABLE_H
#define TESTS_CHECK_TABLE_H

#include "check/check.h"
#include "tests/check/fake.h"

#define META(level, covers)                                                    \
    "title: t\nspec: RFC5321 1\ncovers: " covers "\nfault: f\nlevel: " level   \
    "\n"

/* One run against one server. */
struct table {
    struct check_config cfg;
    struct script_set *suite;
    struct catalogue *catalogue;
    struct result r;
    char err[256];
    int rc;
    unsigned progress;
    size_t done, total;
    unsigned ms;
};

/* Runs t->cfg over these cases, with preambles "ehlo", "auth", "tour". */
void table_run(struct table *t, const char *suite);
void table_stop(struct table *t);

/* The result of a case; fails the test when there is none. */
const struct result_case *table_find(const struct table *t, const char *id);

/* Six cases, one of them skipped; and forty. */
extern const char table_good[], table_many[];

#endif
