/*
 * baseline: failures that are known and accepted for a while. The format of
 * the file is in docs/baseline.md: a line a case, with its verdict, the reply
 * code that it is pinned to or "-", the last day of the entry, and why.
 */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"

struct baseline_entry {
    char *id, *reason;
    enum verdict verdict; /* FAIL or BLOCKED */
    unsigned code;        /* 0: any reply */
    char until[11];       /* "2027-02-20" */
    unsigned line;        /* in the file */
};

struct baseline {
    struct baseline_entry *entries;
    size_t n, cap;
};

/* Reads a file. NULL with "FILE:LINE: expected ..., not ..." in err. */
struct baseline *baseline_load(const char *path, char *err, size_t err_cap);
void baseline_free(struct baseline *b);

/* NULL for an id that it does not list. b may be NULL. */
const struct baseline_entry *baseline_find(const struct baseline *b,
                                           const char *id);

/*
 * Says of each case of r whether it is known, and of which entries the time
 * is over: the case passes, or it is past the last day when the run began.
 * An entry whose case is not in r, or was not tested, stays. A reply other
 * than the pinned one is a failure that is not known, with a note on it.
 */
void baseline_apply(const struct baseline *b, struct result *r);

#endif
