#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/probe.h"
#include "tests/check/fake.h"

#define BRIEF_MS ((int)(FAKE_BRIEF / NET_MS))

/* ---- servers with which nothing can be done ---------------------------- */

static void raw_silent(struct fake *f, unsigned conn, int fd)
{
    (void)conn, (void)fd;
    fake_ends(f, -1);
}

static void raw_close(struct fake *f, unsigned conn, int fd)
{
    (void)f, (void)conn, (void)fd;
}

static void raw_http(struct fake *f, unsigned conn, int fd)
{
    char buf[64];

    (void)f, (void)conn;
    if (read(fd, buf, sizeof buf) > 0)
        fake_send(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
}

static void raw_tls(struct fake *f, unsigned conn, int fd)
{
    char buf[64];

    (void)f, (void)conn;
    if (read(fd, buf, sizeof buf) > 0)
        fake_send(fd, "\x15\x03\x01\x00\x02\x02\x46", 7);
}

static void raw_ssh(struct fake *f, unsigned conn, int fd)
{
    (void)conn;
    fake_send(fd, "SSH-2.0-x\r\n", 11);
    fake_ends(f, -1);
}

static void raw_pop3(struct fake *f, unsigned conn, int fd)
{
    (void)conn;
    fake_send(fd, "+OK ready\r\n", 11);
    fake_ends(f, -1);
}

static void raw_imap(struct fake *f, unsigned conn, int fd)
{
    (void)conn;
    fake_send(fd, "* OK ready\r\n", 12);
    fake_ends(f, -1);
}

static void raw_nuls(struct fake *f, unsigned conn, int fd)
{
    static const char nul[64];

    (void)conn;
    while (fake_send(fd, nul, sizeof nul) && !fake_ends(f, 1))
        ;
}

/* As much as is taken, without a line end. */
static void raw_flood(struct fake *f, unsigned conn, int fd)
{
    char x[16384];

    (void)conn;
    memset(x, '2', sizeof x);
    for (unsigned i = 0; i < 65536 && !fake_ends(f, 0); i++)
        if (!fake_send(fd, x, sizeof x))
            return;
}

static void raw_lines(struct fake *f, unsigned conn, int fd)
{
    (void)conn;
    while (fake_send(fd, "220-more\r\n", 10) && !fake_ends(f, 0))
        ;
}

static void raw_drip(struct fake *f, unsigned conn, int fd)
{
    (void)conn;
    while (fake_send(fd, "2", 1) && !fake_ends(f, 20))
        ;
}

static const char *act_late(struct fake *f, unsigned conn, const char *line)
{
    (void)conn;
    if (line[0] == '\0')
        fake_ends(f, BRIEF_MS - 10);
    return FAKE_POLITE;
}

static const char *act_busy(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "421 too busy\r\n";
}

static const char *act_declines(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "554 no mail here\r\n";
}

static const char *act_354(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_POLITE : "399 hm\r\n";
}

static const char *act_no_hello(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] && line[1] != 'U' ? "502 no\r\n" : FAKE_POLITE;
}

static const char *act_mute(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_SILENT : FAKE_POLITE;
}

static const char *act_drops(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return line[0] ? FAKE_CLOSE : FAKE_POLITE;
}

static const struct {
    const char *name;
    fake_raw *raw;
    fake_act *act;
    enum probe_state want;
    bool brief; /* its time has to run out */
    const char *why;
} bad[] = {
    {"silent", raw_silent, NULL, PROBE_UNUSABLE, true,
     "greeting: none in 0.5 s, and SMTP servers speak first: is it the right "
     "port? If it is slow: --timeout"},
    {"closes", raw_close, NULL, PROBE_UNUSABLE, false,
     "greeting: the server closed the connection without one: does it refuse "
     "this client?"},
    {"HTTP", raw_http, NULL, PROBE_UNUSABLE, true,
     "greeting: the server speaks HTTP here, not SMTP"},
    {"TLS", raw_tls, NULL, PROBE_UNUSABLE, true,
     "greeting: the server speaks TLS here: try smtps://"},
    {"SSH", raw_ssh, NULL, PROBE_UNUSABLE, false,
     "greeting: the server speaks SSH here, not SMTP"},
    {"POP3", raw_pop3, NULL, PROBE_UNUSABLE, false,
     "greeting: the server speaks POP3 here, not SMTP"},
    {"IMAP", raw_imap, NULL, PROBE_UNUSABLE, false,
     "greeting: the server speaks IMAP here, not SMTP"},
    {"NULs", raw_nuls, NULL, PROBE_UNUSABLE, true,
     "greeting: this is not SMTP: \"\\0\\0"},
    {"1 GiB", raw_flood, NULL, PROBE_UNUSABLE, false,
     "greeting: 65536 octets without an end"},
    {"endless lines", raw_lines, NULL, PROBE_UNUSABLE, false,
     "greeting: 65536 octets without an end"},
    {"one octet a time", raw_drip, NULL, PROBE_UNUSABLE, true,
     "octets in 0.5 s, and no end of line"},
    {"late", NULL, act_late, PROBE_UNUSABLE, true, "greeting: none in 0.5 s"},
    {"busy", NULL, act_busy, PROBE_BUSY, false,
     "the server greets with 421: not available now"},
    {"declines", NULL, act_declines, PROBE_DECLINES, false,
     "the server greets with 554: it takes no mail"},
    {"odd code", NULL, act_354, PROBE_UNUSABLE, false,
     "the greeting's code is 399: expected 220"},
    {"no EHLO", NULL, act_no_hello, PROBE_UNUSABLE, false,
     "EHLO is answered \"502 no\": no session is possible"},
    {"mute", NULL, act_mute, PROBE_UNUSABLE, true, "EHLO: no reply in 0.5 s"},
    {"drops", NULL, act_drops, PROBE_UNUSABLE, false,
     "EHLO: the server closed the connection"},
};

Test(probe, useless_servers)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fake f = {.raw = bad[i].raw, .act = bad[i].act};
        struct check_config cfg;
        struct probe p;
        uint64_t begin;
        char why[400] = "";

        fake_start(&f);
        cfg = fake_config(&f);
        if (bad[i].brief)
            cfg.timeout = FAKE_BRIEF;
        begin = net_now();
        probe_run(&cfg, NULL, &p);
        cr_expect_lt(fake_ms(begin), FAKE_HANGS, "%s", bad[i].name);
        cr_expect_eq(p.state, bad[i].want, "%s: %d", bad[i].name, p.state);
        cr_expect_not_null(strstr(p.why, bad[i].why), "%s: %s", bad[i].name,
                           p.why);
        cr_expect_null(strpbrk(p.why, "\r\n"), "%s", bad[i].name);
        cfg.timeout = FAKE_BRIEF;
        cr_expect_not(probe_canary(&cfg, false, why, sizeof why), "%s",
                      bad[i].name);
        cr_expect(why[0], "%s", bad[i].name);
        probe_free(&p);
        fake_stop(&f);
    }
}

Test(probe, no_server)
{
    static const struct {
        const char *target, *why;
    } rows[] = {
        {"smtp://127.0.0.1:",
         "Connection refused: is the server running, and the port right?"},
        {"unix:/nonexistent/socket", "No such file or directory"},
        {"exec:exit 0", "greeting: the server closed the connection"},
        {"exec:echo 220 hi; exit 0", "EHLO: the server "},
    };
    struct fake f = {0};
    struct check_config cfg;

    fake_start(&f);
    fake_refuse(&f);
    cfg = fake_config(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[128], err[256];
        struct probe p;
        uint64_t begin = net_now();

        snprintf(text, sizeof text, "%s", rows[i].target);
        if (i == 0) /* the fake does not listen any more */
            snprintf(text, sizeof text, "%s%u", rows[i].target, f.port);
        cr_assert_eq(net_target_parse(text, &cfg.target, err, sizeof err), 0,
                     "%s", err);
        probe_run(&cfg, NULL, &p);
        cr_expect_eq(p.state, PROBE_UNUSABLE, "%s", rows[i].target);
        cr_expect_not_null(strstr(p.why, rows[i].why), "%s: %s", rows[i].target,
                           p.why);
        cr_expect_lt(fake_ms(begin), FAKE_PATIENCE / NET_MS, "%s",
                     rows[i].target);
        probe_free(&p);
    }
    fake_stop(&f);
}

Test(probe, interrupted)
{
    struct fake f = {.raw = raw_silent};
    struct check_config cfg;
    struct probe p;
    int fd[2];
    uint64_t begin;

    fake_start(&f);
    cr_assert_eq(pipe(fd), 0);
    cr_assert_eq(write(fd[1], "x", 1), 1);
    cfg = fake_config(&f);
    cfg.stop_fd = fd[0];
    begin = net_now();
    probe_run(&cfg, NULL, &p);
    cr_expect_lt(fake_ms(begin), FAKE_PATIENCE / NET_MS);
    cr_expect_eq(p.state, PROBE_UNUSABLE);
    probe_free(&p);
    fake_stop(&f);
    close(fd[0]);
    close(fd[1]);
}

/* ---- what is found out about servers ----------------------------------------
 */

static const char *act_530(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    if (strncmp(line, "MAIL", 4) == 0)
        return "530 first AUTH\r\n";
    if (strncmp(line, "AUTH", 4) == 0)
        return "501 how?\r\n";
    return FAKE_POLITE;
}

static const char *act_530_auth(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "MAIL", 4) == 0 || strncmp(line, "AUTH", 4) == 0
               ? "530 first STARTTLS\r\n"
               : FAKE_POLITE;
}

static const char *act_lmtp(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    if (strncmp(line, "EHLO", 4) == 0 || strncmp(line, "HELO", 4) == 0)
        return "500 LHLO\r\n";
    return strncmp(line, "LHLO", 4) == 0 ? "250 h.example\r\n" : FAKE_POLITE;
}

static const char *act_helo(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "EHLO", 4) == 0 ? "502 old\r\n" : FAKE_POLITE;
}

/* Puts the refusal off until RCPT. */
static const char *act_late_530(struct fake *f, unsigned conn,
                                const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "RCPT", 4) == 0 ? "530 5.7.0 AUTH first\r\n"
                                         : FAKE_POLITE;
}

#define TLS_ONLY "250-h\r\n250 STARTTLS\r\n"
#define TLS_AUTH "250-h\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"

static const struct {
    const char *name;
    fake_act *act;
    const char *ehlo;
    enum check_profile asked, want;
    bool auth, tls;
} kinds[] = {
    {"open", NULL, NULL, CHECK_PROFILE_AUTO, CHECK_PROFILE_MX, false, false},
    {"old", act_helo, NULL, CHECK_PROFILE_AUTO, CHECK_PROFILE_MX, false, false},
    {"530", act_530, NULL, CHECK_PROFILE_AUTO, CHECK_PROFILE_SUBMISSION, true,
     false},
    {"530, an MX", act_530, NULL, CHECK_PROFILE_MX, CHECK_PROFILE_MX, true,
     false},
    {"530, AUTH goes", act_530, TLS_AUTH, CHECK_PROFILE_AUTO,
     CHECK_PROFILE_SUBMISSION, true, false},
    {"530 at RCPT", act_late_530, NULL, CHECK_PROFILE_AUTO,
     CHECK_PROFILE_SUBMISSION, true, false},
    {"530, AUTH perhaps inside TLS", act_530, TLS_ONLY, CHECK_PROFILE_AUTO,
     CHECK_PROFILE_SUBMISSION, true, false},
    {"530 to all", act_530_auth, TLS_AUTH, CHECK_PROFILE_AUTO,
     CHECK_PROFILE_SUBMISSION, true, true},
    {"submission", NULL, NULL, CHECK_PROFILE_SUBMISSION,
     CHECK_PROFILE_SUBMISSION, true, false},
    {"lmtp", act_lmtp, NULL, CHECK_PROFILE_LMTP, CHECK_PROFILE_LMTP, false,
     false},
    {"lmtp unasked", act_lmtp, NULL, CHECK_PROFILE_AUTO, CHECK_PROFILE_LMTP,
     false, false},
};

Test(probe, kinds_of_service)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fake f = {.act = kinds[i].act, .ehlo = kinds[i].ehlo};
        struct check_config cfg;
        struct probe p;

        fake_start(&f);
        cfg = fake_config(&f);
        cfg.profile = kinds[i].asked;
        probe_run(&cfg, NULL, &p);
        cr_expect_eq(p.state, PROBE_OK, "%s: %s", kinds[i].name, p.why);
        cr_expect_eq(p.profile, kinds[i].want, "%s: %s", kinds[i].name,
                     p.profile_why);
        cr_expect_eq(p.auth_required, kinds[i].auth, "%s", kinds[i].name);
        cr_expect_eq(p.tls_required, kinds[i].tls, "%s", kinds[i].name);
        probe_free(&p);
        fake_stop(&f);
    }
}

/* --max-rate holds from the first session on: here two to look, so that the
 * next one waits. */
Test(probe, keeps_to_the_rate)
{
    struct fake f = {.act = act_530_auth, .ehlo = TLS_AUTH};
    struct check_config cfg;
    struct gate gate;
    struct probe p;
    uint64_t since, begin = net_now();

    fake_start(&f);
    cfg = fake_config(&f);
    gate_init(&gate, 1, 10, -1);
    probe_run(&cfg, &gate, &p);
    cr_expect_eq(atomic_load(&f.conns), 2);
    cr_expect(gate_enter(&gate, &since));
    cr_expect_geq(fake_ms(begin), 195);
    gate_leave(&gate, since, false);
    probe_free(&p);
    gate_free(&gate);
    fake_stop(&f);
}

static const char *act_no_name(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return strncmp(line, "EHLO", 4) == 0 ? "550 who?\r\n" : FAKE_POLITE;
}

Test(probe, helo_only)
{
    static const struct {
        const char *name;
        fake_act *act;
        bool want;
    } rows[] = {
        {"EHLO 502", act_helo, true},
        {"EHLO 550: of the name", act_no_name, false},
        {"EHLO 250", NULL, false},
        {"LHLO", act_lmtp, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake f = {.act = rows[i].act};
        struct probe p;

        fake_probe(&f, CHECK_PROFILE_AUTO, "b@example.test", &p);
        cr_expect_eq(p.state, PROBE_OK, "%s: %s", rows[i].name, p.why);
        cr_expect_eq(p.helo_only, rows[i].want, "%s", rows[i].name);
        probe_free(&p);
        fake_stop(&f);
    }
}

Test(probe, declining_is_well)
{
    struct fake f = {.act = act_declines};
    struct check_config cfg;
    char why[320];

    fake_start(&f);
    cfg = fake_config(&f);
    cr_expect(probe_canary(&cfg, true, why, sizeof why));
    cr_expect_not(probe_canary(&cfg, false, why, sizeof why));
    cr_expect_str_eq(why, "the greeting is 554");
    fake_stop(&f);
}
