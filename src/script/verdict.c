/*
 * verdict: names.
 */
#include "script/verdict.h"

const char *verdict_name(enum verdict v)
{
    static const char *const names[VERDICT_COUNT] = {
        [VERDICT_PASS] = "PASS",
        [VERDICT_INFO] = "INFO",
        [VERDICT_SKIP] = "SKIP",
        [VERDICT_WARN] = "WARN",
        [VERDICT_BLOCKED] = "BLOCKED",
        [VERDICT_FAIL] = "FAIL",
        [VERDICT_ERROR] = "ERROR",
    };

    return (unsigned)v < VERDICT_COUNT ? names[v] : "?";
}
