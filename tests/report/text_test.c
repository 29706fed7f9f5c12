/* TAP, SARIF, Markdown, references: text that stays text. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/markdown.h"
#include "report/reference.h"
#include "report/sarif.h"
#include "tests/report/sample.h"

#define ROWS(a) (sizeof(a) / sizeof *(a))

Test(reference, all_of_a_spec)
{
    static const struct {
        const char *spec, *want;
    } rows[] = {
        {"RFC5321 3.8, 4.1.1.10; RFC2920 3.1",
         "5321#section-3.8 5321#section-4.1.1.10 2920#section-3.1 "  },
        {"RFC1870",                            "1870 "               },
        {"RFC1870; RFC2920 2",                 "1870 2920#section-2 "},
        {"RFC5321 A.1",                        "5321#appendix-A.1 "  },
        {"",                                   ""                    },
        {"nothing",                            ""                    },
        {"3.8",                                ""                    },
        {"RFC5321 \"><script>, 4.2",           "5321#section-4.2 "   },
        {"RFC5321 4.2)javascript:",            "5321 "               },
        {"RFC99999999999 1",                   ""                    },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct report_reference ref = {0};
        const char *at = rows[i].spec;
        char got[400] = "", url[120];
        while (report_reference_next(&at, &ref)) {
            report_reference_url(&ref, url, sizeof url);
            strcat(strcat(got, url + strlen("https://www.rfc-editor.org/"
                                            "rfc/rfc")),
                   " ");
        }
        cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].spec, got);
    }
}

static char *markdown(void (*put)(FILE *, const char *), const char *text)
{
    char *out = NULL;
    size_t n;
    FILE *f = open_memstream(&out, &n);

    cr_assert(f);
    put(f, text);
    fclose(f);
    return out;
}

Test(markdown, text)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"plain words, 250 2.1.0 ok.", "plain words, 250 2.1.0 ok."},
        {"<b>&amp;",                   "\\<b\\>\\&amp;"            },
        {"[x](y)",                     "\\[x\\](y)"                },
        {"a|b`c`*d*_e_",               "a\\|b\\`c\\`\\*d\\*\\_e\\_"},
        {"http://x.example",           "http\\://x.example"        },
        {"www.x.example WWW.Y",        "www\\.x.example WWW\\.Y"   },
        {"a@b.example",                "a@<!-- -->b.example"       },
        {"1. item",                    "1\\. item"                 },
        {"- item",                     "\\- item"                  },
        {"---",                        "\\-\\-\\-"                 },
        {"# x",                        "\\# x"                     },
        {"a\nb",                       "a b"                       },
        {"\x1b[m\xff",                 "\\\\x1B\\[m\\\\xFF"        },
        {"x: y",                       "x: y"                      },
        {"\\*",                        "\\\\\\*"                   },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        char *got = markdown(md_text, rows[i].text);
        cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].text, got);
        free(got);
    }
}

Test(markdown, code)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a",    "`a`"       },
        {"",     "` `"       },
        {"a`b",  "``a`b``"   },
        {"`",    "`` ` ``"   },
        {"``",   "``` `` ```"},
        {"a\nb", "`a b`"     },
        {" a ",  "`  a  `"   },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        char *got = markdown(md_code, rows[i].text);
        cr_expect_str_eq(got, rows[i].want, "%s: %s", rows[i].text, got);
        free(got);
    }
}

Test(markdown, fence_is_longer)
{
    char *out = NULL;
    size_t n;
    FILE *f = open_memstream(&out, &n);

    md_block(f, "", "a\n````\nb");
    fclose(f);
    cr_expect_str_eq(out, "\n`````\na\n````\nb\n`````\n");
    free(out);
}

/* A result that is too large for a job's summary is cut, and says so. */
Test(markdown, stays_below_the_limit)
{
    struct result r;
    char *text, *long_one = malloc(100001);
    size_t n;

    cr_assert(long_one);
    memset(long_one, '<', 100000);
    long_one[100000] = '\0';
    sample_result(&r);
    for (size_t i = 0; i < r.n_cases; i++) {
        r.cases[i].verdict = VERDICT_FAIL;
        r.cases[i].explain = r.cases[i].fix = long_one;
    }
    text = sample_write(&r, "markdown", &n);
    cr_expect(n < 1024 * 1024, "%zu", n);
    cr_expect(strstr(text, "are left out, to stay below 1 MB"));
    free(text);
    free(long_one);
    result_free(&r);
}

Test(sarif, message)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"plain",         "plain"            },
        {"[x](http://y)", "\\[x\\](http://y)"},
        {"{0}",           "{{0}}"            },
        {"a\\r",          "a\\\\r"           },
        {"",              "-"                },
        {"\x1b",          "\\\\x1B"          },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        json_t *j = sarif_message(rows[i].text);
        cr_expect_str_eq(json_string_value(json_object_get(j, "text")),
                         rows[i].want);
        json_decref(j);
    }
}

static json_t *sarif_run(const struct result *r)
{
    size_t n;
    char *text = sample_write(r, "sarif", &n);
    json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL), *run;

    cr_assert(j);
    run = json_incref(json_array_get(json_object_get(j, "runs"), 0));
    json_decref(j);
    free(text);
    return run;
}

Test(sarif, results)
{
    static const char *const levels[] = {"note", "warning", "error"};
    struct result r;
    json_t *run, *results, *rules;

    sample_result(&r);
    r.cases[VERDICT_FAIL].known = "later";
    r.cases[VERDICT_FAIL].until = "2027-01-01";
    r.cases[VERDICT_FAIL].where = "cases/a b.smtp:17";
    run = sarif_run(&r);
    results = json_object_get(run, "results");
    cr_assert_eq(json_array_size(results), 3, "INFO, WARN, FAIL");
    for (size_t i = 0; i < 3; i++) {
        json_t *one = json_array_get(results, i);
        cr_expect_str_eq(json_string_value(json_object_get(one, "level")),
                         levels[i]);
        cr_expect_str_eq(json_string_value(json_object_get(one, "ruleId")),
                         "RFC5321-4.1.1.10-a");
        cr_expect_eq(json_array_size(json_object_get(one, "suppressions")),
                     i == 2);
        if (i == 2) {
            char *text = json_dumps(json_object_get(one, "locations"), 0);
            cr_expect(strstr(text, "cases/a%20b.smtp"), "%s", text);
            cr_expect(strstr(text, "\"startLine\": 17"), "%s", text);
            free(text);
        }
    }
    rules = json_object_get(
        json_object_get(json_object_get(run, "tool"), "driver"), "rules");
    cr_assert_eq(json_array_size(rules), 1, "what was tested");
    cr_expect_str_eq(
        json_string_value(json_object_get(json_array_get(rules, 0), "helpUri")),
        "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.10");
    json_decref(run);
    result_free(&r);
}

/* What becomes of a case between two runs is its baselineState. */
Test(sarif, compared)
{
    static const struct {
        int was, is;       /* -1: not there */
        const char *state; /* NULL: no result */
    } rows[] = {
        {VERDICT_PASS, VERDICT_FAIL, "new"      },
        {VERDICT_FAIL, VERDICT_FAIL, "unchanged"},
        {VERDICT_FAIL, VERDICT_PASS, "absent"   },
        {VERDICT_FAIL, VERDICT_INFO, "absent"   },
        {VERDICT_FAIL, VERDICT_WARN, "updated"  },
        {VERDICT_WARN, VERDICT_FAIL, "new"      },
        {VERDICT_FAIL, VERDICT_SKIP, "updated"  },
        {VERDICT_PASS, VERDICT_INFO, "new"      },
        {-1,           VERDICT_FAIL, "new"      },
        {VERDICT_FAIL, -1,           "updated"  },
        {VERDICT_PASS, VERDICT_SKIP, NULL       },
        {VERDICT_PASS, VERDICT_PASS, NULL       },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct result_case was = {.id = "x",
                                  .title = "",
                                  .reason = "",
                                  .got = "",
                                  .where = "",
                                  .expected = "",
                                  .spec = "",
                                  .level = "MUST"},
                           is = was;
        struct result a = {.target = "t"}, b = a;
        const struct result *runs[] = {&a, &b};
        struct several s;
        json_t *results, *state;
        was.verdict = (enum verdict)rows[i].was;
        is.verdict = (enum verdict)rows[i].is;
        a.cases = &was;
        b.cases = &is;
        a.n_cases = rows[i].was >= 0;
        b.n_cases = rows[i].is >= 0;
        cr_assert(several_init(&s, SEVERAL_COMPARE, runs, 2));
        results = sarif_results_compared(&s);
        state = json_object_get(json_array_get(results, 0), "baselineState");
        cr_expect_eq(json_array_size(results), rows[i].state != NULL, "row %zu",
                     i);
        if (rows[i].state)
            cr_expect_str_eq(json_string_value(state), rows[i].state,
                             "row %zu: %s", i, json_string_value(state));
        json_decref(results);
        several_free(&s);
    }
}

Test(tap, lines)
{
    struct result r;
    size_t n;
    char *text;

    sample_result(&r);
    r.failure = "no # more\nof it";
    r.cases[VERDICT_SKIP].id = "a # TODO b\\";
    text = sample_write(&r, "tap", &n);
    cr_expect_eq(strncmp(text, "TAP version 14\n1..8\n", 20), 0);
    cr_expect(strstr(text, "\nok 1 - rfc5321/4.1/PASS-"));
    cr_expect(strstr(text, "\nnot ok 6 - rfc5321/4.1/FAIL-"));
    cr_expect(strstr(text, "\nok 3 - a \\# TODO b\\\\ # SKIP "));
    cr_expect(strstr(text, " # SKIP BLOCKED: "));
    cr_expect(strstr(text, " # TODO known until 2027-02-20: "));
    cr_expect(strstr(text, "\nnot ok 8 - baseline: "));
    cr_expect(strstr(text, "\nBail out! no \\# more of it\n"));
    free(text);
    result_free(&r);
}
