/*
 * load_value: see load_value.h.
 */
#include "report/load_value.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/escape.h"
#include "report/formats.h"

#define EXACT     9007199254740992.0 /* 2^53: what a double counts to */
#define SHOWN_MAX 48                 /* octets of a wrong value in a message */

size_t load_enter(struct load *l, const char *member)
{
    size_t where = l->at;
    int n = snprintf(l->path + where, sizeof l->path - where, "%s%.60s",
                     where ? "." : "", member);

    l->at += n > 0 ? (size_t)n : 0;
    if (l->at >= sizeof l->path)
        l->at = sizeof l->path - 1;
    return where;
}

size_t load_enter_at(struct load *l, size_t index)
{
    size_t where = l->at;
    int n = snprintf(l->path + where, sizeof l->path - where, "[%zu]", index);

    l->at += n > 0 ? (size_t)n : 0;
    if (l->at >= sizeof l->path)
        l->at = sizeof l->path - 1;
    return where;
}

void load_leave(struct load *l, size_t where)
{
    l->at = where;
    l->path[where] = '\0';
}

/* A value in few words that may be shown. */
static void describe(json_t *j, char *out, size_t cap)
{
    static const char *const kinds[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
        [JSON_STRING] = "a string",  [JSON_INTEGER] = "a number",
        [JSON_REAL] = "a number",    [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };
    char *clean;

    if (!json_is_string(j)) {
        snprintf(out, cap, "%s", j ? kinds[json_typeof(j)] : "nothing");
        return;
    }
    clean = report_clean(json_string_value(j));
    clean[strcspn(clean, "\n")] = '\0';
    snprintf(out, cap, "\"%.*s%s\"", SHOWN_MAX, clean,
             strlen(clean) > SHOWN_MAX ? "..." : "");
    free(clean);
}

bool load_wrong(struct load *l, const char *what, json_t *j)
{
    char shown[SHOWN_MAX + 8];

    describe(j, shown, sizeof shown);
    snprintf(l->err, l->err_cap, "%s: %s%sexpected %s, not %s", l->name,
             l->path, l->at ? ": " : "", what, shown);
    return false;
}

static void *field(const struct load_row *row, void *to)
{
    return (char *)to + row->offset;
}

/* Whoever wrote the file, no text of it holds what a terminal obeys. */
static const char *keep(struct load *l, json_t *j)
{
    char *clean = report_clean(json_string_value(j));
    const char *kept = result_text(l->r, clean);

    free(clean);
    return kept;
}

bool load_text(struct load *l, json_t *j, const struct load_row *row, void *to)
{
    if (!json_is_string(j))
        return load_wrong(l, "a string", j);
    *(const char **)field(row, to) = keep(l, j);
    return true;
}

bool load_text_or_null(struct load *l, json_t *j, const struct load_row *row,
                       void *to)
{
    if (json_is_null(j))
        return true;
    if (!json_is_string(j))
        return load_wrong(l, "a string or null", j);
    return load_text(l, j, row, to);
}

bool load_bool(struct load *l, json_t *j, const struct load_row *row, void *to)
{
    if (!json_is_boolean(j))
        return load_wrong(l, "true or false", j);
    *(bool *)field(row, to) = json_is_true(j);
    return true;
}

bool load_seconds(struct load *l, json_t *j, const struct load_row *row,
                  void *to)
{
    double s = json_number_value(j);

    if (!json_is_number(j) || !(s >= 0 && s <= EXACT / 1e6))
        return load_wrong(l, "seconds", j);
    *(uint64_t *)field(row, to) = (uint64_t)(s * 1e6 + 0.5) * 1000;
    return true;
}

bool load_count(struct load *l, json_t *j, const struct load_row *row, void *to)
{
    json_int_t n = json_integer_value(j);

    if (!json_is_integer(j) || n < 0 || n > (json_int_t)EXACT)
        return load_wrong(l, "a whole number that is not negative", j);
    *(uint64_t *)field(row, to) = (uint64_t)n;
    return true;
}

bool load_unsigned(struct load *l, json_t *j, const struct load_row *row,
                   void *to)
{
    json_int_t n = json_integer_value(j);

    if (!json_is_integer(j) || n < 0 || n > (json_int_t)UINT_MAX)
        return load_wrong(l, "a whole number that is not negative", j);
    *(unsigned *)field(row, to) = (unsigned)n;
    return true;
}

/* What report_time writes is what it must be: no other form is read. */
bool load_time(struct load *l, json_t *j, const struct load_row *row, void *to)
{
    const char *text = json_is_string(j) ? json_string_value(j) : "";
    struct tm tm = {0};
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    char again[64];
    int64_t ms = rest && *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;

    ms = (ms < 0 || ms > 999) ? 0 : ms + (int64_t)timegm(&tm) * 1000;
    report_time(ms, again, sizeof again);
    if (!rest || ms < 0 || strcmp(again, text) != 0)
        return load_wrong(l, "a time as 2026-11-21T20:14:04.123Z", j);
    *(int64_t *)field(row, to) = ms;
    return true;
}

bool load_unescape(struct load *l, const char *text, struct smtp_span *out)
{
    size_t n = strlen(text);
    char *p = result_alloc(l->r, n + 1);

    if (!report_unescape(text, p, &n))
        return false;
    *out = smtp_span_of(p, n);
    return true;
}

bool load_octets(struct load *l, json_t *j, const struct load_row *row,
                 void *to)
{
    if (!json_is_string(j) ||
        !load_unescape(l, json_string_value(j), field(row, to)))
        return load_wrong(l, "octets, escaped as in a script", j);
    return true;
}

int load_choice(struct load *l, json_t *j, const char *const *names, size_t n)
{
    char what[200] = "one of";
    size_t at = strlen(what);

    for (size_t i = 0; i < n; i++) {
        if (json_is_string(j) && strcmp(json_string_value(j), names[i]) == 0)
            return (int)i;
        if (at < sizeof what)
            at +=
                (size_t)snprintf(what + at, sizeof what - at, " %s", names[i]);
    }
    load_wrong(l, what, j);
    return -1;
}

bool load_verdict(struct load *l, json_t *j, const struct load_row *row,
                  void *to)
{
    const char *names[VERDICT_COUNT];
    int i;

    for (int v = 0; v < VERDICT_COUNT; v++)
        names[v] = verdict_name((enum verdict)v);
    i = load_choice(l, j, names, VERDICT_COUNT);
    if (i < 0)
        return false;
    *(enum verdict *)field(row, to) = (enum verdict)i;
    return true;
}

/* A member that no row has. */
static const char *unknown_member(json_t *j, const struct load_row *rows,
                                  size_t n)
{
    const char *name;
    json_t *value;

    json_object_foreach(j, name, value)
    {
        size_t i = 0;
        while (i < n && strcmp(rows[i].name, name) != 0)
            i++;
        if (i == n)
            return name;
    }
    return NULL;
}

bool load_object(struct load *l, json_t *j, const struct load_row *rows,
                 size_t n, void *to)
{
    if (!json_is_object(j))
        return load_wrong(l, "an object", j);
    for (size_t i = 0; i < n; i++) {
        size_t where = load_enter(l, rows[i].name);
        json_t *value = json_object_get(j, rows[i].name);
        if (!value)
            return load_wrong(l, "a value", NULL);
        if (!rows[i].read(l, value, &rows[i], to))
            return false;
        load_leave(l, where);
    }
    if (json_object_size(j) > n) {
        char *clean = report_clean(unknown_member(j, rows, n));
        clean[strcspn(clean, "\n")] = '\0';
        load_enter(l, clean);
        free(clean);
        return load_wrong(l, "no such member", json_null());
    }
    return true;
}

bool load_objects(struct load *l, json_t *j, const struct load_row *rows,
                  size_t n, size_t size, void **out, size_t *count)
{
    size_t total = json_array_size(j);
    char *list;

    if (!json_is_array(j))
        return load_wrong(l, "an array", j);
    list = total ? result_alloc(l->r, total * size) : NULL;
    *out = list;
    for (*count = 0; *count < total; ++*count) {
        size_t where = load_enter_at(l, *count);
        if (!load_object(l, json_array_get(j, *count), rows, n,
                         list + *count * size))
            return false;
        load_leave(l, where);
    }
    return true;
}

bool load_texts(struct load *l, json_t *j, const char *const **out,
                size_t *count)
{
    static const struct load_row here = {"", load_text, 0};
    size_t total = json_array_size(j);
    const char **list;

    if (!json_is_array(j))
        return load_wrong(l, "an array", j);
    list = total ? result_alloc(l->r, total * sizeof *list) : NULL;
    for (size_t i = 0; i < total; i++) {
        size_t where = load_enter_at(l, i);
        if (!load_text(l, json_array_get(j, i), &here, &list[i]))
            return false;
        load_leave(l, where);
    }
    *out = list;
    *count = total;
    return true;
}
