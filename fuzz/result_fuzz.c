/*
 * result: report_load, and all report formats of what it loaded. The input is
 * result JSON. What was loaded and is written can be loaded, and is written
 * the same again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "mutate.h"
#include "report/format.h"
#include "report/load.h"

MUTATE_WITH(mutate_results);

#define INPUT_MAX 65536

static struct smtp_span write_as(const struct result *r, const char *format)
{
    const struct report_options options = {.width = 80};
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        abort();
    const struct report_format *f = report_format_find(format);
    FUZZ_CHECK(f && f->write(r, &options, out) == 0);
    fclose(out);
    return smtp_span_of(text, n);
}

static void drop(struct smtp_span s)
{
    free((char *)(uintptr_t)s.p);
}

/* What is wrong is said in one line, which has a name in front. */
static void check_message(const char *err)
{
    size_t n = strlen(err);
    FUZZ_CHECK(n > 7 && strncmp(err, "x.json:", 7) == 0);
    for (size_t i = 0; i < n; i++)
        FUZZ_CHECK((unsigned char)err[i] >= ' ' && err[i] != 127);
}

static void check_again(const struct result *r)
{
    struct result again;
    char err[400] = "";
    struct smtp_span one = write_as(r, "json");
    if (!result_init(&again))
        abort();
    FUZZ_CHECK(report_load(&again, one, "x.json", err, sizeof(err)));
    struct smtp_span two = write_as(&again, "json");
    FUZZ_CHECK(smtp_span_eq(one, two));
    result_free(&again);
    drop(one);
    drop(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result r;
    char err[400] = "";
    if (size > INPUT_MAX)
        return 0;
    if (!result_init(&r))
        abort();
    struct smtp_span in = {fuzz_guard(data, size), size};
    if (!report_load(&r, in, "x.json", err, sizeof(err))) {
        check_message(err);
    } else {
        check_again(&r);
        const struct report_format *f;
        bool all = fuzz_every || fuzz_hash(data, size) % 8 == 0;
        for (size_t i = 0; all && (f = report_format_at(i)); i++)
            drop(write_as(&r, f->name));
    }
    result_free(&r);
    return 0;
}
