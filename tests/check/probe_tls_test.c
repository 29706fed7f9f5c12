#include <criterion/criterion.h>
#include <string.h>

#include "check/probe.h"
#include "server/server.h"
#include "tests/check/fake.h"

/* ---- TLS, on the reference server -------------------------------------------
 */

struct ref {
    struct server *server;
    struct net_tls *tls;
    struct check_config cfg;
};

static void ref_start(struct ref *r, enum server_mode mode, bool trusted)
{
    struct server_config sc = {
        .mode = mode, .bind = "127.0.0.1", .implicit_tls = true};
    struct net_tls_config tc = {0};
    struct fake none = {0};
    char err[256] = "";

    r->server = server_start(&sc, err, sizeof err);
    cr_assert_not_null(r->server, "%s", err);
    tc.ca_pem = trusted ? server_ca_pem(r->server) : NULL;
    r->tls = net_tls_new(&tc, err, sizeof err);
    cr_assert_not_null(r->tls, "%s", err);
    r->cfg = fake_config(&none);
    r->cfg.target.port = server_port(r->server);
    r->cfg.tls = r->tls;
    r->cfg.tls_target = r->cfg.target;
    r->cfg.tls_target.tls = true;
    r->cfg.tls_target.port = server_tls_port(r->server);
    r->cfg.tls_port_given = true;
}

static void ref_stop(struct ref *r)
{
    server_stop(r->server);
    net_tls_free(r->tls);
}

Test(probe, tls)
{
    struct ref r;
    struct probe p;

    ref_start(&r, SERVER_TLS_REQUIRED, true);
    probe_run(&r.cfg, NULL, &p);
    cr_expect_eq(p.state, PROBE_OK, "%s", p.why);
    cr_expect(p.starttls);
    cr_expect(p.tls_ok, "%s", p.tls_why);
    cr_expect(p.tls.verified);
    cr_expect_str_eq(p.tls_why, "");
    cr_expect_str_eq(p.tls_port_why, "");
    cr_expect(p.tls_required);
    cr_expect(p.auth_required);
    cr_expect(probe_offers(&p.ehlo_tls, SMTP_SPAN("AUTH"), SMTP_SPAN("")));
    probe_free(&p);
    ref_stop(&r);
}

Test(probe, certificate_not_trusted)
{
    struct ref r;
    struct probe p;

    ref_start(&r, SERVER_MX, false);
    probe_run(&r.cfg, NULL, &p);
    cr_expect_eq(p.state, PROBE_OK, "%s", p.why);
    cr_expect_not(p.tls_ok);
    cr_expect(p.tls_unverified);
    cr_expect_not_null(strstr(p.tls_why, "--tls-ca, or --tls-insecure"), "%s",
                       p.tls_why);
    cr_expect_not_null(strstr(p.tls_port_why, "--tls-ca"), "%s",
                       p.tls_port_why);
    probe_free(&p);
    /* On implicit TLS it is the end. */
    r.cfg.target = r.cfg.tls_target;
    probe_run(&r.cfg, NULL, &p);
    cr_expect_eq(p.state, PROBE_UNUSABLE);
    cr_expect_not_null(strstr(p.why, "--tls-ca"), "%s", p.why);
    probe_free(&p);
    ref_stop(&r);
}

Test(probe, plain_server_on_smtps)
{
    struct ref r;
    struct fake f = {0};
    struct probe p;

    fake_start(&f);
    ref_start(&r, SERVER_MX, true);
    r.cfg.target.port = f.port;
    r.cfg.target.tls = true;
    probe_run(&r.cfg, NULL, &p);
    cr_expect_eq(p.state, PROBE_UNUSABLE);
    cr_expect_not_null(
        strstr(p.why, "does not speak TLS here: for STARTTLS or no TLS use "
                      "smtp://"),
        "%s", p.why);
    probe_free(&p);
    ref_stop(&r);
    fake_stop(&f);
}

static const char *act_454(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return strcmp(line, "STARTTLS") == 0 ? "454 not now\r\n" : FAKE_POLITE;
}

/* Goes on in clear. */
static const char *act_220(struct fake *f, unsigned conn, const char *line)
{
    (void)f, (void)conn;
    return strcmp(line, "STARTTLS") == 0 ? "220 go\r\n" : FAKE_POLITE;
}

Test(probe, starttls_that_fails_is_the_servers)
{
    static const struct {
        fake_act *act;
        const char *why;
        unsigned refused, conns;
    } rows[] = {
        {act_454, "STARTTLS is answered 454", 454, 4}, /* tried three times */
        {act_220, "STARTTLS: ", 0, 3}, /* twice */
    };

    for (size_t i = 0; i < 2; i++) {
        struct fake f = {.act = rows[i].act,
                         .ehlo = "250-h\r\n250 STARTTLS\r\n"};
        struct ref r;
        struct probe p;

        fake_start(&f);
        ref_start(&r, SERVER_MX, true);
        r.cfg.tls_port_given = false;
        r.cfg.target.port = f.port;
        if (rows[i].refused == 0) /* its handshake ends with the time */
            r.cfg.timeout = FAKE_BRIEF;
        probe_run(&r.cfg, NULL, &p);
        cr_expect_eq(p.state, PROBE_OK, "%s", p.why);
        cr_expect(p.starttls);
        cr_expect_not(p.tls_ok);
        cr_expect_not(p.tls_unverified, "%s", p.tls_why);
        cr_expect_not_null(strstr(p.tls_why, rows[i].why), "%s", p.tls_why);
        cr_expect_eq(p.starttls_refused, rows[i].refused);
        cr_expect_eq(p.tls_fails, rows[i].refused == 0);
        cr_expect_eq(atomic_load(&f.conns), rows[i].conns);
        probe_free(&p);
        ref_stop(&r);
        fake_stop(&f);
    }
}
