#include "harness/adapters/process_answer.h"

#include <criterion/criterion.h>

static bool read_answer(const char *text, struct adapter_result *r)
{
    *r = (struct adapter_result){.verdict = ADAPTER_SKIPPED};
    return process_answer_read(text, strlen(text), r);
}

static bool is(struct smtp_span s, const char *want)
{
    return smtp_span_eq(s, smtp_span_of(want, strlen(want)));
}

Test(process_answer, fields)
{
    static struct adapter_result r;
    cr_assert(read_answer("verdict accepted\nused 8\ncode 250\nlines 1\n"
                          "text 6f6b\nverb 52534554\nlocal -\ndomain 62\n"
                          "size 18446744073709551615\nlast 1\n"
                          "param 53495a45 31\nparam 41 -\ncontent 00ff\n"
                          "note two words", &r), "%s", r.note);
    cr_expect_eq(r.verdict, ADAPTER_ACCEPTED);
    cr_expect_eq(r.has, 2 * ADAPTER_CONTENT - 1, "all of them");
    cr_expect_eq(r.used, 8);
    cr_expect_eq(r.code, 250);
    cr_expect_eq(r.lines, 1);
    cr_expect(is(r.text, "ok") && is(r.verb, "RSET"));
    cr_expect(r.local.n == 0 && is(r.domain, "b"));
    cr_expect_eq(r.size, UINT64_MAX);
    cr_expect(r.last);
    cr_assert_eq(r.n_params, 2);
    cr_expect(is(r.params[0].keyword, "SIZE") && is(r.params[0].value, "1"));
    cr_expect(is(r.params[1].keyword, "A") && r.params[1].value.n == 0);
    cr_expect(r.content.n == 2 && memcmp(r.content.p, "\0\xff", 2) == 0);
    cr_expect_str_eq(r.note, "two words");
}

Test(process_answer, verdicts)
{
    static const char *const words[] = {
        [ADAPTER_SKIPPED] = "verdict skipped",
        [ADAPTER_ACCEPTED] = "verdict accepted",
        [ADAPTER_REJECTED] = "verdict rejected",
        [ADAPTER_MORE] = "verdict more",
        [ADAPTER_FAULT] = "verdict fault"};
    static struct adapter_result r;
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        cr_expect(read_answer(words[i], &r), "%s", words[i]);
        cr_expect_eq(r.verdict, i, "%s", words[i]);
        cr_expect_eq(r.has, 0);
    }
}

Test(process_answer, no_parameters)
{
    static struct adapter_result r;
    cr_assert(read_answer("verdict accepted\nparams\n", &r));
    cr_expect_eq(r.has, ADAPTER_PARAMS);
    cr_expect_eq(r.n_params, 0);
}

/* What a program gets wrong is told with the line. */
Test(process_answer, mistakes)
{
    static const char *const rows[] = {
        "verdict yes", "verdict", "code x", "code -1", "code", "text 6",
        "text 6X", "text 6G", "text", "param 41", "params 1", "codes 1",
        "size 18446744073709551616"};
    static struct adapter_result r;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect_not(read_answer(rows[i], &r), "%s", rows[i]);
        cr_expect_eq(strncmp(r.note, "protocol: ", 10), 0, "%s", r.note);
        cr_expect_eq(strncmp(r.note + 10, rows[i], strlen(rows[i])), 0,
                     "%s: %s", rows[i], r.note);
    }
    cr_expect_not(read_answer("\n", &r), "an empty line");
    cr_expect(read_answer("", &r), "nothing is said, and nothing wrong");
}

/* More parameters than there is room for are counted. */
Test(process_answer, many_parameters)
{
    static struct adapter_result r;
    char text[20 * 20] = "";
    for (int i = 0; i < 20; i++)
        strcat(text, "param 41 42\n");
    cr_assert(read_answer(text, &r));
    cr_expect_eq(r.n_params, 20);
}
