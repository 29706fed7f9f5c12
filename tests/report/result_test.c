/* result: memory, counts, exit status; escape: octets as text. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "tests/report/sample.h"

Test(result, exit_status)
{
    static const struct {
        const char *name;
        const char *verdicts; /* the verdicts' first letters */
        bool interrupted, failure, allow;
        int want;
    } rows[] = {
        {"nothing", "", false, false, false, 0},
        {"all passed", "PPP", false, false, false, 0},
        {"warnings and notes", "PWIS", false, false, false, 0},
        {"a failure", "PPF", false, false, false, 1},
        {"a failure beside blocked", "FB", false, false, false, 1},
        {"blocked", "PB", false, false, false, 3},
        {"an error", "PE", false, false, false, 3},
        {"blocked, allowed", "PB", false, false, true, 0},
        {"an error, allowed", "PE", false, false, true, 0},
        {"a failure, allowed", "PBF", false, false, true, 1},
        {"could not test", "B", false, true, true, 3},
        {"could not test any more, after a failure", "F", false, true, false,
         3},
        {"interrupted", "PB", true, false, false, 130},
        {"a known failure", "Pf", false, false, false, 0},
        {"a known failure and another", "fF", false, false, false, 1},
        {"known to be blocked", "b", false, false, false, 0},
        {"interrupted, after a failure", "F", true, false, false, 130},
        {"interrupted and gone", "F", true, true, false, 130},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result r;
        cr_assert(result_init(&r));
        r.n_cases = strlen(rows[i].verdicts);
        r.cases = result_alloc(&r, (r.n_cases + 1) * sizeof *r.cases);
        for (size_t c = 0; c < r.n_cases; c++)
            for (int v = 0; v < VERDICT_COUNT; v++)
                if (verdict_name((enum verdict)v)[0] ==
                    toupper(rows[i].verdicts[c]))
                    r.cases[c].verdict = (enum verdict)v;
        for (size_t c = 0; c < r.n_cases; c++)
            r.cases[c].known = islower(rows[i].verdicts[c]) ? "x" : NULL;
        r.interrupted = rows[i].interrupted;
        r.failure = rows[i].failure ? "no connection" : NULL;
        cr_expect_eq(result_exit(&r, rows[i].allow), rows[i].want, "%s: %d",
                     rows[i].name, result_exit(&r, rows[i].allow));
        result_free(&r);
    }
}

Test(result, a_stale_entry_fails)
{
    static const struct result_stale stale = {"x", "passes now"};
    struct result r;

    cr_assert(result_init(&r));
    r.stale = &stale;
    r.n_stale = 1;
    cr_expect_eq(result_exit(&r, true), 1);
    r.failure = "no connection";
    cr_expect_eq(result_exit(&r, true), 3);
    result_free(&r);
}

Test(result, counts)
{
    struct result r;

    sample_result(&r);
    for (int v = 0; v < VERDICT_COUNT; v++)
        cr_expect_eq(result_count(&r, (enum verdict)v), 1, "%s",
                     verdict_name((enum verdict)v));
    result_free(&r);
}

static void *fill(void *arg)
{
    struct result *r = arg;
    const char *texts[500];
    size_t wrong = 0;

    for (size_t i = 0; i < 500; i++)
        texts[i] = result_textf(r, "%zu of %p", i, (void *)texts);
    for (size_t i = 0; i < 500; i++) {
        char want[64];
        snprintf(want, sizeof want, "%zu of %p", i, (void *)texts);
        wrong += strcmp(texts[i], want) != 0;
    }
    return (void *)wrong;
}

Test(result, memory_of_many_threads)
{
    struct result r;
    pthread_t thread[4];

    cr_assert(result_init(&r));
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&thread[i], NULL, fill, &r), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        cr_expect_null(wrong, "strings were overwritten");
    }
    result_free(&r);
}

Test(result, memory_is_zeroed_and_aligned)
{
    static const size_t sizes[] = {0, 1, 7, 16, 4096, 20000, 70000, 1000000};
    struct result r;

    cr_assert(result_init(&r));
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *p = result_alloc(&r, sizes[i]);
            size_t set = 0;
            for (size_t k = 0; k < sizes[i]; k++)
                set += p[k] != 0;
            cr_expect_eq(set, 0, "%zu", sizes[i]);
            cr_expect_eq((uintptr_t)p % _Alignof(max_align_t), 0, "%zu",
                         sizes[i]);
            memset(p, 0xFF, sizes[i]);
        }
    }
    result_free(&r);
}

Test(escape, octets)
{
    static const struct {
        const char *in;
        size_t n;
        const char *want;
    } rows[] = {
        {"", 0, ""},
        {"250 ok", 6, "250 ok"},
        {"a\r\nb\tc", 6, "a\\r\\nb\\tc"},
        {"\0\x01\x7f\x80\xff", 5, "\\0\\x01\\x7F\\x80\\xFF"},
        {"\"\\", 2, "\\\"\\\\"},
        {"\x1b[2J", 4, "\\x1B[2J"},
    };
    struct result r;

    cr_assert(result_init(&r));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct smtp_span in = smtp_span_of(rows[i].in, rows[i].n);
        const char *got = result_escaped(&r, in);
        char cut[4];
        cr_expect_str_eq(got, rows[i].want, "%s", rows[i].want);
        cr_expect_eq(report_escape(in, cut, sizeof cut),
                     strlen(rows[i].want), "%s", rows[i].want);
        cr_expect(strlen(cut) < sizeof cut, "%s", rows[i].want);
        cr_expect_eq(strncmp(cut, rows[i].want, strlen(cut)), 0, "%s", cut);
    }
    result_free(&r);
}

Test(escape, characters)
{
    static const struct {
        const char *name, *in;
        size_t want;
    } rows[] = {
        {"nothing", "", 0},
        {"a letter", "a", 1},
        {"an escape", "\x1b", 0},
        {"DEL", "\x7f", 0},
        {"two octets", "\xc3\xa4", 2},
        {"a C1 control", "\xc2\x9b", 0},
        {"three octets", "\xe2\x82\xac", 3},
        {"four octets", "\xf0\x9f\x93\xa7", 4},
        {"cut", "\xe2\x82", 0},
        {"too long a form", "\xc0\xaf", 0},
        {"too long a form of three", "\xe0\x80\xaf", 0},
        {"text turned around", "\xe2\x80\xae", 0},
        {"a line separator", "\xe2\x80\xa8", 0},
        {"no space at all", "\xe2\x80\x8b", 0},
        {"a byte order mark", "\xef\xbb\xbf", 0},
        {"a tag", "\xf3\xa0\x81\x81", 0},
        {"a dash", "\xe2\x80\x93", 3},
        {"a surrogate", "\xed\xa0\x80", 0},
        {"behind the last", "\xf4\x90\x80\x80", 0},
        {"a noncharacter", "\xef\xbf\xbf", 0},
        {"a lone tail", "\xa4", 0},
        {"five octets", "\xf8\x88\x80\x80\x80", 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(report_character(smtp_span_of(rows[i].in,
                                                   strlen(rows[i].in))),
                     rows[i].want, "%s", rows[i].name);
}

Test(escape, clean)
{
    char *got = report_clean("a\xc3\xa4\x1b[m\xff\nb");

    cr_expect_str_eq(got, "a\xc3\xa4\\x1B[m\\xFF\nb");
    free(got);
}

Test(result, settles_to_whole_microseconds)
{
    struct result r;
    struct result_case c = {.at = 1500499, .duration = 999};

    cr_assert(result_init(&r));
    transcript_init(&c.log, 0);
    transcript_add(&c.log, TRANSCRIPT_NOTE, 0, false, "x", 1);
    c.log.entries[0].at = 2000001999;
    r.cases = &c;
    r.n_cases = 1;
    result_settle(&r);
    cr_expect(c.at == 1500000 && c.duration == 0);
    cr_expect(c.log.entries[0].at == 2000001000);
    r.n_cases = 0;
    transcript_free(&c.log);
    result_free(&r);
}
