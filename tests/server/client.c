#include "tests/server/client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sasl/sasl.h"
#include "smtp/base64.h"
#include "smtp/reply.h"

/* Trusts the server of this test (each test is a process of its own). */
static struct net_tls *trust;

struct server *client_start(const struct server_config *cfg)
{
    char err[300] = "";
    struct server *s = server_start(cfg, err, sizeof(err));
    cr_assert(s, "%s", err);
    const struct net_tls_config tls = {.ca_pem = server_ca_pem(s)};
    net_tls_free(trust);
    trust = net_tls_new(&tls, err, sizeof(err));
    cr_assert(trust, "%s", err);
    return s;
}

void client_stop(struct server *s)
{
    server_stop(s);
    net_tls_free(trust);
    trust = NULL;
}

struct server *client_start_ref(const char *ref, bool implicit_tls)
{
    struct server_config cfg = {.implicit_tls = implicit_tls};
    char err[300] = "";
    cr_assert_eq(server_parse_ref(ref, &cfg, err, sizeof(err)), 0, "%s", err);
    return client_start(&cfg);
}

void client_dial(struct client *c, const struct server *s, bool implicit_tls)
{
    char err[300] = "", text[64];
    struct net_target t;
    snprintf(text, sizeof(text), "%s://127.0.0.1:%u",
             implicit_tls ? "smtps" : "smtp",
             implicit_tls ? server_tls_port(s) : server_port(s));
    cr_assert_eq(net_target_parse(text, &t, err, sizeof(err)), 0, "%s", err);
    const struct net_conn_options o = {.tls = trust, .stop_fd = -1};
    cr_assert_eq(net_conn_open(&t, &o, net_deadline(WAIT), &c->conn, err,
                               sizeof(err)), NET_OK, "%s", err);
}

void client_hang_up(struct client *c)
{
    net_conn_close(c->conn);
}

int client_reply_within(struct client *c, uint64_t ns)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    uint64_t deadline = net_deadline(ns);
    for (;;) {
        struct smtp_span in = net_conn_pending(c->conn);
        ssize_t n = smtp_reply_parse(&scan, in.p, in.n, &r);
        if (n > 0) {
            snprintf(c->text, sizeof(c->text), "%.*s", (int)n, in.p);
            net_conn_consume(c->conn, (size_t)n);
            return r.code;
        }
        switch (net_conn_read(c->conn, deadline)) {
        case NET_OK:
            break;
        case NET_TIMEOUT:
            return -1;
        default:
            return 0;
        }
    }
}

int client_reply(struct client *c)
{
    return client_reply_within(c, WAIT);
}

int client_say(struct client *c, const char *line)
{
    char text[2048];
    int n = snprintf(text, sizeof(text), "%s\r\n", line);
    (void)net_conn_write(c->conn, text, (size_t)n, net_deadline(WAIT));
    return client_reply(c);
}

int client_greet(struct client *c, const struct server *s, bool implicit_tls)
{
    client_dial(c, s, implicit_tls);
    return client_reply(c);
}

void client_start_tls(struct client *c)
{
    cr_assert_eq(client_say(c, "STARTTLS"), 220);
    cr_assert_eq(net_conn_starttls(c->conn, net_deadline(WAIT)), NET_OK, "%s",
                 net_conn_error(c->conn));
}

int client_authenticate(struct client *c, const char *mech,
                        const char *password)
{
    struct sasl_client who = {.mech = mech, .user = SERVER_USER,
                              .password = password, .host = "127.0.0.1"};
    enum sasl_status st;
    struct sasl *sasl = sasl_client_new(&who, &st);
    struct smtp_span out;
    char line[4096], message[4096];
    cr_assert(sasl, "%s", mech);
    snprintf(line, sizeof(line), "AUTH %s", mech);
    int code = client_say(c, line);
    while (code == 334) {
        struct smtp_span in = smtp_span_of(c->text + 4, strlen(c->text) - 6);
        ssize_t n = smtp_base64_decode(in, message);
        cr_assert_geq(n, 0, "%s", c->text);
        st = sasl_step(sasl, smtp_span_of(message, (size_t)n), &out);
        if (st == SASL_FAILED)
            out = (struct smtp_span){NULL, 0};
        size_t k = smtp_base64_encode(out, line);
        line[k] = '\0';
        code = client_say(c, line);
    }
    sasl_free(sasl);
    c->exchange = st;
    return code;
}

void client_dial_clear(struct client *c, const struct server *s)
{
    struct net_target t;
    char text[64], err[300] = "";
    snprintf(text, sizeof(text), "127.0.0.1:%u", server_tls_port(s));
    cr_assert_eq(net_target_parse(text, &t, err, sizeof(err)), 0);
    const struct net_conn_options o = {.tls = trust, .stop_fd = -1};
    cr_assert_eq(net_conn_open(&t, &o, net_deadline(WAIT), &c->conn, err,
                               sizeof(err)), NET_OK, "%s", err);
}
