/*
 * What the probe learns of mail: the recipient, and RSET.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "check/probe.h"
#include "tests/check/fake.h"

/* want is a part of it, or "": then there is none. */
static void expect_why(const char *got, const char *want, size_t row)
{
    cr_expect_eq(got[0] == '\0', want[0] == '\0', "%zu: %s", row, got);
    cr_expect_not_null(strstr(got, want), "%zu: %s", row, got);
}

/* ---- the recipient ------------------------------------------------------- */

static const char *act_rcpt_550(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f;
    (void)conn;
    return strncmp(line, "RCPT", 4) == 0 ? "550 no such user\r\n" : FAKE_POLITE;
}

static const char *act_rcpt_450(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f;
    (void)conn;
    return strncmp(line, "RCPT", 4) == 0 ? "450 later\r\n" : FAKE_POLITE;
}

Test(probe, recipient_that_is_refused)
{
    static const struct {
        fake_act *act;
        const char *rcpt;
        enum check_profile profile;
        const char *why; /* a part of it; "": it can be used */
    } rows[] = {
        {act_rcpt_550, "a@b.example", CHECK_PROFILE_MX,
         "RCPT TO:<a@b.example> is answered 550"},
        {act_rcpt_550, NULL, CHECK_PROFILE_MX, ""}, /* none is given */
        {act_rcpt_550, "a@b.example", CHECK_PROFILE_SUBMISSION,
         ""}, /* before AUTH */
        {act_rcpt_450, "a@b.example", CHECK_PROFILE_MX, ""}, /* for now */
        {NULL, "a@b.example", CHECK_PROFILE_MX, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake f = {.act = rows[i].act};
        struct probe p;

        fake_probe(&f, rows[i].profile, rows[i].rcpt, &p);
        expect_why(p.rcpt_why, rows[i].why, i);
        probe_free(&p);
        fake_stop(&f);
    }
}

/* ---- RSET ---------------------------------------------------------------- */

static const char *act_rset_500(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f, (void)conn;
    return strcmp(line, "RSET") == 0 ? "500 what?\r\n" : FAKE_POLITE;
}

static const char *act_rset_closes(struct fake *f, unsigned conn,
                                   const char *line)
{
    (void)f, (void)conn;
    return strcmp(line, "RSET") == 0 ? FAKE_CLOSE : FAKE_POLITE;
}

/* It is RCPT that ends the session. */
static const char *act_rcpt_closes(struct fake *f, unsigned conn,
                                   const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "RCPT", 4) == 0 ? FAKE_CLOSE : FAKE_POLITE;
}

static const char *act_rcpt_421(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "RCPT", 4) == 0 ? "421 enough\r\n" : FAKE_POLITE;
}

/* What is said of the second MAIL. */
static const char *second_mail(struct fake *f, const char *line,
                               const char *said)
{
    if (strncmp(line, "MAIL", 4) != 0)
        return FAKE_POLITE;
    return atomic_fetch_add(&f->n, 1) == 1 ? said : FAKE_POLITE;
}

static const char *act_ehlo_again(struct fake *f, unsigned conn,
                                  const char *line)
{
    (void)conn;
    return second_mail(f, line, "503 EHLO first\r\n");
}

static const char *act_later(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    return second_mail(f, line, "450 not so fast\r\n");
}

static const char *act_mail_530(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f, (void)conn;
    if (strcmp(line, "RSET") == 0)
        return "500 what?\r\n";
    return strncmp(line, "MAIL", 4) == 0 ? "530 who?\r\n" : FAKE_POLITE;
}

Test(probe, rset_that_does_not_begin_again)
{
    static const struct {
        fake_act *act;
        const char *why; /* a part of it; "": RSET can be used */
    } rows[] = {
        {act_rset_500, "RSET is answered 500: see rfc5321/4.1.1.5/rset-250"},
        {act_rset_closes, "see rfc5321/4.1.1.5/mail-after-rset"},
        {act_ehlo_again, "see rfc5321/4.1.1.5/mail-after-rset"},
        {act_later, ""},
        {act_rcpt_closes, ""},
        {act_rcpt_421, ""},
        {act_mail_530, ""}, /* not asked */
        {NULL, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake f = {.act = rows[i].act};
        struct probe p;

        fake_probe(&f, CHECK_PROFILE_MX, NULL, &p);
        cr_expect_eq(p.state, PROBE_OK, "%zu: %s", i, p.why);
        expect_why(p.rset_why, rows[i].why, i);
        probe_free(&p);
        fake_stop(&f);
    }
}
