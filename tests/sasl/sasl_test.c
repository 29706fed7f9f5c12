/*
 * sasl: our client against our server in memory, and both against noise.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sasl/sasl.h"

struct account {
    const char *user;
    const char *password;
};

static const char *lookup(void *ctx, const char *user)
{
    const struct account *a = ctx;

    return strcmp(user, a->user) == 0 ? a->password : NULL;
}

static struct smtp_span span(const char *p)
{
    return smtp_span_of(p, strlen(p));
}

static struct sasl *client(const char *mech, const char *user,
                           const char *password)
{
    struct sasl_client c = {mech, user, password, NULL, "mx.example.com"};
    enum sasl_status st;
    struct sasl *s = sasl_client_new(&c, &st);

    cr_assert_not_null(s, "%s client: %d", mech, st);
    cr_assert_eq(st, SASL_MORE);
    return s;
}

static struct sasl *server(const char *mech, struct account *a)
{
    enum sasl_status st;
    struct sasl *s = sasl_server_new(mech, "mx.example.com", lookup, a, &st);

    cr_assert_not_null(s, "%s server: %d", mech, st);
    cr_assert_eq(st, SASL_MORE);
    return s;
}

/* A whole exchange; what the server says of it. The client too must be
 * content when the server is. */
static enum sasl_status exchange(const char *mech, struct sasl *c,
                                 struct sasl *s)
{
    struct smtp_span m = {NULL, 0};
    enum sasl_status cs = SASL_MORE, ss = SASL_MORE;

    if (sasl_client_first(mech)) {
        cs = sasl_step(c, m, &m);
        if (cs == SASL_FAILED)
            return cs;
    }
    for (int i = 0; i < 10; i++) {
        ss = sasl_step(s, m, &m);
        if (ss == SASL_FAILED)
            return ss;
        if (cs == SASL_MORE && (ss == SASL_MORE || m.n))
            cs = sasl_step(c, m, &m);
        if (cs == SASL_FAILED)
            return cs;
        if (ss == SASL_DONE) {
            cr_expect_eq(cs, SASL_DONE, "%s: client %d", mech, cs);
            return ss;
        }
    }
    return SASL_MORE;
}

static const struct {
    const char *name;
    const char *mech;
    const char *user;
    const char *given;    /* by the client */
    const char *password; /* at the server */
    enum sasl_status want;
} rows[] = {
    {"plain", "PLAIN", "bob", "secret", "secret", SASL_DONE},
    {"plain, wrong", "PLAIN", "bob", "secre", "secret", SASL_FAILED},
    {"plain, case", "plain", "bob", "secret", "secret", SASL_DONE},
    {"plain, octets", "PLAIN", "bob", "\xff\x01 \xfe", "\xff\x01 \xfe",
     SASL_DONE},
    {"plain, octets wrong", "PLAIN", "bob", "\xff\x01", "\xff\x02",
     SASL_FAILED},
    {"plain, utf8", "PLAIN", "bj\xc3\xb6rn", "\xe2\x82\xac", "\xe2\x82\xac",
     SASL_DONE},
    {"plain, prepared", "PLAIN", "bob", "\xe2\x85\xa8", "IX", SASL_DONE},
    {"login", "LOGIN", "bob", "secret", "secret", SASL_DONE},
    {"login, wrong", "LOGIN", "bob", "x", "secret", SASL_FAILED},
    {"login, octets", "LOGIN", "bob", "\xff\r\n", "\xff\r\n", SASL_DONE},
    {"cram", "CRAM-MD5", "bob", "secret", "secret", SASL_DONE},
    {"cram, spaces", "CRAM-MD5", "bob b", "se cret", "se cret", SASL_DONE},
    {"cram, wrong", "CRAM-MD5", "bob", "secrets", "secret", SASL_FAILED},
    {"digest", "DIGEST-MD5", "bob", "secret", "secret", SASL_DONE},
    {"digest, wrong", "DIGEST-MD5", "bob", "s", "secret", SASL_FAILED},
    {"scram 1", "SCRAM-SHA-1", "bob", "secret", "secret", SASL_DONE},
    {"scram 1, wrong", "SCRAM-SHA-1", "bob", "s", "secret", SASL_FAILED},
    {"scram 256", "SCRAM-SHA-256", "bob", "secret", "secret", SASL_DONE},
    {"scram 256, =,", "SCRAM-SHA-256", "b=o,b", "a,b=c", "a,b=c", SASL_DONE},
    {"scram 256, utf8", "SCRAM-SHA-256", "bj\xc3\xb6rn", "\xc3\xa9",
     "\xc3\xa9", SASL_DONE},
    {"scram 256, wrong", "SCRAM-SHA-256", "bob", "s", "secret", SASL_FAILED},
    {"anonymous", "ANONYMOUS", "trace", NULL, "", SASL_DONE},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

Test(sasl, client_against_server)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct account a = {rows[i].user, rows[i].password};
        struct sasl *c = client(rows[i].mech, rows[i].user, rows[i].given);
        struct sasl *s = server(rows[i].mech, &a);
        enum sasl_status st = exchange(rows[i].mech, c, s);

        cr_expect_eq(st, rows[i].want, "%s: got %d", rows[i].name, st);
        if (st == SASL_DONE)
            cr_expect_str_eq(sasl_user(s), rows[i].user, "%s: user %s",
                             rows[i].name, sasl_user(s));
        else
            cr_expect_null(sasl_user(s), "%s", rows[i].name);
        sasl_free(c);
        sasl_free(s);
    }
}

Test(sasl, unknown_user)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct account a = {"somebody else", rows[i].password};
        struct sasl *c, *s;

        if (rows[i].given == NULL)
            continue;
        c = client(rows[i].mech, rows[i].user, rows[i].given);
        s = server(rows[i].mech, &a);
        cr_expect_eq(exchange(rows[i].mech, c, s), SASL_FAILED, "%s",
                     rows[i].name);
        cr_expect_null(sasl_user(s));
        sasl_free(c);
        sasl_free(s);
    }
}

/* The octets of the mechanisms that have no chance in them. */
Test(sasl, exact_octets)
{
    struct account a = {"bob", "tanstaaftanstaaf"};
    struct sasl_client with = {"PLAIN", "bob", "pw", "root", NULL};
    enum sasl_status st;
    struct smtp_span out;
    struct sasl *s;

    s = client("PLAIN", "bob", "p w");
    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("\0bob\0p w")));
    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_FAILED);
    sasl_free(s);

    s = sasl_client_new(&with, &st);
    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("root\0bob\0pw")));
    sasl_free(s);

    s = client("LOGIN", "bob", "p\xffw");
    cr_expect_eq(sasl_step(s, SMTP_SPAN("Username:"), &out), SASL_MORE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("bob")));
    cr_expect_eq(sasl_step(s, SMTP_SPAN("Password:"), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("p\xffw")));
    sasl_free(s);

    /* RFC 2195 2. */
    s = client("CRAM-MD5", "tim", a.password);
    cr_expect_eq(sasl_step(s, SMTP_SPAN("<1896.697170952@postoffice.reston."
                                        "mci.net>"), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("tim "
                                "b913a602c7eda7a495b4e6e7334d3890")));
    sasl_free(s);

    with = (struct sasl_client){"EXTERNAL", "bob", NULL, "amy", NULL};
    s = sasl_client_new(&with, &st);
    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("amy")));
    sasl_free(s);

    s = client("ANONYMOUS", "sirhc", NULL);
    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_DONE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("sirhc")));
    sasl_free(s);
}

Test(sasl, login_server)
{
    struct account a = {"bob", "pw"};
    struct smtp_span out;
    struct sasl *s = server("LOGIN", &a);

    cr_expect_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_MORE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("Username:")));
    cr_expect_eq(sasl_step(s, SMTP_SPAN("bob"), &out), SASL_MORE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("Password:")));
    cr_expect_eq(sasl_step(s, SMTP_SPAN("pw"), &out), SASL_DONE);
    cr_expect_eq(out.n, 0);
    cr_expect_str_eq(sasl_user(s), "bob");
    sasl_free(s);

    s = server("LOGIN", &a); /* AUTH LOGIN with an initial response */
    cr_expect_eq(sasl_step(s, SMTP_SPAN("bob"), &out), SASL_MORE);
    cr_expect(smtp_span_eq(out, SMTP_SPAN("Password:")));
    cr_expect_eq(sasl_step(s, SMTP_SPAN("no"), &out), SASL_FAILED);
    cr_expect_eq(sasl_step(s, SMTP_SPAN("pw"), &out), SASL_FAILED);
    cr_expect_null(sasl_user(s));
    sasl_free(s);
}

Test(sasl, cram_challenges)
{
    struct account a = {"bob", "pw"};
    char seen[16][512];
    struct smtp_span out;

    for (size_t i = 0; i < 16; i++) {
        struct sasl *s = server("CRAM-MD5", &a);

        cr_assert_eq(sasl_step(s, smtp_span_of(NULL, 0), &out), SASL_MORE);
        cr_assert(out.n < sizeof(seen[i]));
        memcpy(seen[i], out.p, out.n);
        seen[i][out.n] = '\0';
        cr_expect_eq(seen[i][0], '<');
        cr_expect_str_eq(strchr(seen[i], '@'), "@mx.example.com>");
        for (size_t j = 0; j < i; j++)
            cr_expect_str_neq(seen[i], seen[j]);
        sasl_free(s);
    }
}

Test(sasl, external)
{
    static const struct {
        const char *name, *authzid;
        enum sasl_status want;
    } ext[] = {
        {"known",   "bob", SASL_DONE},
        {"unknown", "amy", SASL_FAILED},
        {"empty",   "",    SASL_FAILED},
    };
    struct account a = {"bob", ""};

    for (size_t i = 0; i < sizeof(ext) / sizeof(ext[0]); i++) {
        struct sasl *s = server("EXTERNAL", &a);
        struct smtp_span out;
        enum sasl_status st = sasl_step(s, span(ext[i].authzid), &out);

        if (st == SASL_MORE) /* an empty response is one, too */
            st = sasl_step(s, span(ext[i].authzid), &out);
        cr_expect_neq(st, ext[i].want == SASL_DONE ? SASL_FAILED : SASL_DONE,
                      "%s: %d", ext[i].name, st);
        if (ext[i].want == SASL_DONE)
            cr_expect_str_eq(sasl_user(s), "bob");
        sasl_free(s);
    }
}

Test(sasl, unknown_mechanisms)
{
    static const char *const names[] = {"", "X", "PLAIN ", "GSSAPI", "NTLM",
                                        "SCRAM-SHA-256-PLUS", "XOAUTH2"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sasl_client c = {names[i], "u", "p", NULL, "h"};
        enum sasl_status st = SASL_DONE;

        cr_expect_null(sasl_client_new(&c, &st), "%s", names[i]);
        cr_expect_eq(st, SASL_UNKNOWN, "%s", names[i]);
        st = SASL_DONE;
        cr_expect_null(sasl_server_new(names[i], "h", lookup, NULL, &st));
        cr_expect_eq(st, SASL_UNKNOWN, "%s", names[i]);
        cr_expect_not(sasl_client_first(names[i]));
    }
    sasl_free(NULL);
}

/* Nobody may act for another; acting for oneself is fine. */
Test(sasl, authzid)
{
    static const char *const names[] = {"PLAIN", "DIGEST-MD5", "SCRAM-SHA-1",
                                        "SCRAM-SHA-256"};
    static const struct {
        const char *authzid;
        enum sasl_status want;
    } ids[] = {{NULL, SASL_DONE}, {"bob", SASL_DONE}, {"amy", SASL_FAILED}};
    struct account a = {"bob", "pw"};

    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 3; j++) {
            struct sasl_client with = {names[i], "bob", "pw",
                                       ids[j].authzid, "mx.example.com"};
            enum sasl_status st;
            struct sasl *c = sasl_client_new(&with, &st);
            struct sasl *s = server(names[i], &a);

            st = exchange(names[i], c, s);
            cr_expect_eq(st, ids[j].want, "%s as %s: %d", names[i],
                         ids[j].authzid, st);
            sasl_free(c);
            sasl_free(s);
        }
}

Test(sasl, plain_server)
{
    static const struct {
        const char *name;
        struct smtp_span in;
        enum sasl_status want;
    } in[] = {
        {"good",           {"\0bob\0pw", 7},       SASL_DONE},
        {"authzid",        {"bob\0bob\0pw", 10},   SASL_DONE},
        {"prepared",       {"\0b\xc2\xad" "ob\0pw", 9}, SASL_DONE},
        {"one NUL",        {"bob\0pw", 6},         SASL_FAILED},
        {"three NULs",     {"\0bob\0pw\0", 8},     SASL_FAILED},
        {"no user",        {"\0\0pw", 4},          SASL_FAILED},
        {"no password",    {"\0bob\0", 5},         SASL_FAILED},
        {"NULs only",      {"\0\0", 2},            SASL_FAILED},
        {"no NUL",         {"bob", 3},             SASL_FAILED},
        {"empty",          {NULL, 0},              SASL_FAILED},
    };
    struct account a = {"bob", "pw"};

    for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
        struct sasl *s = server("PLAIN", &a);
        struct smtp_span out;

        cr_expect_eq(sasl_step(s, in[i].in, &out), in[i].want, "%s",
                     in[i].name);
        sasl_free(s);
    }
}

static const char *const all[] = {"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5",
                                  "SCRAM-SHA-1", "SCRAM-SHA-256", "EXTERNAL",
                                  "ANONYMOUS"};

#define ALL (sizeof(all) / sizeof(all[0]))

/* Noise at step k of an exchange that was right until then. Only ANONYMOUS
 * may take it for a name. */
static void noise_at(const char *mech, int k, bool to_server,
                     struct smtp_span noise)
{
    struct account a = {"bob", "pw"};
    struct sasl *c = client(mech, "bob", "pw");
    struct sasl *s = server(mech, &a);
    struct smtp_span m = {NULL, 0};
    enum sasl_status st = SASL_MORE;
    bool turn = !sasl_client_first(mech); /* of the server */

    for (int i = 0; i < 12 && st == SASL_MORE; i++, turn = !turn) {
        struct sasl *who = turn ? s : c;
        bool now = turn == to_server && k-- == 0;

        st = sasl_step(who, now ? noise : m, &m);
        if (now && turn && st == SASL_DONE)
            cr_expect_str_eq(mech, "ANONYMOUS", "%s takes noise", mech);
        cr_expect(m.n == 0 || m.p != NULL);
    }
    sasl_free(c);
    sasl_free(s);
}

Test(sasl, noise_and_nothing)
{
    static char big[100000];
    const struct smtp_span noise[] = {
        {NULL, 0},
        SMTP_SPAN("\0"),
        SMTP_SPAN("\0\0\0\0"),
        SMTP_SPAN("x"),
        SMTP_SPAN("=,=,n,,y,p=,a="),
        SMTP_SPAN("n,,n=bob,r="),
        SMTP_SPAN("r=,s=,i="),
        SMTP_SPAN("r=a,s=QQ==,i=999999999999999999999"),
        SMTP_SPAN("v=AAAA"),
        SMTP_SPAN("\xff\xfe\xfd\r\n"),
        SMTP_SPAN("bob 00000000000000000000000000000000"),
        SMTP_SPAN("realm=\"\",nonce=\"\",qop=\"auth\",algorithm=md5-sess"),
        SMTP_SPAN("username=\"bob\",nonce=\"x\",cnonce=\"y\",nc=00000001"),
        {big, sizeof(big)},
    };

    memset(big, 'a', sizeof(big));
    for (size_t i = 0; i < ALL; i++)
        for (size_t n = 0; n < sizeof(noise) / sizeof(noise[0]); n++)
            for (int k = 0; k < 3; k++) {
                noise_at(all[i], k, true, noise[n]);
                noise_at(all[i], k, false, noise[n]);
            }
}

/* Every message of the client cut or changed at every octet: never DONE with
 * the right name unless unchanged, and never a crash. */
Test(sasl, mutated_responses)
{
    for (size_t i = 0; i < 6; i++) {
        bool first = sasl_client_first(all[i]);

        for (size_t cut = 0; cut < 48; cut++) {
            struct account a = {"bob", "pw"};
            struct sasl *c = client(all[i], "bob", "pw");
            struct sasl *s = server(all[i], &a);
            struct smtp_span m = {NULL, 0};
            enum sasl_status st;
            char copy[1024];

            if (!first)
                (void)sasl_step(s, m, &m);
            (void)sasl_step(c, m, &m);
            cr_assert(m.n < sizeof(copy));
            memcpy(copy, m.p, m.n);
            if (cut < m.n) {
                copy[cut] ^= 1;
                st = sasl_step(s, smtp_span_of(copy, m.n), &m);
                cr_expect_neq(st, SASL_DONE, "%s, octet %zu", all[i], cut);
            }
            sasl_free(c);
            sasl_free(s);
        }
    }
}

Test(sasl, choose)
{
    static const struct {
        const char *list, *want;
    } lists[] = {
        {"PLAIN LOGIN", "PLAIN"},
        {"LOGIN PLAIN", "PLAIN"},
        {"LOGIN", "LOGIN"},
        {"plain cram-md5", "CRAM-MD5"},
        {"SCRAM-SHA-1 SCRAM-SHA-256-PLUS", "SCRAM-SHA-1"},
        {"LOGIN SCRAM-SHA-256 DIGEST-MD5", "SCRAM-SHA-256"},
        {"  PLAIN  ", "PLAIN"},
        {"PLAINX XPLAIN", NULL},
        {"EXTERNAL ANONYMOUS GSSAPI", NULL},
        {"", NULL},
        {" ", NULL},
    };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const char *got = sasl_choose(span(lists[i].list));

        if (lists[i].want == NULL)
            cr_expect_null(got, "'%s': %s", lists[i].list, got);
        else
            cr_expect_str_eq(got, lists[i].want, "'%s'", lists[i].list);
    }
    cr_expect_null(sasl_choose(smtp_span_of(NULL, 0)));
}

Test(sasl, client_first)
{
    static const struct {
        const char *name;
        bool want;
    } firsts[] = {
        {"PLAIN", true}, {"LOGIN", false}, {"CRAM-MD5", false},
        {"DIGEST-MD5", false}, {"SCRAM-SHA-1", true},
        {"scram-sha-256", true}, {"EXTERNAL", true}, {"ANONYMOUS", true},
    };

    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
        cr_expect_eq(sasl_client_first(firsts[i].name), firsts[i].want,
                     "%s", firsts[i].name);
}

static void *many(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < ROWS * 2; i++) {
        struct account a = {rows[i % ROWS].user, rows[i % ROWS].password};
        const char *mech = rows[i % ROWS].mech;
        struct sasl *c = client(mech, a.user, rows[i % ROWS].given);
        struct sasl *s = server(mech, &a);

        if (exchange(mech, c, s) != rows[i % ROWS].want)
            arg = (void *)"wrong";
        sasl_free(c);
        sasl_free(s);
    }
    return arg;
}

Test(sasl, threads)
{
    pthread_t t[4];
    void *bad;

    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&t[i], NULL, many, NULL), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(t[i], &bad);
        cr_expect_null(bad);
    }
}
