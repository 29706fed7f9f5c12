/*
 * severity: see severity.h.
 */
#include "report/severity.h"

static const struct {
    const char *name, *meaning;
} rows[SEVERITY_COUNT] = {
    [SEVERITY_NONE] = {"None", "No finding."},
    [SEVERITY_NOTE] = {"Note",
                       "The standards allow it; it is worth knowing."},
    [SEVERITY_LOW] = {"Low",
                      "The server goes against a recommendation. There may "
                      "be good reasons for it; someone should know them."},
    [SEVERITY_MEDIUM] =
        {"Medium",
         "The server breaks a rule, and other servers may fail to "
         "understand it: mail can be refused, delayed or lost. Or it goes "
         "against a recommendation that keeps attackers out."},
    [SEVERITY_HIGH] = {"High",
                       "The server breaks a rule, and someone with bad intent "
                       "gains from it. What is gained is said with the "
                       "finding."},
};

enum report_severity report_severity_of(const struct result_case *c)
{
    switch (c->verdict) {
    case VERDICT_FAIL:
        return c->exploit ? SEVERITY_HIGH : SEVERITY_MEDIUM;
    case VERDICT_WARN:
        return c->exploit ? SEVERITY_MEDIUM : SEVERITY_LOW;
    case VERDICT_INFO:
        return SEVERITY_NOTE;
    case VERDICT_PASS:
    case VERDICT_SKIP:
    case VERDICT_BLOCKED:
    case VERDICT_ERROR:
    case VERDICT_COUNT:
        break;
    }
    return SEVERITY_NONE;
}

size_t report_severity_count(const struct result *r, enum report_severity s)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_cases; i++)
        n += report_severity_of(&r->cases[i]) == s;
    return n;
}

const char *report_severity_name(enum report_severity s)
{
    return rows[s].name;
}

const char *report_severity_meaning(enum report_severity s)
{
    return rows[s].meaning;
}
