/* digest: the known answers of SHA-256; the JSON's, whole and as a stream. */
#include "report/digest.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/report/sample.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define META "<meta name=\"smtpspec-evidence-sha256\" content=\""

Test(digest, known_answers)
{
    static const struct {
        const char *name;
        struct smtp_span in;
        const char *hex;
    } rows[] = {
        {"nothing", {"", 0},
         "e3b0c44298fc1c149afbf4c8996fb924"
         "27ae41e4649b934ca495991b7852b855"},
        {"abc", {"abc", 3}, ABC},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_digest d;
        cr_assert(report_digest_of(rows[i].in, &d));
        cr_expect_str_eq(d.hex, rows[i].hex, "%s", rows[i].name);
    }
}

Test(digest, of_the_json_as_it_is_written)
{
    struct report_digest streamed, whole;
    struct result r;
    size_t n;
    char *text;

    sample_result(&r);
    text = sample_write(&r, "json", &n);
    cr_assert(report_digest_of(smtp_span_of(text, n), &whole));
    cr_assert(report_digest_json(&r, &streamed));
    cr_expect_str_eq(streamed.hex, whole.hex);
    r.cases[0].code++;
    cr_assert(report_digest_json(&r, &streamed));
    cr_expect_str_neq(streamed.hex, whole.hex, "one number differs");
    free(text);
    result_free(&r);
}

Test(digest, found_in_a_report)
{
    static const char two[] = "<head>" META ABC "\"/>" META
        "0000000000000000000000000000000000000000000000000000000000000000\"";
    static const struct {
        const char *name, *html;
        size_t i;
        const char *hex; /* NULL: none */
    } rows[] = {
        {"first", two, 0, ABC},
        {"second", two, 1,
         "00000000000000000000000000000000"
         "00000000000000000000000000000000"},
        {"third", two, 2, NULL},
        {"nothing", "", 0, NULL},
        {"upper case", META "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9C"
                            "B410FF61F20015AD\"", 0, NULL},
        {"long", META ABC "0\"", 0, NULL},
        {"cut", META "ba7816bf8f01cfea", 0, NULL},
        {"not closed", META ABC, 0, NULL},
        {"as text", "&lt;meta name=\"smtpspec-evidence-sha256\" content=\""
                    ABC "\"", 0, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char hex[REPORT_DIGEST_HEX] = "";
        bool found = report_digest_find(
            smtp_span_of(rows[i].html, strlen(rows[i].html)), rows[i].i, hex);
        cr_expect_eq(found, rows[i].hex != NULL, "%s", rows[i].name);
        if (rows[i].hex)
            cr_expect_str_eq(hex, rows[i].hex, "%s", rows[i].name);
    }
}
