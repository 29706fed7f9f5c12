/* load: what was written comes back; what is no result is refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/load.h"
#include "tests/report/sample.h"

/* The sample as JSON; from malloc. */
static char *sample_json(size_t *n)
{
    struct result r;
    char *text;

    sample_result(&r);
    r.failure = "it is gone";
    text = sample_write(&r, "json", n);
    result_free(&r);
    return text;
}

static bool load(const char *text, size_t n, struct result *r, char err[400])
{
    err[0] = '\0';
    cr_assert(result_init(r));
    return report_load(r, smtp_span_of(text, n), "x.json", err, 400);
}

Test(load, written_again_is_the_same)
{
    size_t n, again_n;
    char *text = sample_json(&n), *again, err[400];
    struct result r;

    cr_assert(load(text, n, &r, err), "%s", err);
    again = sample_write(&r, "json", &again_n);
    cr_expect_eq(n, again_n);
    cr_expect_eq(memcmp(text, again, n), 0);
    result_free(&r);
    free(again);
    free(text);
}

Test(load, values)
{
    size_t n;
    char *text = sample_json(&n), err[400];
    const struct result_case *c;
    struct result was, r;
    struct smtp_span a, b;

    sample_result(&was);
    cr_assert(load(text, n, &r, err), "%s", err);
    cr_expect_eq(r.started, was.started);
    cr_expect_eq(r.ended, was.ended);
    cr_expect_str_eq(r.failure, "it is gone");
    cr_expect(smtp_span_eq(r.server.greeting, was.server.greeting));
    c = &r.cases[VERDICT_FAIL];
    cr_expect_eq(c->verdict, VERDICT_FAIL);
    cr_expect_eq(c->code, 250);
    cr_expect_eq(c->duration, 1500000000);
    cr_expect_eq(c->log.n, was.cases[VERDICT_FAIL].log.n);
    a = transcript_octets(&c->log, &c->log.entries[2]);
    b = transcript_octets(&was.cases[VERDICT_FAIL].log,
                          &was.cases[VERDICT_FAIL].log.entries[2]);
    cr_expect_eq(a.n, 258);
    cr_expect(smtp_span_eq(a, b), "octets of all values");
    cr_expect_eq(r.requirements[0].status, RESULT_FAIL);
    cr_expect_null(strchr(c->title, '\x1b'), "nothing that a terminal obeys");
    result_free(&was);
    result_free(&r);
    free(text);
}

Test(load, cut_anywhere)
{
    size_t n, step;
    char *text = sample_json(&n), err[400];

    step = n / 499 + 1;
    for (size_t i = 0; i + 2 < n; i += step) {
        struct result r;
        cr_expect_not(load(text, i, &r, err), "cut at %zu", i);
        cr_expect_eq(strncmp(err, "x.json:", 7), 0, "%zu: %s", i, err);
        cr_expect_null(strchr(err, '\n'), "%zu: %s", i, err);
        result_free(&r);
    }
    free(text);
}

/* One change to the sample, and what must be said. */
static const struct {
    const char *find, *put, *say;
} changes[] = {
    {"{\n\"schema\": 1",            "{\n\"schema\": 2",
     "expected a result of format version 1, not 2"                                                        },
    {"\"tool\": ",                  "\"tools\": ",                 "JSON of another kind"                  },
    {"\"target\": \"",              "\"target\": 7, \"x\": \"",
     "target: expected a string, not a number"                                                             },
    {"\"interrupted\": false",      "\"interrupted\": \"no\"",
     "interrupted: expected true or false, not \"no\""                                                     },
    {"\"started\": \"2026-",        "\"started\": \"2026-13-",
     "started: expected a time"                                                                            },
    {"04.123Z",                     "04Z",                         "started: expected a time"              },
    {"04.123Z",                     "04.1234Z",                    "started: expected a time"              },
    {"\"failure\": \"it is gone\"", "\"failure\": []",
     "failure: expected a string or null, not an array"                                                    },
    {"\"options\": [",              "\"options\": [1, ",
     "options[0]: expected an object, not a number"                                                        },
    {"\"PASS\":1",                  "\"PASS\":2",
     "summary.PASS: expected as many as there are cases with it"                                           },
    {"\"verdict\":\"PASS\"",        "\"verdict\":\"pass\"",
     "cases[0].verdict: expected one of PASS INFO SKIP WARN BLOCKED FAIL "
     "ERROR, not \"pass\""                                                                                 },
    {"\"code\":250",                "\"code\":1000",
     "cases[0].code: expected a reply code or null"                                                        },
    {"\"code\":250",                "\"code\":-1",                 "cases[0].code: expected a whole number"},
    {"\"runs\":2",                  "\"runs\":2.5",                "cases[0].runs: expected a whole number"},
    {"\"duration\":1.5",            "\"duration\":-1.5",
     "cases[0].duration: expected seconds"                                                                 },
    {"\"duration\":1.5",            "\"duration\":1e300",
     "cases[0].duration: expected seconds"                                                                 },
    {"\"event\":\"opened\"",        "\"event\":\"open\"",
     "cases[0].transcript[0].event: expected one of sent"                                                  },
    {"\"conn\":0",                  "\"conn\":256",
     "cases[0].transcript[0].conn: expected a number up to 255"                                            },
    {"\"data\":\"QUIT\\\\r",        "\"data\":\"QUIT\\\\q",
     "cases[0].transcript[1].data: expected octets"                                                        },
    {"\"data\":\"QUIT\\\\r",        "\"data\":\"QUIT\\u00e9\\\\r",
     "cases[0].transcript[1].data: expected octets"                                                        },
    {"\"data\":\"QUIT\\\\r\\\\n\"", "\"data\":\"QUIT\\\\x0\"",
     "cases[0].transcript[1].data: expected octets"                                                        },
    {"\"notes\":[{",                "\"notes\":[{\"<script>\":1,",
     "cases[0].notes[0].<script>: expected no such member"                                                 },
    {"\"title\":\"",                "\"title\":null,\"was\":\"",
     "cases[0].title: expected a string, not null"                                                         },
    {"\"title\":",                  "\"id\":\"x\",\"title\":",     "duplicate"                             },
    {"rfc5321/4.1/INFO-",           "rfc5321/4.1/PASS-",
     "cases: expected each id once: rfc5321/4.1/PASS-"                                                     },
    {"\"status\":\"fail\"",         "\"status\":\"failed\"",
     "requirements[0].status: expected one of untestable"                                                  },
    {"\"greeting\":\"220-a",        "\"greeting\":\"\xff-a",
     "unable to decode byte 0xff"                                                                          },
    {"\"profile\":\"mx\"",          "\"profile\":\"\\u001b[2J\"",
     "server.profile: expected one of mx submission lmtp auto, not \"\\x1B"                                },
    {"]\n}\n",                      "]\n}\n{}",                    "end of file expected"                  },
};

/* text with the first `find` replaced; from malloc. */
static char *changed(const char *text, const char *find, const char *put)
{
    const char *at = strstr(text, find);
    size_t room = strlen(text) + strlen(put) + 1;
    char *out = malloc(room);

    cr_assert(at && out, "%s", find);
    snprintf(out, room, "%.*s%s%s", (int)(at - text), text, put,
             at + strlen(find));
    return out;
}

Test(load, what_is_no_result)
{
    size_t n;
    char *text = sample_json(&n), err[400];

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *bad = changed(text, changes[i].find, changes[i].put);
        struct result r;
        cr_expect_not(load(bad, strlen(bad), &r, err), "%s", changes[i].put);
        cr_expect(strstr(err, changes[i].say), "%s\n  is not in\n%s",
                  changes[i].say, err);
        cr_expect_null(strpbrk(err, "\n\x1b"), "%s", err);
        result_free(&r);
        free(bad);
    }
    free(text);
}

Test(load, foreign)
{
    static const struct {
        const char *text, *say;
    } rows[] = {
        {"",                                               "x.json:1:1: expected a result in JSON"},
        {"null",                                           "x.json:"                              },
        {"[]",                                             "JSON of another kind"                 },
        {"{}",                                             "JSON of another kind"                 },
        {"{\"schema\": \"http://json-schema.org/\"}",      "of another kind"                      },
        {"{\"a\": \"\\u0000\"}",                           "x.json:1:"                            },
        {"<testsuites/>",                                  "x.json:1:"                            },
        {"{\"schema\": 1e400, \"tool\": 1, \"cases\": 1}", "x.json:1:"                            },
    };
    char err[400];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result r;
        cr_expect_not(load(rows[i].text, strlen(rows[i].text), &r, err));
        cr_expect(strstr(err, rows[i].say), "%s: %s", rows[i].text, err);
        result_free(&r);
    }
}

Test(load, deep)
{
    size_t n = 1 << 20;
    char *text = malloc(n), err[400];
    struct result r;

    cr_assert(text);
    memset(text, '[', n);
    cr_expect_not(load(text, n, &r, err));
    cr_expect(strstr(err, "depth"), "%s", err);
    result_free(&r);
    free(text);
}

Test(load, files)
{
    char path[] = "/tmp/smtpspec-load-XXXXXX", err[400];
    int fd = mkstemp(path);
    struct result r;

    cr_assert(fd >= 0);
    cr_assert_eq(ftruncate(fd, (off_t)REPORT_LOAD_MAX + 1), 0);
    close(fd);
    cr_assert(result_init(&r));
    cr_expect_not(report_load_file(&r, path, err, sizeof err));
    cr_expect(strstr(err, "at most 128 MiB"), "%s", err);
    unlink(path);
    cr_expect_not(report_load_file(&r, path, err, sizeof err));
    cr_expect(strstr(err, "No such file"), "%s", err);
    cr_expect_not(report_load_file(&r, "/", err, sizeof err));
    cr_expect(strstr(err, "Is a directory"), "%s", err);
    result_free(&r);
}
