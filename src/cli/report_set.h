/*
 * report_set: the results that `report` was given, loaded and joined.
 */
#ifndef CLI_REPORT_SET_H
#define CLI_REPORT_SET_H

#include <stdbool.h>
#include <stdio.h>

#include "report/result.h"

#define REPORT_FILES_MAX 1024

struct report_set {
    struct result **at; /* what is shown: a file's, or a merged one */
    const char **names; /* of its (first) file */
    size_t n;
    struct result **owned; /* all, in the order of making */
    size_t n_owned;
};

/* Loads files[0..n). False with one line in err. The caller frees the set
 * either way. */
bool report_set_load(struct report_set *s, char **files, size_t n, FILE *err);

/* False with both versions in err unless all results are of one tool and one
 * suite. */
bool report_set_one_version(const struct report_set *s, FILE *err);

/* Makes one result of the shards of each run; all: one of everything. False
 * with one line in err: a shard is missing or there twice, parts differ. */
bool report_set_merge(struct report_set *s, bool all, FILE *err);

void report_set_free(struct report_set *s);

#endif
