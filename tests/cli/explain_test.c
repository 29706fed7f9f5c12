/* explain: pages and comparisons, their layout and their mistakes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"
#include "cli/explain_page.h"
#include "smtp/code.h"

struct result {
    int status;
    char *out;
    char *err;
};

static struct result run(int argc, const char *a, const char *b)
{
    struct result r = {0};
    char first[64], second[64], third[] = "x";
    char *argv[] = {first, second, third, NULL};
    size_t out_size, err_size;
    FILE *out = open_memstream(&r.out, &out_size);
    FILE *err = open_memstream(&r.err, &err_size);

    snprintf(first, sizeof(first), "%s", a ? a : "");
    snprintf(second, sizeof(second), "%s", b ? b : "");
    cr_assert(out && err);
    r.status = cli_explain(argc, argv, out, err);
    fclose(out);
    fclose(err);
    return r;
}

static void done(struct result *r)
{
    free(r->out);
    free(r->err);
}

/* True if the words of want stand in text one behind the other, whatever
 * space and line breaks are between them. */
static bool says(const char *text, const char *want)
{
    for (; *text; text++) {
        const char *t = text, *w = want;

        while (*w && (*t == *w || (*w == ' ' && (*t == ' ' || *t == '\n')))) {
            if (*w == ' ') {
                t += strspn(t, " \n");
                w++;
            } else {
                t++;
                w++;
            }
        }
        if (!*w)
            return true;
    }
    return false;
}

/* No line over 80 columns, none with space at its end, nothing but ASCII. */
static void check_layout(const char *name, const char *text)
{
    size_t column = 0;

    cr_expect_gt(strlen(text), 100u, "%s", name);
    for (const char *s = text; *s; s++) {
        if (*s != '\n') {
            cr_expect(*s >= ' ' && *s <= '~', "%s: octet %d", name, *s);
            column++;
            continue;
        }
        cr_expect_leq(column, 80u, "%s: %zu columns", name, column);
        cr_expect(s == text || s[-1] != ' ', "%s: space at the end", name);
        column = 0;
    }
    cr_expect_eq(column, 0u, "%s: last line does not end", name);
    cr_expect_null(strstr(text, "\n\n\n"), "%s: two empty lines", name);
    cr_expect_null(strstr(text, "(null)"), "%s", name);
    cr_expect_neq(text[strlen(text) - 2], '\n', "%s: empty line last", name);
}

static const char *const sections[] = {
    "\nMeaning      ", "\nClass        ", "\nCategory     ",
    "\nAnswers      ", "\nAfterwards   ", "\nSeen         ",
    "\nWhat to do   ", "\nOperators    ", "\nEnhanced     ",
    "\nDefined in   ",
};

Test(explain, every_code_has_its_page)
{
    const struct smtp_code *row;

    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        char code[8];
        struct result r;

        snprintf(code, sizeof(code), "%u", (unsigned)row->code);
        r = run(1, code, NULL);
        cr_expect_eq(r.status, 0, "%s", code);
        cr_expect_str_empty(r.err, "%s", code);
        check_layout(code, r.out);
        for (size_t s = 0; s < sizeof(sections) / sizeof(*sections); s++)
            cr_expect(strstr(r.out, sections[s]), "%s:%s", code, sections[s]);
        cr_expect(says(r.out, row->meaning), "%s", code);
        cr_expect(says(r.out, row->seen), "%s", code);
        cr_expect(says(r.out, row->action), "%s", code);
        cr_expect(says(r.out, row->operate), "%s", code);
        cr_expect_null(strstr(r.out, "not registered"), "%s", code);
        done(&r);
    }
}

static void check_pair(unsigned a, unsigned b)
{
    char ca[8], cb[8], name[20], bullet[24];
    const char *differences, *end;
    struct result r;

    snprintf(ca, sizeof(ca), "%u", a);
    snprintf(cb, sizeof(cb), "%u", b);
    snprintf(name, sizeof(name), "%u %u", a, b);
    r = run(2, ca, cb);
    cr_expect_eq(r.status, 0, "%s", name);
    check_layout(name, r.out);
    differences = strstr(r.out, "\nDifferences  - ");
    cr_assert_not_null(differences, "%s", name);
    snprintf(bullet, sizeof(bullet), "- %u ", a);
    cr_expect_not_null(strstr(differences, bullet), "%s", name);
    end = strstr(differences, "\n\n");
    cr_expect(end && (strstr(end, "Defined in   ") || strstr(end, "See  ")),
              "%s", name);
    cr_expect_not_null(strstr(r.out, "\nIn common    - "), "%s", name);
    cr_expect_not_null(strstr(r.out, "\nClass        "), "%s", name);
    done(&r);
}

Test(explain, every_pair_differs)
{
    const struct smtp_code *a, *b;

    for (size_t i = 0; (a = smtp_code_at(i)) != NULL; i++) {
        for (size_t j = 0; (b = smtp_code_at(j)) != NULL; j++) {
            if (i != j)
                check_pair(a->code, b->code);
        }
    }
}

Test(explain, unregistered_codes_are_explained_by_their_digits)
{
    static const unsigned codes[] = {200, 222, 299, 300, 399, 435, 499,
                                     524, 571, 599};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        char code[8];
        struct result r;

        snprintf(code, sizeof(code), "%u", codes[i]);
        r = run(1, code, NULL);
        cr_expect_eq(r.status, 0, "%s", code);
        check_layout(code, r.out);
        cr_expect(says(r.out, "No RFC in the registry defines this code."),
                  "%s", code);
        cr_expect(says(r.out, "first digit alone"), "%s", code);
        cr_expect(says(r.out, "RFC 5321 4.2, 4.2.1, 4.3.2"), "%s", code);
        cr_expect(says(r.out, smtp_code_class_meaning(codes[i] / 100)), "%s",
                  code);
        done(&r);
        check_pair(codes[i], 250);
        check_pair(550, codes[i]);
    }
    check_pair(571, 572);
}

Test(explain, one_code)
{
    static const char *const want[] = {
        "530 Authentication required\n",
        "5yz, permanent negative completion.",
        "typically submission on port 587",
        "Authenticate before MAIL",
        "user name, password and mechanism",
        "5.7.0",
        "RFC 4954 6; RFC 6409 4.3; RFC 3207 4;",
        "The connection stays open; the same request fails until",
    };
    struct result r = run(1, "530", NULL);

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
        cr_expect(says(r.out, want[i]), "%s", want[i]);
    done(&r);
}

Test(explain, two_codes)
{
    static const char *const want[] = {
        "220 and 221 compared\n",
        "In short 220 opens the session, 221 closes it.",
        "220 221\nName Service ready Service closing transmission",
        "2yz, positive completion 2yz, positive completion",
        "a new connection and STARTTLS QUIT",
        "The first thing a client receives after it connects to port 25",
        "is the server running, is the port right, is a firewall in between",
        "The normal answer to QUIT",
        "a shutdown, an idle timeout",
        "Both are 2yz, positive completion: each is success.",
        "- 220 opens the session (or lets TLS begin, after STARTTLS);",
        "221 ends the session, in answer to QUIT.",
        "- After 220 the connection stays open; after 221 the server closes",
        "220 RFC 5321 3.1, 4.2, 4.3.1, 4.5.3.2.1; RFC 3207 4; RFC 8314 3.3\n",
        "221 RFC 5321 3.8, 4.1.1.10, 4.2.2, 4.3.2\n",
    };
    struct result r = run(2, "220", "221");

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
        cr_expect(says(r.out, want[i]), "%s", want[i]);
    done(&r);
}

/* The order of the arguments is kept, the summary found either way. */
Test(explain, pair_in_either_order)
{
    struct result r = run(2, "550", "450");

    cr_expect(says(r.out, "550 and 450 compared"));
    cr_expect(says(r.out, "450 for now, 550 for good"));
    cr_expect(says(r.out, "- 550 is 5yz, an error that stays until something "
                          "changes; 450 is 4yz, an error that is expected to "
                          "pass."));
    cr_expect(says(r.out, "Only 550 can be the answer to: EHLO/HELO, VRFY "
                          "and EXPN."), "%s", r.out);
    done(&r);
}

Test(explain, events_with_any_command)
{
    struct result r = run(2, "421", "354");

    cr_expect(says(r.out, "421 answers a new connection, the end of the "
                          "message and any command; 354 answers DATA."));
    cr_expect(says(r.out, "Both can be the answer to: DATA."));
    done(&r);
}

Test(explain, same_code_twice_is_one_page)
{
    struct result once = run(1, "354", NULL);
    struct result twice = run(2, "354", "354");

    cr_expect_str_eq(once.out, twice.out);
    done(&once);
    done(&twice);
}

Test(explain, enhanced_codes)
{
    struct result r = run(1, "5.7.8", NULL);

    cr_expect_eq(r.status, 0);
    check_layout("5.7.8", r.out);
    cr_expect(says(r.out, "Security or policy."));
    cr_expect(says(r.out, "535 Authentication credentials invalid"));
    done(&r);
    r = run(2, "550", "5.1.1");
    cr_expect(says(r.out, "550 Mailbox unavailable"));
    cr_expect(says(r.out, "Addressing."));
    cr_expect_not(says(r.out, "The first digits differ."));
    check_layout("550 5.1.1", r.out);
    done(&r);
    r = run(2, "450", "5.1.1");
    cr_expect(says(r.out, "The first digits differ."));
    done(&r);
    r = run(2, "4.999.999", "2.0.0");
    cr_expect_eq(r.status, 0);
    cr_expect(says(r.out, "go by its class and subject"));
    done(&r);
}

Test(explain, refuses_what_is_no_code)
{
    static const char *const bad[] = {
        "", "5", "53", "5300", "99x", "x30", "130", "630", "030", "000",
        "-53", "+53", " 53", "53 ", "5.7", "5.7.", "3.1.1", "1.0.0", "5.7.1x",
        "5.7.1000", "5..1", "550 5.1.1", "\x80\xffz", "5\n0",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct result r = run(1, bad[i], NULL);
        const char *newline = strchr(r.err, '\n');

        cr_expect_eq(r.status, 2, "'%s'", bad[i]);
        cr_expect_str_empty(r.out, "'%s'", bad[i]);
        cr_expect_eq(strncmp(r.err, "smtpspec: explain: '", 20), 0, "%s",
                     r.err);
        cr_expect(newline && !newline[1], "one line: %s", r.err);
        done(&r);
        r = run(2, "220", bad[i]);
        cr_expect_eq(r.status, 2, "220 '%s'", bad[i]);
        cr_expect_str_empty(r.out, "220 '%s'", bad[i]);
        done(&r);
    }
}

Test(explain, names_the_mistake)
{
    struct result r = run(1, "99x", NULL);

    cr_expect_str_eq(r.err, "smtpspec: explain: '99x' is not a reply code "
                            "(expected three digits, first 2-5)\n");
    done(&r);
    for (int argc = 0; argc <= 3; argc += 3) {
        r = run(argc, "220", "221");
        cr_expect_eq(r.status, 2, "%d arguments", argc);
        cr_expect_str_empty(r.out);
        cr_expect_str_eq(r.err, "smtpspec: explain: expected one or two "
                                "reply codes, such as 530 or 220 221\n");
        done(&r);
    }
}

Test(explain, says_when_it_cannot_write)
{
    char code[] = "220", *argv[] = {code, NULL}, *text = NULL;
    size_t size;
    FILE *full = fopen("/dev/full", "w");
    FILE *err = open_memstream(&text, &size);

    cr_assert(full && err);
    cr_expect_eq(cli_explain(1, argv, full, err), 3);
    fclose(full);
    fclose(err);
    cr_expect_str_eq(text, "smtpspec: explain: cannot write the output\n");
    free(text);
}

/* Pairs named in the table of summaries are in order and registered. */
Test(explain, summaries_are_for_registered_pairs)
{
    size_t found = 0;

    for (unsigned low = 200; low < 600; low++) {
        cr_expect_null(explain_pair_summary(low, low), "%u", low);
        for (unsigned high = low + 1; high < 600; high++) {
            if (!explain_pair_summary(low, high))
                continue;
            found++;
            cr_expect(smtp_code_find(low) && smtp_code_find(high), "%u %u",
                      low, high);
            cr_expect_null(explain_pair_summary(high, low), "%u %u", high,
                           low);
        }
    }
    cr_expect_eq(found, 62u, "%zu", found);
}
