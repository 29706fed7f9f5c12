/*
 * check: plans the cases for one server, plays them, judges.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "check/config.h"
#include "check/catalogue.h"
#include "report/result.h"
#include "script/script.h"

/* Called whenever a case ends, from any worker but never at once. */
struct check_progress {
    size_t done, total;
    size_t count[VERDICT_COUNT];
    uint64_t left; /* nanoseconds that the rest will take, about; 0: unknown */
    const struct result_case *last;
};
typedef void check_progress_fn(void *ctx, const struct check_progress *p);

/*
 * Runs the suite. The result is always complete: what was not played is
 * BLOCKED (or SKIP) with the reason; r->failure says why a run could not
 * test at all. Returns 0, or -1 with one line in err when the selection
 * matches nothing (wrong usage: no connection was made).
 */
int check_run(const struct check_config *cfg, const struct script_set *suite,
              const struct catalogue *catalogue, check_progress_fn *progress,
              void *ctx, struct result *r, char *err, size_t err_cap);

#endif
