/*
 * merge: the parts of one run made one result.
 */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"
#include "report/several.h"

/* The value of an option that the result was made with, or NULL. */
const char *result_option(const struct result *r, const char *name);

/* "2/4" read: I into *i, N into *n. False: the result is no shard. */
bool result_shard(const struct result *r, unsigned *i, unsigned *n);

/*
 * NULL, or why a and b cannot be parts of one run, in a sentence of a's own:
 * another target, other options. What chooses cases may differ when `forced`
 * (--select, --exclude, --level, --shard), else only --shard.
 */
const char *result_unlike(struct result *a, const struct result *b,
                          bool forced);

/*
 * Makes out, which result_init has made, one result of the parts, n at least
 * 1. It takes over their sessions and points into their memory: they are
 * freed behind it. Cases that several parts have (the rules over all
 * sessions, as a rule) become one with the heaviest verdict; where those of
 * a session differ it is unstable. Times count from the first start. False
 * when memory ran out.
 */
bool result_merge(struct result *out, struct result *const *parts, size_t n);

#endif
