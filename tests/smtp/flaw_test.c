#include "smtp/flaw.h"

#include <criterion/criterion.h>
#include <string.h>

static bool in_set(const char *s, const char *set)
{
    return strspn(s, set) == strlen(s);
}

/* A row that the table lacks has no id. */
Test(flaw, rows_are_complete)
{
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++) {
        const struct smtp_flaw_info *row = smtp_flaw_info((enum smtp_flaw)f);
        cr_assert_not_null(row->id, "flaw %u has no row", f);
        cr_expect(in_set(row->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                  "%s: not a slug", row->id);
        cr_assert_not_null(row->rfc, "%s", row->id);
        cr_expect(strncmp(row->rfc, "RFC", 3) == 0 &&
                  in_set(row->rfc + 3, "0123456789"), "%s", row->id);
        cr_assert_not_null(row->section, "%s", row->id);
        cr_expect(in_set(row->section, "0123456789."), "%s", row->id);
        cr_expect(row->level <= SMTP_LEVEL_MAY, "%s", row->id);
        cr_assert_not_null(row->sentence, "%s", row->id);
        size_t n = strlen(row->sentence);
        cr_expect(n > 20 && n < 140, "%s: %zu octets", row->id, n);
        cr_expect(row->sentence[n - 1] != '.', "%s: ends in a period",
                  row->id);
    }
}

Test(flaw, ids_are_unique)
{
    for (unsigned a = 0; a < SMTP_FLAW_COUNT; a++)
        for (unsigned b = 0; b < a; b++)
            cr_expect(strcmp(smtp_flaw_info((enum smtp_flaw)a)->id,
                             smtp_flaw_info((enum smtp_flaw)b)->id) != 0,
                      "%s", smtp_flaw_info((enum smtp_flaw)a)->id);
}

Test(flaw, levels)
{
    static const struct {
        enum smtp_flaw flaw;
        enum smtp_level level;
        const char *section;
    } rows[] = {
        {SMTP_FLAW_REPLY_NO_SEPARATOR, SMTP_LEVEL_SHOULD,  "4.2.1"    },
        {SMTP_FLAW_REPLY_8BIT,         SMTP_LEVEL_GRAMMAR, "4.2"      },
        {SMTP_FLAW_REPLY_CODE_RANGE,   SMTP_LEVEL_GRAMMAR, "4.2"      },
        {SMTP_FLAW_REPLY_CODE_CHANGED, SMTP_LEVEL_MUST,    "4.2.1"    },
        {SMTP_FLAW_REPLY_LINE_LENGTH,  SMTP_LEVEL_SHOULD,  "4.5.3.1.5"},
        {SMTP_FLAW_EHLO_DUPLICATE,     SMTP_LEVEL_MAY,     "4.1.1.1"  },
        {SMTP_FLAW_DATA_BARE_LF,       SMTP_LEVEL_MUST,    "2.3.8"    },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct smtp_flaw_info *row = smtp_flaw_info(rows[i].flaw);
        cr_expect_eq(row->level, rows[i].level, "%s", row->id);
        cr_expect_str_eq(row->section, rows[i].section, "%s", row->id);
    }
}

Test(flaw, first_is_the_smallest_offset)
{
    struct smtp_flaws fs = {0};
    cr_expect_not(smtp_flaws_any(&fs));
    smtp_flaws_add(&fs, SMTP_FLAW_REPLY_NUL, 7);
    cr_expect_eq(fs.first_at, 7);
    smtp_flaws_add(&fs, SMTP_FLAW_REPLY_8BIT, 7);
    cr_expect_eq(fs.first, SMTP_FLAW_REPLY_NUL);
    smtp_flaws_add(&fs, SMTP_FLAW_DATA_8BIT, 9);
    cr_expect_eq(fs.first, SMTP_FLAW_REPLY_NUL);
    smtp_flaws_add(&fs, SMTP_FLAW_DATA_LINE_LENGTH, 0);
    cr_expect_eq(fs.first, SMTP_FLAW_DATA_LINE_LENGTH);
    cr_expect_eq(fs.first_at, 0);
    cr_expect(smtp_flaws_any(&fs));
    cr_expect(smtp_flaws_has(&fs, SMTP_FLAW_REPLY_NUL));
    cr_expect(smtp_flaws_has(&fs, SMTP_FLAW_REPLY_8BIT));
    cr_expect(smtp_flaws_has(&fs, SMTP_FLAW_DATA_8BIT));
    cr_expect(smtp_flaws_has(&fs, SMTP_FLAW_DATA_LINE_LENGTH));
    cr_expect_not(smtp_flaws_has(&fs, SMTP_FLAW_REPLY_BARE_LF));
}

/* Each flaw has a bit of its own, in both words of the set. */
Test(flaw, each_has_its_bit)
{
    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++) {
        struct smtp_flaws fs = {0};
        smtp_flaws_add(&fs, (enum smtp_flaw)f, 3);
        for (unsigned g = 0; g < SMTP_FLAW_COUNT; g++)
            cr_expect_eq(smtp_flaws_has(&fs, (enum smtp_flaw)g), f == g,
                         "%u in {%u}", g, f);
    }
}

Test(flaw, merge)
{
    struct smtp_flaws none = {0};
    struct smtp_flaws part = {0};
    struct smtp_flaws all = {0};
    smtp_flaws_merge(&all, &none, 5);
    cr_expect_not(smtp_flaws_any(&all));

    smtp_flaws_add(&part, SMTP_FLAW_DATA_NUL, 2);
    smtp_flaws_add(&part, SMTP_FLAW_PATH_UTF8, 4);
    smtp_flaws_merge(&all, &part, 5);
    cr_expect_eq(all.first, SMTP_FLAW_DATA_NUL);
    cr_expect_eq(all.first_at, 7);
    cr_expect(smtp_flaws_has(&all, SMTP_FLAW_PATH_UTF8));

    smtp_flaws_merge(&all, &none, 0);
    cr_expect_eq(all.first_at, 7);
    smtp_flaws_merge(&all, &part, 1);
    cr_expect_eq(all.first_at, 3);
    smtp_flaws_merge(&all, &part, 9);
    cr_expect_eq(all.first_at, 3);
}
