/*
 * The server over sockets: TLS, AUTH, the store, limits, its end.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/server/client.h"

/* A hang ends as a crash (the framework's own timeout leaks memory). */
static void guard(void)
{
    alarm(60);
}

TestSuite(server, .init = guard);

/* ---- sessions --------------------------------------------------------- */

Test(server, message_is_stored)
{
    char folder[] = "/tmp/server-test-XXXXXX";
    cr_assert(mkdtemp(folder));
    const struct server_config cfg = {.store = folder, .split = 1};
    struct server *s = client_start(&cfg);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect(strstr(c.text, "250-STARTTLS\r\n"), "%s", c.text);
    cr_expect_eq(client_say(&c, "MAIL FROM:<a@client.example>"), 250);
    cr_expect_eq(client_say(&c, "RCPT TO:<b@example.test>"), 250);
    cr_expect_eq(client_say(&c, "DATA"), 354);
    cr_expect_eq(client_say(&c, "Subject: s\r\n\r\nhello\r\n."), 250);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    cr_expect_eq(client_reply(&c), 0);
    client_hang_up(&c);
    client_stop(s);

    DIR *d = opendir(folder);
    unsigned files = 0;
    char path[600], text[2000];
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        files++;
        cr_expect_neq(e->d_name[0], '.', "%s is left", e->d_name);
        snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        FILE *f = fopen(path, "r");
        text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
        fclose(f);
        unlink(path);
    }
    closedir(d);
    rmdir(folder);
    cr_expect_eq(files, 1);
    cr_expect(strncmp(text, "Return-Path: <a@client.example>\r\nReceived: ",
                      42) == 0, "%s", text);
    cr_expect(strstr(text, "([127.0.0.1])\r\n\tby ref.example.test with ESMTP "
                     "id "), "%s", text);
    cr_expect(strstr(text, "\r\nSubject: s\r\n\r\nhello\r\n"), "%s", text);
}

Test(server, starttls)
{
    struct server *s = client_start_ref("submission", false);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    client_start_tls(&c);
    cr_expect(net_conn_tls_info(c.conn)->verified, "%s",
              net_conn_tls_info(c.conn)->verify_error);
    cr_expect_eq(client_reply_within(&c, 100 * NET_MS), -1);
    cr_expect_eq(client_say(&c, "MAIL FROM:<>"), 530);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_not(strstr(c.text, "STARTTLS"), "%s", c.text);
    cr_expect_eq(client_authenticate(&c, "PLAIN", SERVER_PASSWORD), 235);
    cr_expect_eq(client_say(&c, "MAIL FROM:<>"), 250);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    cr_expect_eq(client_reply(&c), 0);
    cr_expect(net_conn_close_notify(c.conn));
    client_hang_up(&c);
    client_stop(s);
}

Test(server, octets_behind_starttls_are_dropped)
{
    struct server *s = client_start_ref("mx", false);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_eq(client_say(&c, "STARTTLS\r\nNOOP"), 220);
    cr_assert_eq(net_conn_starttls(c.conn, net_deadline(WAIT)), NET_OK);
    cr_expect_eq(client_reply_within(&c, 200 * NET_MS), -1);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    client_hang_up(&c);
    client_stop(s);
}

Test(server, clear_text_where_tls_is_due)
{
    struct server *s = client_start_ref("mx", true);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_eq(client_say(&c, "STARTTLS"), 220);
    cr_expect_eq(client_say(&c, "NOOP"), 0);
    client_hang_up(&c);
    /* RFC 8314 3.3: on the port of implicit TLS, too. */
    client_dial_clear(&c, s);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 0);
    client_hang_up(&c);
    client_stop(s);
}

Test(server, implicit_tls)
{
    struct server *s = client_start_ref("mx", true);
    struct client c;
    cr_expect_eq(client_greet(&c, s, true), 220);
    cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
    cr_expect_not(strstr(c.text, "STARTTLS"), "%s", c.text);
    cr_expect_eq(client_say(&c, "STARTTLS"), 503);
    cr_expect_eq(client_say(&c, "QUIT"), 221);
    cr_expect_eq(client_reply(&c), 0);
    cr_expect(net_conn_close_notify(c.conn));
    client_hang_up(&c);
    client_stop(s);
}

Test(server, every_mechanism)
{
    static const char *const MECHS[] = {"PLAIN", "LOGIN", "CRAM-MD5",
                                        "SCRAM-SHA-1", "SCRAM-SHA-256"};
    struct server *s = client_start_ref("submission", true);
    for (size_t i = 0; i < sizeof(MECHS) / sizeof(MECHS[0]); i++)
        for (int tls = 0; tls < 2; tls++) {
            struct client c;
            cr_expect_eq(client_greet(&c, s, tls), 220);
            cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
            cr_expect_eq(client_authenticate(&c, MECHS[i], "wrong"), 535, "%s",
                         MECHS[i]);
            cr_expect_eq(client_say(&c, "MAIL FROM:<>"), 530, "%s", MECHS[i]);
            cr_expect_eq(client_authenticate(&c, MECHS[i], SERVER_PASSWORD),
                         235, "%s: %s", MECHS[i], c.text);
            cr_expect_eq(client_say(&c, "MAIL FROM:<>"), 250, "%s", MECHS[i]);
            client_hang_up(&c);
        }
    client_stop(s);
}

/* RFC 5802 5: the server's last message, and the faults of it. */
Test(server, proof_of_the_password)
{
    static const struct {
        const char *ref;
        enum sasl_status exchange; /* as the client sees it at 235 */
    } rows[] = {{"mx", SASL_DONE},
                {"sasl-no-proof", SASL_MORE},
                {"sasl-wrong-proof", SASL_FAILED}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct server *s = client_start_ref(rows[i].ref, false);
        struct client c;
        cr_expect_eq(client_greet(&c, s, false), 220);
        cr_expect_eq(client_say(&c, "EHLO client.example"), 250);
        cr_expect_eq(client_authenticate(&c, "SCRAM-SHA-256",
                                         SERVER_PASSWORD), 235, "%s",
                     rows[i].ref);
        cr_expect_eq(c.exchange, rows[i].exchange, "%s: %d", rows[i].ref,
                     c.exchange);
        client_hang_up(&c);
        client_stop(s);
    }
}

/* ---- limits and ends -------------------------------------------------- */

Test(server, idle_clients_get_421)
{
    const struct server_config cfg = {.idle_ns = 150 * NET_MS};
    struct server *s = client_start(&cfg);
    struct client c;
    cr_expect_eq(client_greet(&c, s, false), 220);
    cr_expect_eq(client_reply(&c), 421);
    cr_expect(strncmp(c.text, "421 4.4.2 ref.example.test ", 27) == 0, "%s",
              c.text);
    cr_expect_eq(client_reply(&c), 0);
    client_hang_up(&c);
    client_stop(s);
}

Test(server, shutdown_says_421)
{
    struct server *s = client_start_ref("mx", true);
    struct client c[4];
    for (int i = 0; i < 4; i++)
        cr_expect_eq(client_greet(&c[i], s, i == 1), 220);
    cr_expect_eq(client_say(&c[2], "EHLO client.example"), 250);
    cr_expect_eq(client_say(&c[2], "MAIL FROM:<a@b.example>"), 250);
    cr_expect_eq(client_say(&c[2], "RCPT TO:<a@example.test>"), 250);
    cr_expect_eq(client_say(&c[2], "DATA"), 354);
    cr_expect_eq(client_say(&c[3], "EHLO client.example"), 250);
    cr_expect_eq(client_say(&c[3], "STARTTLS"), 220);
    uint64_t begun = net_now();
    server_shutdown(s);
    cr_expect_lt(net_now() - begun, 15 * NET_S);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(client_reply(&c[i]), 421, "client %d", i);
        cr_expect(strncmp(c[i].text, "421 4.3.2 ", 10) == 0, "%s", c[i].text);
    }
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(client_reply(&c[i]), 0, "client %d", i);
        client_hang_up(&c[i]);
    }
    client_stop(s);
}

Test(server, shutdown_without_sessions)
{
    struct server *s = client_start_ref("mx", true);
    uint64_t begun = net_now();
    server_shutdown(s);
    server_shutdown(s);
    client_stop(s);
    cr_expect_lt(net_now() - begun, 15 * NET_S);
    server_stop(NULL);
}

/* A client that never reads what it asks for. */
Test(server, shutdown_with_a_stuck_client)
{
    struct server *s = client_start_ref("mx", false);
    struct client c;
    static char noops[3 * 1024 * 1024];
    for (size_t i = 0; i + 6 <= sizeof(noops); i += 6)
        memcpy(noops + i, "HELP\r\n", 6);
    cr_expect_eq(client_greet(&c, s, false), 220);
    (void)net_conn_write(c.conn, noops, sizeof(noops) / 6 * 6,
                         net_deadline(300 * NET_MS));
    uint64_t begun = net_now();
    client_stop(s);
    cr_expect_lt(net_now() - begun, 15 * NET_S);
    client_hang_up(&c);
}

Test(server, too_many_sessions_get_421)
{
    const struct server_config cfg = {.max_sessions = 2};
    struct server *s = client_start(&cfg);
    struct client c[3];
    cr_expect_eq(client_greet(&c[0], s, false), 220);
    cr_expect_eq(client_greet(&c[1], s, false), 220);
    cr_expect_eq(client_greet(&c[2], s, false), 421);
    cr_expect_eq(client_reply(&c[2]), 0);
    client_hang_up(&c[2]);
    cr_expect_eq(client_say(&c[0], "QUIT"), 221);
    cr_expect_eq(client_reply(&c[0]), 0);
    client_hang_up(&c[0]);
    cr_expect_eq(client_greet(&c[0], s, false), 220);
    client_hang_up(&c[0]);
    client_hang_up(&c[1]);
    client_stop(s);
}

static void *many(void *ctx)
{
    const struct server *s = ctx;
    intptr_t good = 0;
    for (int i = 0; i < 25; i++) {
        struct client c;
        good += client_greet(&c, s, i % 5 == 0) == 220 &&
                client_say(&c, "EHLO client.example") == 250 &&
                client_say(&c, "QUIT") == 221 && client_reply(&c) == 0;
        client_hang_up(&c);
    }
    return (void *)good;
}

Test(server, sessions_side_by_side)
{
    struct server *s = client_start_ref("mx", true);
    pthread_t t[12];
    for (int i = 0; i < 12; i++)
        cr_assert_eq(pthread_create(&t[i], NULL, many, s), 0);
    for (int i = 0; i < 12; i++) {
        void *good;
        pthread_join(t[i], &good);
        cr_expect_eq((intptr_t)good, 25);
    }
    client_stop(s);
}

Test(server, mistakes_in_the_configuration)
{
    struct server *s = client_start_ref("mx", false);
    const struct server_config bad[] = {
        {.port = server_port(s)},
        {.store = "/no/such/folder"},
        {.bind = "192.0.2.1"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char err[300] = "";
        cr_expect_null(server_start(&bad[i], err, sizeof(err)));
        cr_expect_neq(err[0], '\0');
    }
    client_stop(s);
}
