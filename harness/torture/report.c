/* report: what must be true of a report, whatever the server did. */
#include <fnmatch.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "torture/torture.h"

#define MEMORY_MAX (256L * 1024) /* KiB */

static bool wrong(char *why, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(char *why, size_t cap, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(why, cap, format, ap);
    va_end(ap);
    return false;
}

/* To say nothing at all is right there. */
#define SILENCE_IS_RIGHT "rfc8314/3.3/no-clear-*"

static const char *text(const json_t *of, const char *key)
{
    const char *s = json_string_value(json_object_get(of, key));

    return s ? s : "";
}

/* True when the server said anything in the session that is shown. */
static bool heard(const json_t *c)
{
    size_t i;
    const json_t *entry;

    json_array_foreach(json_object_get(c, "transcript"), i, entry)
        if (strcmp(text(entry, "event"), "received") == 0)
            return true;
    return false;
}

static bool listed(const char *globs, const char *id)
{
    char room[1024];
    char *save = NULL;

    snprintf(room, sizeof room, "%s", globs);
    for (char *g = strtok_r(room, " ", &save); g;
         g = strtok_r(NULL, " ", &save))
        if (fnmatch(g, id, 0) == 0)
            return true;
    return false;
}

/* One case's result. */
static bool check_case(const struct way *way, const json_t *c, char *why,
                       size_t cap)
{
    const char *id = text(c, "id"), *verdict = text(c, "verdict");
    bool passive = json_is_true(json_object_get(c, "passive"));
    bool pass = strcmp(verdict, "PASS") == 0;

    if (strcmp(verdict, "ERROR") == 0)
        return wrong(why, cap, "%s is ERROR: %s", id, text(c, "reason"));
    if (pass && way->may_pass && !listed(way->may_pass, id))
        return wrong(why, cap, "%s is PASS", id);
    if (pass && !passive && !heard(c) && !listed(SILENCE_IS_RIGHT, id))
        return wrong(why, cap, "%s is PASS, and nothing was heard", id);
    if (strcmp(verdict, "FAIL") == 0 && !passive &&
        (!text(c, "reason")[0] || !text(c, "spec")[0]))
        return wrong(why, cap, "%s is FAIL without a reason", id);
    return true;
}

static bool check_json(const struct way *way, const json_t *r,
                       const struct victim *v, size_t cases, char *why,
                       size_t cap)
{
    const json_t *list = json_object_get(r, "cases"), *c;
    bool failure = json_is_string(json_object_get(r, "failure"));
    size_t i;

    if (json_array_size(list) != cases)
        return wrong(why, cap, "%zu results of %zu", json_array_size(list),
                     cases);
    if (failure && v->exit != 3)
        return wrong(why, cap, "exit status %d, but: %s", v->exit,
                     text(r, "failure"));
    json_array_foreach(list, i, c)
        if (!check_case(way, c, why, cap))
            return false;
    return true;
}

bool report_check(const struct way *way, const char *json,
                  const struct victim *v, size_t cases, char *why, size_t cap)
{
    json_error_t e;
    json_t *r;
    bool ok;

    if (v->late)
        return wrong(why, cap, "it took more than %.0f s", v->seconds);
    if (v->signal)
        return wrong(why, cap, "signal %d", v->signal);
    if (v->exit < 0 || !(way->exits & EXIT_BIT(v->exit)))
        return wrong(why, cap, "exit status %d", v->exit);
    if (v->kib > MEMORY_MAX)
        return wrong(why, cap, "%ld KiB of memory", v->kib);
    r = json_load_file(json, 0, &e);
    if (!r)
        return wrong(why, cap, "%s:%d: %s", json, e.line, e.text);
    ok = check_json(way, r, v, cases, why, cap);
    json_decref(r);
    return ok;
}

size_t report_cases(const char *json)
{
    json_t *r = json_load_file(json, 0, NULL);
    size_t n = json_array_size(json_object_get(r, "cases"));

    json_decref(r);
    return n;
}
