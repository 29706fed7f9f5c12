/* code: the registry is complete, consistent and readable. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "smtp/code.h"

/* Every code that an RFC lets a command be answered with. */
static const unsigned known[] = {
    211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 355, 421, 432,
    450, 451, 452, 453, 454, 455, 458, 459, 500, 501, 502, 503, 504, 521,
    523, 525, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

Test(code, holds_exactly_the_known_codes_in_order)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        const struct smtp_code *row = smtp_code_at(i);

        cr_assert_not_null(row, "row %zu", i);
        cr_expect_eq(row->code, known[i], "row %zu is %u, want %u", i,
                     row->code, known[i]);
        cr_expect_eq(smtp_code_find(known[i]), row, "%u", known[i]);
    }
    cr_expect_null(smtp_code_at(COUNT(known)));
    cr_expect_null(smtp_code_at((size_t)-1));
}

Test(code, finds_nothing_else)
{
    size_t found = 0;

    for (unsigned code = 0; code <= 70000; code++) {
        const struct smtp_code *row = smtp_code_find(code);

        if (row)
            cr_expect_eq(row->code, code, "%u", code);
        found += row != NULL;
    }
    cr_expect_eq(found, COUNT(known), "%zu", found);
}

/* A text that stands alone: sentence case, a full stop, one space between
 * words, printable ASCII without the mark of an unbreakable space. */
static void check_sentence(unsigned code, const char *field, const char *text)
{
    size_t n;

    cr_assert_not_null(text, "%u %s", code, field);
    n = strlen(text);
    cr_assert_gt(n, 10u, "%u %s", code, field);
    cr_expect(isupper((unsigned char)text[0]) || text[0] == '"', "%u %s",
              code, field);
    cr_expect_eq(text[n - 1], '.', "%u %s: no full stop", code, field);
    cr_expect_null(strstr(text, "  "), "%u %s: two spaces", code, field);
    for (size_t i = 0; i < n; i++)
        cr_expect(text[i] >= ' ' && text[i] < '~', "%u %s octet %zu", code,
                  field, i);
}

Test(code, texts_are_whole_sentences)
{
    const struct smtp_code *row;

    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        size_t role = strlen(row->role);

        check_sentence(row->code, "meaning", row->meaning);
        check_sentence(row->code, "seen", row->seen);
        check_sentence(row->code, "action", row->action);
        check_sentence(row->code, "operate", row->operate);
        cr_expect(isupper((unsigned char)row->name[0]), "%u", row->code);
        cr_expect_lt(strlen(row->name), 50u, "%u name", row->code);
        cr_expect(islower((unsigned char)row->role[0]), "%u", row->code);
        cr_expect_neq(row->role[role - 1], '.', "%u role", row->code);
        cr_expect_lt(role, 80u, "%u role", row->code);
        cr_expect_eq(strncmp(row->spec, "RFC", 3), 0, "%u spec", row->code);
    }
}

Test(code, no_two_rows_say_the_same)
{
    const struct smtp_code *a, *b;

    for (size_t i = 0; (a = smtp_code_at(i)) != NULL; i++) {
        for (size_t j = 0; j < i; j++) {
            b = smtp_code_at(j);
            cr_expect_str_neq(a->name, b->name, "%u %u", a->code, b->code);
            cr_expect_str_neq(a->role, b->role, "%u %u", a->code, b->code);
            cr_expect_str_neq(a->meaning, b->meaning, "%u %u", a->code,
                              b->code);
            cr_expect_str_neq(a->seen, b->seen, "%u %u", a->code, b->code);
        }
    }
}

Test(code, fields_have_names)
{
    const struct smtp_code *row;

    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        cr_expect_not_null(smtp_code_link_text(row->link), "%u", row->code);
        cr_expect_not_null(smtp_code_retry_text(row->retry), "%u", row->code);
        cr_expect_not_null(smtp_code_scope_text(row->scope), "%u", row->code);
        cr_expect_neq(row->events, 0u, "%u", row->code);
        cr_expect_lt(row->events, 2u * SMTP_ON_ANY, "%u", row->code);
    }
    for (unsigned i = 0; i < 20; i++)
        cr_expect_not_null(smtp_code_event_name(i), "event %u", i);
    cr_expect_str_eq(smtp_code_event_name(19), "any command");
    cr_expect_str_eq(smtp_code_event_name(18), "QUIT");
    cr_expect_str_eq(smtp_code_event_name(4), "MAIL");
    cr_expect_null(smtp_code_event_name(20));
    cr_expect_null(smtp_code_link_text(SMTP_LINK_LINKS));
    cr_expect_null(smtp_code_retry_text(SMTP_RETRY_RETRIES));
    cr_expect_null(smtp_code_scope_text(SMTP_SCOPE_SCOPES));
}

/* 2yz is done, 3yz goes on, 4yz and 5yz are neither; only 221 and 421 close
 * (RFC 5321 3.8), and 521 may (RFC 7504 3). */
Test(code, fields_agree_with_the_class)
{
    const struct smtp_code *row;

    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        unsigned class = row->code / 100u;
        bool done = row->retry == SMTP_RETRY_DONE;
        bool more = row->retry == SMTP_RETRY_GO_ON;
        unsigned want = row->code == 221 || row->code == 421
                            ? SMTP_LINK_CLOSES
                            : row->code == 521 ? SMTP_LINK_MAY_CLOSE
                                               : SMTP_LINK_STAYS;

        cr_expect_eq(done, class == 2, "%u", row->code);
        cr_expect_eq(more, class == 3, "%u", row->code);
        cr_expect(class != 5 || row->retry != SMTP_RETRY_LATER, "%u",
                  row->code);
        cr_expect_eq(row->link, want, "%u", row->code);
    }
}

/* class "." 1*3DIGIT "." 1*3DIGIT, the class that of the reply code, and
 * none for 3yz (RFC 2034 4). */
Test(code, enhanced_codes_have_the_class_of_the_reply)
{
    const struct smtp_code *row;

    for (size_t i = 0; (row = smtp_code_at(i)) != NULL; i++) {
        const char *s = row->enhanced;

        cr_expect(row->code / 100 != 3 || !*s, "%u", row->code);
        while (*s) {
            size_t n = strcspn(s, " "), subject, detail;

            cr_expect_eq(s[0] - '0', row->code / 100, "%u: %s", row->code, s);
            cr_expect_eq(s[1], '.', "%u: %s", row->code, s);
            subject = strspn(s + 2, "0123456789");
            cr_expect_eq(s[2 + subject], '.', "%u: %s", row->code, s);
            detail = strspn(s + 3 + subject, "0123456789");
            cr_expect(subject && detail && 3 + subject + detail == n,
                      "%u: %s", row->code, s);
            s += n + (s[n] == ' ');
            cr_expect_neq(*s, ' ', "%u", row->code);
        }
    }
}

/* The codes that RFC 5321 4.3.2 and the extensions list for each command. */
static const struct {
    uint32_t event;
    unsigned codes[18];
} answers[] = {
    {SMTP_ON_CONNECT, {220, 421, 521, 554}},
    {SMTP_ON_ANY, {421, 500, 501}},
    {SMTP_ON_UNKNOWN, {500, 502}},
    {SMTP_ON_MAIL,
     {250, 451, 452, 455, 501, 503, 504, 530, 550, 552, 553, 554, 555}},
    {SMTP_ON_RSET, {250, 501, 530}},
    {SMTP_ON_EHLO, {250, 421, 500, 501, 502, 504, 550}},
    {SMTP_ON_RCPT,
     {250, 251, 450, 451, 452, 455, 501, 503, 530, 550, 551, 552, 553, 554,
      555, 556}},
    {SMTP_ON_DATA, {354, 421, 450, 451, 452, 501, 503, 550, 552, 554}},
    {SMTP_ON_MESSAGE, {250, 421, 450, 451, 452, 550, 552, 554}},
    {SMTP_ON_BDAT,
     {250, 450, 451, 452, 500, 501, 502, 503, 550, 552, 554}},
    {SMTP_ON_BURL, {250, 503, 554}},
    {SMTP_ON_NOOP, {250}},
    {SMTP_ON_QUIT, {221, 501}},
    {SMTP_ON_VRFY, {250, 251, 252, 501, 502, 504, 550, 551, 553}},
    {SMTP_ON_EXPN, {250, 252, 500, 502, 504, 550}},
    {SMTP_ON_HELP, {211, 214, 502, 504}},
    {SMTP_ON_STARTTLS, {220, 454, 500, 501, 502, 503, 554}},
    {SMTP_ON_AUTH,
     {235, 334, 432, 454, 500, 501, 502, 503, 504, 523, 525, 530, 534, 535,
      538}},
    {SMTP_ON_ETRN, {250, 251, 252, 253, 458, 459, 500, 501, 503}},
    {SMTP_ON_ATRN, {250, 450, 451, 453, 502, 530}},
};

Test(code, events_cover_the_listed_answers)
{
    for (size_t i = 0; i < COUNT(answers); i++) {
        for (const unsigned *c = answers[i].codes; *c; c++) {
            const struct smtp_code *row = smtp_code_find(*c);

            cr_assert_not_null(row, "%u", *c);
            cr_expect(row->events & (answers[i].event | SMTP_ON_ANY),
                      "%u: event %#x", *c, answers[i].event);
        }
    }
}

/* 530 never answers EHLO, NOOP or QUIT under any of its three rules. */
Test(code, authentication_required_has_its_exempt_commands)
{
    const struct smtp_code *row = smtp_code_find(530);
    uint32_t exempt = SMTP_ON_EHLO | SMTP_ON_NOOP | SMTP_ON_QUIT |
                      SMTP_ON_CONNECT | SMTP_ON_STARTTLS | SMTP_ON_ANY;

    cr_assert_not_null(row);
    cr_expect_eq(row->events & exempt, 0u);
    cr_expect_not_null(strstr(row->spec, "RFC4954 6"));
    cr_expect_not_null(strstr(row->spec, "RFC6409 4.3"));
    cr_expect_not_null(strstr(row->spec, "RFC3207 4"));
}

Test(code, classes_and_categories)
{
    cr_expect_str_eq(smtp_code_class(2), "Positive completion");
    cr_expect_str_eq(smtp_code_class(3), "Positive intermediate");
    cr_expect_str_eq(smtp_code_class(4), "Transient negative completion");
    cr_expect_str_eq(smtp_code_class(5), "Permanent negative completion");
    for (unsigned d = 0; d < 12; d++) {
        bool class = d >= 2 && d <= 5;

        cr_expect_eq(smtp_code_class(d) != NULL, class, "%u", d);
        cr_expect_eq(smtp_code_class_meaning(d) != NULL, class, "%u", d);
        cr_assert_not_null(smtp_code_category_meaning(d), "%u", d);
        check_sentence(d, "category", smtp_code_category_meaning(d));
        if (class)
            check_sentence(d, "class", smtp_code_class_meaning(d));
    }
    cr_expect_str_eq(smtp_code_category(0), "Syntax");
    cr_expect_str_eq(smtp_code_category(1), "Information");
    cr_expect_str_eq(smtp_code_category(2), "Connections");
    cr_expect_str_eq(smtp_code_category(5), "Mail system");
    cr_expect_null(smtp_code_category(3));
    cr_expect_null(smtp_code_category(4));
    cr_expect_null(smtp_code_category(6));
}
