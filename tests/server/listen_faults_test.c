/*
 * The faults that show on the listening side only.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "tests/server/client.h"

/* A hang ends as a crash (the framework's own timeout leaks memory). */
static void guard(void)
{
    alarm(60);
}

TestSuite(listen_faults, .init = guard);

Test(listen_faults, fault_second_421)
{
    struct server *s = client_start_ref("greeting-second-421", false);
    struct client a, b;
    cr_expect_eq(client_greet(&a, s, false), 220);
    cr_expect_eq(client_greet(&b, s, false), 421);
    cr_expect_eq(client_reply(&b), 0);
    client_hang_up(&b);
    cr_expect_eq(client_say(&a, "QUIT"), 221);
    cr_expect_eq(client_reply(&a), 0);
    client_hang_up(&a);
    for (int i = 0; i < 50; i++) { /* at once: no session is open any more */
        cr_expect_eq(client_greet(&a, s, false), 220);
        cr_expect_eq(client_say(&a, "QUIT"), 221);
        cr_expect_eq(client_reply(&a), 0);
        client_hang_up(&a);
    }
    client_stop(s);
}

Test(listen_faults, fault_auth_global)
{
    struct server *s = client_start_ref("auth-global", false);
    struct client a, b;
    cr_expect_eq(client_greet(&a, s, false), 220);
    cr_expect_eq(client_greet(&b, s, false), 220);
    cr_expect_eq(client_say(&a, "EHLO a.example"), 250);
    cr_expect_eq(client_say(&b, "EHLO b.example"), 250);
    cr_expect_eq(client_say(&b, "MAIL FROM:<>"), 530);
    cr_expect_eq(client_authenticate(&a, "PLAIN", SERVER_PASSWORD), 235);
    cr_expect_eq(client_say(&b, "MAIL FROM:<>"), 250);
    cr_expect_eq(client_say(&b, "RSET"), 250);
    cr_expect_eq(client_say(&a, "QUIT"), 221);
    cr_expect_eq(client_reply(&a), 0);
    cr_expect_eq(client_say(&b, "MAIL FROM:<>"), 530);
    client_hang_up(&a);
    client_hang_up(&b);
    client_stop(s);
}

Test(listen_faults, fault_clear_answers)
{
    struct server *s = client_start_ref("tls-clear-answers", true);
    struct client c;
    client_dial_clear(&c, s);
    cr_expect_eq(client_reply_within(&c, 100 * NET_MS), -1);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    client_hang_up(&c);
    cr_expect_eq(client_greet(&c, s, true), 220);
    client_hang_up(&c);
    client_stop(s);
}

Test(listen_faults, fault_clear_greeting)
{
    struct server *s = client_start_ref("tls-clear-greeting", true);
    struct client c;
    client_dial_clear(&c, s);
    cr_expect_eq(client_reply(&c), 220);
    cr_expect_eq(net_conn_starttls(c.conn, net_deadline(WAIT)), NET_OK);
    cr_expect_eq(client_reply_within(&c, 100 * NET_MS), -1);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    client_hang_up(&c);
    client_stop(s);
}

Test(listen_faults, fault_no_close_notify)
{
    struct server *s = client_start_ref("tls-no-close-notify", true);
    struct client c;
    cr_expect_eq(client_greet(&c, s, true), 220);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    cr_expect_eq(client_reply(&c), 0);
    cr_expect_not(net_conn_close_notify(c.conn));
    client_hang_up(&c);
    client_stop(s);
}

Test(listen_faults, faults_of_idle_clients)
{
    static const struct {
        const char *fault;
        int code;
        uint64_t after_ms;
    } CASES[] = {
        {"close-idle-421-early", 421, 1000},
        {"close-idle-early",     0,   300 },
        {"close-idle-silent",    0,   1000},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct server *s = client_start_ref(CASES[i].fault, false);
        struct client c;
        uint64_t begun = net_now();
        cr_expect_eq(client_greet(&c, s, false), 220);
        cr_expect_eq(client_reply(&c), CASES[i].code, "%s", CASES[i].fault);
        uint64_t ms = (net_now() - begun) / NET_MS;
        cr_expect(ms + 20 >= CASES[i].after_ms &&
                      ms < CASES[i].after_ms + 15000,
                  "%s: %llu ms", CASES[i].fault, (unsigned long long)ms);
        client_hang_up(&c);
        client_stop(s);
    }
}

Test(listen_faults, fault_shutdown_silent)
{
    struct server *s = client_start_ref("close-shutdown-silent", false);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    server_shutdown(s);
    cr_expect_eq(client_reply(&c), 0);
    client_hang_up(&c);
    client_stop(s);
}

Test(listen_faults, fault_that_stays_open)
{
    struct server *s = client_start_ref("quit-no-close", false);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    cr_expect_eq(client_reply_within(&c, 200 * NET_MS), -1);
    (void)net_conn_write(c.conn, "NOOP\r\n", 6, net_deadline(WAIT));
    cr_expect_eq(client_reply_within(&c, 200 * NET_MS), -1);
    client_hang_up(&c);
    client_stop(s);
}

Test(listen_faults, fault_late_reply)
{
    struct server *s = client_start_ref("reply-unsolicited", false);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_eq(client_reply_within(&c, 50 * NET_MS), -1);
    cr_expect_eq(client_reply(&c), 250);
    client_hang_up(&c);
    /* A client that goes on at once never sees it. */
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_eq(client_say(&c, "MAIL FROM:<>"), 250);
    cr_expect(strstr(c.text, "2.1.0"), "%s", c.text);
    cr_expect_eq(client_reply_within(&c, 200 * NET_MS), -1);
    client_hang_up(&c);
    client_stop(s);
}

/* Each handshake that offers less, on servers that take what they should, and
 * on those that do not. */
Test(listen_faults, handshakes)
{
    static const struct {
        const char *ref;
        enum net_tls_offer offer;
        enum net_status want;
        const char *version;
    } CASES[] = {
        {"",                NET_TLS_1_0,       NET_TLS, ""       },
        {"",                NET_TLS_1_1,       NET_TLS, ""       },
        {"",                NET_TLS_1_2,       NET_OK,  "TLSv1.2"},
        {"",                NET_TLS_1_3,       NET_OK,  "TLSv1.3"},
        {"",                NET_TLS_WEAK,      NET_TLS, ""       },
        {"",                NET_TLS_NO_SNI,    NET_OK,  "TLSv1.3"},
        {"",                NET_TLS_OTHER_SNI, NET_OK,  "TLSv1.3"},
        {"tls-old",         NET_TLS_1_0,       NET_OK,  "TLSv1"  },
        {"tls-old",         NET_TLS_1_1,       NET_OK,  "TLSv1.1"},
        {"tls-old-submission", NET_TLS_1_1,    NET_OK,  "TLSv1.1"},
        {"tls-weak",        NET_TLS_WEAK,      NET_OK,  "TLSv1.2"},
        {"tls-weak-submission", NET_TLS_WEAK,  NET_OK,  "TLSv1.2"},
        {"tls-new-only",    NET_TLS_1_2,       NET_TLS, ""       },
        {"tls-new-only",    NET_TLS_ALL,       NET_OK,  "TLSv1.3"},
        {"tls-names",       NET_TLS_NO_SNI,    NET_TLS, ""       },
        {"tls-names",       NET_TLS_OTHER_SNI, NET_OK,  "TLSv1.3"},
        {"tls-names-known", NET_TLS_NO_SNI,    NET_OK,  "TLSv1.3"},
        {"tls-names-known", NET_TLS_OTHER_SNI, NET_TLS, ""       },
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct server *s = client_start_ref(CASES[i].ref, false);
        struct client c;
        cr_expect_eq(client_greet(&c, s, false), 220);
        cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
        cr_expect_eq(client_say(&c, "STARTTLS"), 220);
        enum net_status st = net_conn_starttls_with(c.conn, CASES[i].offer,
                                                    net_deadline(WAIT));
        cr_expect_eq(st, CASES[i].want, "%s, %s: %s", CASES[i].ref,
                     net_tls_offer_name(CASES[i].offer),
                     net_conn_error(c.conn));
        if (st == NET_OK)
            cr_expect_str_eq(net_conn_tls_info(c.conn)->version,
                             CASES[i].version, "%s", CASES[i].ref);
        client_hang_up(&c);
        client_stop(s);
    }
}
