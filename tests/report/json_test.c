/* json: valid whatever is in it, and true to the result. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tests/report/sample.h"

static json_t *load(const struct result *r)
{
    size_t n;
    char *text = sample_write(r, "json", &n);
    json_error_t e;
    json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

    cr_assert(j, "%d:%d: %s", e.line, e.column, e.text);
    for (size_t i = 0; i < n; i++)
        cr_assert((unsigned char)text[i] >= ' ' || text[i] == '\n');
    free(text);
    return j;
}

static const char *string(json_t *j, const char *key)
{
    const char *s = json_string_value(json_object_get(j, key));

    return s ? s : "";
}

Test(json, hostile_octets)
{
    struct result r;
    json_t *j, *c, *entry;

    sample_result(&r);
    j = load(&r);
    cr_expect_eq(json_array_size(json_object_get(j, "cases")), VERDICT_COUNT);
    c = json_array_get(json_object_get(j, "cases"), VERDICT_FAIL);
    cr_expect_str_eq(string(c, "verdict"), "FAIL");
    cr_expect(strstr(string(c, "title"), "\xc3\xa4"), "UTF-8 is kept");
    cr_expect(strstr(string(c, "title"), "\\xFE"), "other octets are not");
    entry = json_array_get(json_object_get(c, "transcript"), 2);
    cr_expect_str_eq(string(entry, "event"), "received");
    cr_expect_eq(strncmp(string(entry, "data"), "\\0\\x01\\x02", 10), 0);
    cr_expect(strstr(string(entry, "data"), "\\xFE\\xFF\\r\\n"));
    json_decref(j);
    result_free(&r);
}

Test(json, values)
{
    struct result r;
    json_t *j;

    sample_result(&r);
    r.failure = "it is gone";
    j = load(&r);
    cr_expect_str_eq(string(j, "started"), "2026-11-20T21:04:04.123Z");
    cr_expect_str_eq(string(j, "failure"), "it is gone");
    cr_expect_eq(json_integer_value(json_object_get(
                     json_object_get(j, "summary"), "sessions")),
                 2 * VERDICT_COUNT);
    cr_expect_str_eq(
        string(json_array_get(json_object_get(j, "requirements"), 0),
               "status"),
        "fail");
    cr_expect_str_eq(
        string(json_array_get(json_object_get(j, "requirements"), 1),
               "reason"),
        "nobody sees it");
    json_decref(j);
    result_free(&r);
}

Test(json, empty_result)
{
    struct result r;
    json_t *j;

    cr_assert(result_init(&r));
    j = load(&r);
    cr_expect_eq(json_array_size(json_object_get(j, "cases")), 0);
    json_decref(j);
    result_free(&r);
}
