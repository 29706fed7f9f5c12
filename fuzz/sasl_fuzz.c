/*
 * sasl: sasl_step and all below it, both sides (RFC 4954, 4616, 2195, 5802).
 * The input is lines. The first one is a letter and a mechanism:
 *
 *   S PLAIN          the lines are what a client sends to our server
 *   C SCRAM-SHA-1    the lines are what a server sends to our client
 *   X CRAM-MD5       our client against our server: the lines are user,
 *                    password, and maybe octets that one message gets mixed
 *                    with on its way: which, where, with what
 *
 * Nobody gets in without the password.
 */
#include <stdlib.h>

#include "chance.h"
#include "fuzz.h"
#include "mutate.h"
#include "sasl/sasl.h"

MUTATE_WITH(mutate_exchanges);

#define USER     "tester@example.test"
#define PASSWORD "secret-pw"
#define STEPS    8
#define TEXT     256

static const char *const MECHS[] = {
    "PLAIN",       "LOGIN",         "CRAM-MD5", "DIGEST-MD5",
    "SCRAM-SHA-1", "SCRAM-SHA-256", "EXTERNAL", "ANONYMOUS",
};

static const char *lookup(void *ctx, const char *user)
{
    (void)ctx;
    return strcmp(user, USER) == 0 ? PASSWORD : NULL;
}

/* The next line of in, which is moved behind it. */
static struct smtp_span take_line(struct smtp_span *in)
{
    const char *lf = in->n ? memchr(in->p, '\n', in->n) : NULL;
    struct smtp_span line = smtp_span_of(in->p, lf ? (size_t)(lf - in->p)
                                                   : in->n);
    *in = smtp_span_from(*in, line.n + (lf != NULL));
    return line;
}

/* As a string, cut to what fits and to its first NUL. */
static const char *as_text(struct smtp_span s, char out[TEXT])
{
    size_t n = s.n < TEXT - 1 ? s.n : TEXT - 1;
    if (n)
        memcpy(out, s.p, n);
    out[n] = '\0';
    return out;
}

static bool plain_ascii(struct smtp_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return true;
}

static bool ends_with(struct smtp_span s, struct smtp_span end)
{
    return s.n >= end.n && smtp_span_eq(smtp_span_from(s, s.n - end.n), end);
}

/* How an exchange may end, and that it is over then. */
static void check_over(struct sasl *s, enum sasl_status st)
{
    struct smtp_span out;
    FUZZ_CHECK(st != SASL_UNKNOWN);
    if (st == SASL_MORE)
        return;
    FUZZ_CHECK(st == SASL_DONE || sasl_user(s) == NULL);
    FUZZ_CHECK(sasl_step(s, SMTP_SPAN("x"), &out) == SASL_FAILED);
    FUZZ_CHECK(out.n == 0);
}

static void serve(const char *mech, struct smtp_span lines)
{
    enum sasl_status st;
    struct smtp_span in = {"", 0};
    struct smtp_span out;
    struct sasl *s = sasl_server_new(mech, "host.example", lookup, NULL, &st);
    FUZZ_CHECK(s && st == SASL_MORE);
    for (int i = 0; i < STEPS && st == SASL_MORE; i++) {
        FUZZ_CHECK(sasl_user(s) == NULL);
        in = take_line(&lines);
        in.p = fuzz_guard(in.p, in.n);
        st = sasl_step(s, in, &out);
    }
    if (st == SASL_DONE && strcmp(mech, "ANONYMOUS") != 0) {
        FUZZ_CHECK(sasl_user(s) && strcmp(sasl_user(s), USER) == 0);
        /* What SASLprep makes of other octets is not for us to say. */
        bool sent = strcmp(mech, "PLAIN") == 0 || strcmp(mech, "LOGIN") == 0;
        if (sent && plain_ascii(smtp_span_from(in, in.n < 9 ? 0 : in.n - 9)))
            FUZZ_CHECK(ends_with(in, SMTP_SPAN(PASSWORD)));
    }
    check_over(s, st);
    sasl_free(s);
}

static struct sasl *new_client(const char *mech, const char *user,
                               const char *password)
{
    enum sasl_status st;
    const struct sasl_client c = {mech, user, password, NULL, "host.example"};
    return sasl_client_new(&c, &st);
}

static void ask(const char *mech, struct smtp_span lines)
{
    enum sasl_status st = SASL_MORE;
    struct smtp_span out;
    struct sasl *s = new_client(mech, USER, PASSWORD);
    bool secret = strcmp(mech, "PLAIN") != 0 && strcmp(mech, "LOGIN") != 0;
    FUZZ_CHECK(s != NULL);
    bool first = sasl_client_first(mech);
    for (int i = 0; i < STEPS && st == SASL_MORE; i++) {
        struct smtp_span in = {"", 0};
        if (i > 0 || !first)
            in = take_line(&lines);
        st = sasl_step(s, smtp_span_of(fuzz_guard(in.p, in.n), in.n), &out);
        /* Whatever the server says, the password stays here. */
        if (secret && out.n)
            FUZZ_CHECK(!memmem(out.p, out.n, PASSWORD, strlen(PASSWORD)));
    }
    check_over(s, st);
    sasl_free(s);
}

/* A message, with what the input does to it. */
static struct smtp_span mix(struct smtp_span m, struct smtp_span how, int i,
                            bool *mixed)
{
    static char copy[4096];
    if (how.n < 3 || how.p[0] % STEPS != i || m.n == 0 ||
        m.n > sizeof(copy) || how.p[2] == 0)
        return m;
    memcpy(copy, m.p, m.n);
    copy[(unsigned char)how.p[1] % m.n] ^= how.p[2];
    *mixed = true;
    return smtp_span_of(copy, m.n);
}

static void meet(const char *mech, struct smtp_span lines)
{
    char user[TEXT];
    char password[TEXT];
    enum sasl_status st;
    enum sasl_status c_st = SASL_MORE;
    bool mixed = false;
    as_text(take_line(&lines), user);
    struct smtp_span given = take_line(&lines);
    as_text(given, password);
    struct sasl *c = new_client(mech, user, password);
    struct sasl *s = sasl_server_new(mech, "host.example", lookup, NULL, &st);
    struct smtp_span m = {"", 0};
    bool client = sasl_client_first(mech);
    for (int i = 0; c && i < STEPS && (st == SASL_MORE || m.n); i++) {
        bool to_client = (i % 2 == 0) == client;
        m = mix(m, lines, i, &mixed);
        if (to_client)
            c_st = sasl_step(c, m, &m);
        else
            st = sasl_step(s, m, &m);
        if (c_st == SASL_FAILED || st == SASL_FAILED)
            break;
    }
    bool right = strcmp(user, USER) == 0 && strcmp(password, PASSWORD) == 0;
    bool ascii = plain_ascii(given) && plain_ascii(smtp_span_of(
                                           user, strlen(user)));
    bool scram = strncmp(mech, "SCRAM", 5) == 0;
    if (c && strcmp(mech, "EXTERNAL") != 0 && strcmp(mech, "ANONYMOUS") != 0) {
        if (!mixed && ascii)
            FUZZ_CHECK((st == SASL_DONE) == right);
        if (st == SASL_DONE && ascii)
            FUZZ_CHECK(right || !scram);
    }
    sasl_free(c);
    sasl_free(s);
}

/* What a server offers, in any text. */
static void choose(struct smtp_span list)
{
    const char *mech = sasl_choose(list);
    bool known = mech == NULL;
    for (size_t i = 0; mech && i < sizeof(MECHS) / sizeof(MECHS[0]); i++)
        known = known || strcmp(mech, MECHS[i]) == 0;
    FUZZ_CHECK(known);
    FUZZ_CHECK(!mech || list.n >= strlen(mech));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtp_span lines = {(const char *)data, size};
    if (size > 4096)
        return 0;
    chance_begin();
    struct smtp_span line = take_line(&lines);
    choose(line);
    for (size_t i = 0; i < sizeof(MECHS) / sizeof(MECHS[0]); i++) {
        const char *mech = MECHS[i];
        if (line.n < 2 || !smtp_span_eq(smtp_span_from(line, 2),
                                        smtp_span_of(mech, strlen(mech))))
            continue;
        if (line.p[0] == 'S')
            serve(mech, lines);
        else if (line.p[0] == 'C')
            ask(mech, lines);
        else if (line.p[0] == 'X')
            meet(mech, lines);
    }
    return 0;
}
