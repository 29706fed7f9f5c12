#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/catalogue.h"
#include "tests/check/fake.h"

#define HEAD                                                                  \
    "id\trfc\tsection\tlevel\tparty\trequirement\tobservable\treason\n"
#define ROW   "A\tRFC1\t1\tMUST\tserver\ttext\treply\n"
#define CODES "command\tstate\tcode\tsection\n"
#define NAMES "registry\tname\treference\n"

/* Writes the three files (NULL: not there), loads them, and removes them. */
static struct catalogue *load(const char *requirements, const char *codes,
                              const char *names, char *err, size_t cap)
{
    char dir[] = "/tmp/check-test-XXXXXX", path[64];
    struct catalogue *c;
    char *at;

    cr_assert_not_null(mkdtemp(dir));
    if (requirements)
        fake_file(dir, "requirements.tsv", requirements);
    if (codes)
        fake_file(dir, "replycodes.tsv", codes);
    if (names)
        fake_file(dir, "iana.tsv", names);
    c = catalogue_load(dir, err, cap);
    snprintf(path, sizeof path, "%s/requirements.tsv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/replycodes.tsv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/iana.tsv", dir);
    unlink(path);
    rmdir(dir);
    at = strstr(err, dir); /* the folder's name is no news */
    if (at)
        memmove(at, at + strlen(dir) + 1, strlen(at + strlen(dir)));
    return c;
}

static const struct {
    const char *name, *requirements, *codes, *want;
} bad[] = {
    {"no file", NULL, CODES, "requirements.tsv: No such file or directory"},
    {"no codes", HEAD ROW, NULL, "replycodes.tsv: No such file or directory"},
    {"empty", "", CODES, "requirements.tsv:1: expected a header line"},
    {"empty codes", HEAD, "\n\n", "replycodes.tsv:1: expected a header line"},
    {"no column", "id\trfc\tsection\tlevel\tparty\trequirement\n", CODES,
     "requirements.tsv:1: expected a column \"observable\""},
    {"no reason column",
     "id\trfc\tsection\tlevel\tparty\trequirement\tobservable\n", CODES,
     "requirements.tsv:1: expected a column \"reason\""},
    {"no code column", HEAD, "command\tsection\n",
     "replycodes.tsv:1: expected a column \"code\""},
    {"short row", HEAD ROW "B\tRFC1\t1\tMUST\n", CODES,
     "requirements.tsv:3: expected a value in column \"party\""},
    {"no id", HEAD "\n\tRFC1\t1\tMUST\tserver\ttext\treply\n", CODES,
     "requirements.tsv:3: expected a value in column \"id\""},
    {"twice", HEAD ROW ROW, CODES,
     "requirements.tsv: the id \"A\" is there twice"},
    {"no code", HEAD, CODES "MAIL\tS\tabc\tRFC\n",
     "replycodes.tsv:2: expected a command, a code from 200 to 599 and a "
     "section"},
    {"low code", HEAD, CODES "MAIL\tS\t199\tRFC\n",
     "replycodes.tsv:2: expected a command, a code from 200 to 599 and a "
     "section"},
    {"high code", HEAD, CODES "\nMAIL\tS\t250\tRFC\nMAIL\tS\t600\tR\n",
     "replycodes.tsv:4: expected a command, a code from 200 to 599 and a "
     "section"},
    {"long code", HEAD, CODES "MAIL\tS\t99999999999999999999\tRFC\n",
     "replycodes.tsv:2: expected a command, a code from 200 to 599 and a "
     "section"},
    {"no section", HEAD, CODES "MAIL\tS\t250\n",
     "replycodes.tsv:2: expected a command, a code from 200 to 599 and a "
     "section"},
    {"no command", HEAD, CODES "\tS\t250\tRFC\n",
     "replycodes.tsv:2: expected a command, a code from 200 to 599 and a "
     "section"},
};

Test(catalogue, bad_files)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char err[256] = "";
        struct catalogue *c =
            load(bad[i].requirements, bad[i].codes, NAMES, err, sizeof err);

        cr_expect_null(c, "%s", bad[i].name);
        cr_expect_str_eq(err, bad[i].want, "%s: %s", bad[i].name, err);
        catalogue_free(c);
    }
}

Test(catalogue, columns_in_any_order_and_any_line_end)
{
    char err[256] = "";
    struct catalogue *c =
        load("level\tnew\tid\trfc\tobservable\tsection\tparty\treason\t"
             "requirement\r\n"
             "MUST\tx\tB\tRFC2\tnone\t2.2\tclient\ta why\tThe text\r\n\r\n"
             "MAY\t\tA\tRFC1\treply\t1\tserver\t\tOther text",
             CODES, NAMES, err, sizeof err);
    const struct catalogue_requirement *r;

    cr_assert_not_null(c, "%s", err);
    cr_assert_eq(catalogue_count(c), 2);
    cr_expect_str_eq(catalogue_at(c, 0)->id, "A");
    cr_expect_str_eq(catalogue_at(c, 0)->text, "Other text");
    r = catalogue_find(c, "B");
    cr_assert_not_null(r);
    cr_expect_str_eq(r->level, "MUST");
    cr_expect_str_eq(r->section, "2.2");
    cr_expect_str_eq(r->observable, "none");
    cr_expect_str_eq(r->reason, "a why");
    cr_expect_str_eq(catalogue_at(c, 0)->reason, "");
    cr_expect_null(catalogue_find(c, "C"));
    cr_expect_null(catalogue_find(c, ""));
    catalogue_free(c);
}

Test(catalogue, bad_names)
{
    static const struct {
        const char *names, *want;
    } rows[] = {
        {NULL, "iana.tsv: No such file or directory"},
        {"registry\n", "iana.tsv:1: expected a column \"name\""},
        {NAMES "smtp-server-limit\n",
         "iana.tsv:2: expected a registry and a name"},
        {NAMES "\nother\t\tRFC1\n",
         "iana.tsv:3: expected a registry and a name"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char err[256] = "";
        struct catalogue *c =
            load(HEAD, CODES, rows[i].names, err, sizeof err);

        cr_expect_null(c, "%zu", i);
        cr_expect_str_eq(err, rows[i].want, "%zu: %s", i, err);
        catalogue_free(c);
    }
}

Test(catalogue, registered)
{
    static const struct {
        enum catalogue_registry r;
        const char *name;
        bool want;
    } rows[] = {
        {CATALOGUE_EXTENSION, "SIZE", true},
        {CATALOGUE_EXTENSION, "size", true},
        {CATALOGUE_EXTENSION, "SIZ", false},
        {CATALOGUE_EXTENSION, "MAILMAX", false}, /* of another registry */
        {CATALOGUE_EXTENSION, "PIPECONNECT", false},
        {CATALOGUE_LIMIT, "MAILMAX", true},
        {CATALOGUE_LIMIT, "", false},
    };
    struct catalogue *c = fake_catalogue();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(catalogue_registered(c, rows[i].r,
                                          smtp_span_of(rows[i].name,
                                                       strlen(rows[i].name))),
                     rows[i].want, "%s", rows[i].name);
    catalogue_free(c);
}

Test(catalogue, codes)
{
    static const struct {
        const char *command;
        unsigned code;
        enum catalogue_allowed want;
    } rows[] = {
        {"(connect)", 220, CATALOGUE_LISTED},
        {"(connect)", 250, CATALOGUE_UNLISTED},
        {"EHLO", 250, CATALOGUE_LISTED}, /* one of several in a row */
        {"HELO", 250, CATALOGUE_LISTED},
        {"HEL", 250, CATALOGUE_UNLISTED}, /* whole words */
        {"RCPT", 454, CATALOGUE_NOTED},
        {"MAIL", 454, CATALOGUE_UNLISTED},
        {"MAIL", 421, CATALOGUE_LISTED}, /* "(any)" */
        {"QUIT", 421, CATALOGUE_LISTED},
        {"MAIL", 500, CATALOGUE_LISTED}, /* "(any but QUIT)" */
        {"QUIT", 500, CATALOGUE_UNLISTED},
        {"RSET", 502, CATALOGUE_UNLISTED}, /* the second word there */
        {"NOOP", 502, CATALOGUE_LISTED},
        {"MAIL", 999, CATALOGUE_UNLISTED},
        {"", 250, CATALOGUE_UNLISTED},
    };
    struct catalogue *c = fake_catalogue();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(catalogue_code(c, rows[i].command, rows[i].code),
                     rows[i].want, "%s %u", rows[i].command, rows[i].code);
    catalogue_free(c);
}

Test(catalogue, the_real_one)
{
    char err[256] = "";
    struct catalogue *c;

    if (access("conformance/requirements.tsv", R_OK) < 0)
        cr_skip_test("not run from the top of a checkout");
    c = catalogue_load("conformance", err, sizeof err);
    cr_assert_not_null(c, "%s", err);
    cr_expect_gt(catalogue_count(c), 300);
    cr_expect_eq(catalogue_code(c, "(connect)", 220), CATALOGUE_LISTED);
    cr_expect_eq(catalogue_code(c, "QUIT", 221), CATALOGUE_LISTED);
    cr_expect(catalogue_registered(c, CATALOGUE_EXTENSION,
                                   SMTP_SPAN("STARTTLS")));
    cr_expect(catalogue_registered(c, CATALOGUE_LIMIT, SMTP_SPAN("RCPTMAX")));
    catalogue_free(c);
}
