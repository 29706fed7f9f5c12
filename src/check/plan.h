/*
 * plan: which cases are played, and why the others are not.
 */
#ifndef CHECK_PLAN_H
#define CHECK_PLAN_H

#include "check/config.h"
#include "check/probe.h"
#include "script/script.h"

enum plan_action {
    PLAN_PLAY,
    PLAN_SKIP,   /* a need is not met */
    PLAN_BLOCKED /* it is met in principle, but cannot be used */
};

struct plan_case {
    const struct script_case *script;
    const struct script_case *preamble; /* or NULL */
    enum plan_action action;
    char why[480]; /* unless PLAN_PLAY */
};

/* True when the case is chosen by --select, --exclude, --level, --shard. */
bool plan_selected(const struct check_config *cfg, const struct script_case *c);

/* The same for an id alone; its level is not looked at. */
bool plan_selected_id(const struct check_config *cfg, const char *id);

/* True when id is in the shard that cfg names: by a hash of the id, so that
 * a case stays in its shard when others come or go. */
bool plan_in_shard(const struct check_config *cfg, const char *id);

/* True when the pattern matches id: an id prefix that ends at a "/" or at
 * the end, or a glob. */
bool plan_match(const char *pattern, const char *id);

/* True when a pattern of the set does. */
bool plan_matches(const struct check_patterns *set, const char *id);

/* True when a need of that kind is among the case's, not negated. */
bool plan_needs(const struct script_case *c, enum script_need_kind kind);

/* Decides on one case. account_why is why the account cannot be used, or
 * NULL. */
void plan_case(const struct check_config *cfg, const struct probe *p,
               const char *account_why, const struct script_set *suite,
               const struct script_case *c, struct plan_case *out);

/* The variant of preamble `name` to use; out->script stays NULL. */
enum plan_action plan_preamble(const struct check_config *cfg,
                               const struct probe *p,
                               const struct script_set *suite, const char *name,
                               struct plan_case *out);

/* The address that stands for an option that was not given. */
const char *plan_or(const char *given, const char *otherwise);

#endif
