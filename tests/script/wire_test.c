/*
 * wire: what the peer sees, TLS, AUTH, attribution, hostile floods.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/script/fake.h"

#define GREET "C: <open>\nS: 220\n"

/* Plays steps against acts; the outcome, and what the fake read in *f. */
static struct script_outcome play(struct fake *f, struct script_env *env,
                                  const char *steps, const char *const *acts)
{
    struct script_set *set = fake_script("MUST", steps);
    struct net_target target;
    struct script_outcome o;

    fake_start(f, acts, env, &target);
    script_run(script_at(set, 0), NULL, env, &o);
    fake_stop(f);
    script_set_free(set);
    return o;
}

static void expect_pass(const struct script_outcome *o)
{
    cr_expect_eq(o->verdict, VERDICT_PASS, "%s: %s (%s)",
                 verdict_name(o->verdict), o->reason, o->got);
}

/* How many writes a transcript holds. */
static size_t writes(const struct transcript *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++)
        n += t->entries[i].kind == TRANSCRIPT_SENT;
    return n;
}

#define A26 "aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A78 A26 A26 A26

Test(wire, octets)
{
    static const struct {
        const char *name, *steps, *got;
        size_t writes;
    } rows[] = {
        {"one line", "C: NOOP\n", "NOOP\r\n", 1},
        {"a group", "C: A\nC: B\nC= \"C\\r\\n\"\nC: D\n",
         "A\r\nB\r\nC\r\nD\r\n", 1},
        {"split", "C: A\nC: <pause 0>\nC: B\n", "A\r\nB\r\n", 2},
        {"a line in two writes", "C= \"NO\"\nC: <pause 5ms>\nC= \"OP\\r\\n\"\n",
         "NOOP\r\n", 2},
        {"drip", "C: <drip 2ms>\nC: AB\n", "AB\r\n", 4},
        {"empty line", "C:\nC: .\n", "\r\n.\r\n", 1},
        {"escapes", "C= \"\\r\\n\\t\\x41\\xff\\\\\\\"\\<\\}\\\\0\"\n",
         "\r\n\tA\xff\\\"<}\\0", 1},
        {"no escapes in C:", "C: \\r \"x\" <y>\n", "\\r \"x\" <y>\r\n", 1},
        {"dollars", "C: $ $$ $${x} 5$\n", "$ $ ${x} 5$\r\n", 1},
        {"rep", "C: ${rep 3 ab}${rep 0 x}\n", "ababab\r\n", 1},
        {"b64", "C: ${b64 \\0${user}\\0pw} ${b64 }\n", "AHUAcHc= \r\n", 1},
        {"nested", "C: ${b64 ${rep 2 \\x41}}\n", "QUE=\r\n", 1},
        {"xtext", "C: ${xtext a+b=c}\n", "a+2Bb+3Dc\r\n", 1},
        {"halves", "C: ${local u@U.x} ${domain u@U.x} ${local x}"
         "${domain x}.\n", "u U.x x.\r\n", 1},
        {"quoted local part", "C= \"${local \\\"a\\\\\\\"\\\\\\\\@b\\\"@c.d}"
         "${domain \\\"a@b\\\"@c.d}\"\n", "a\"\\@bc.d", 1},
        {"upper", "C: ${upper ${domain a@x.Example-1}}\n",
         "X.EXAMPLE-1\r\n", 1},
        {"lines", "C= \"${lines 2}${lines 12-9}${lines ${rep 1 6}-2}\"\n",
         "\r\na\r\naa\r\n", 1},
        {"lines of 80", "C= \"${lines 162-1}\"\n", A78 "\r\n" A78 "a\r\n", 1},
        {"lines of 82", "C= \"${lines 82}\"\n", A78 "\r\n\r\n", 1},
        {"variables", "C: ${helo} ${from} ${rcpt} ${bad_rcpt}\n"
         "C: ${foreign_rcpt} ${user} ${pass} ${case}\n",
         "h f r b\r\nx u p c\r\n", 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        static const char *const acts[] = {">220 h\r\n", "e", NULL};
        char steps[512];
        struct transcript log;
        struct script_env env = {
            .helo = "h", .from = "f", .rcpt = "r", .bad_rcpt = "b",
            .foreign_rcpt = "x", .user = "u", .password = "p", .token = "c",
            .log = &log};
        struct fake f = {0};
        transcript_init(&log, 0);
        snprintf(steps, sizeof(steps), GREET "%s", rows[i].steps);
        struct script_outcome o = play(&f, &env, steps, acts);
        expect_pass(&o);
        cr_expect_eq(f.got_n, strlen(rows[i].got), "%s: \"%.*s\"",
                     rows[i].name, (int)f.got_n, f.got);
        cr_expect(memcmp(f.got, rows[i].got, f.got_n) == 0, "%s: \"%.*s\"",
                  rows[i].name, (int)f.got_n, f.got);
        cr_expect_eq(writes(&log), rows[i].writes, "%s: %zu writes",
                     rows[i].name, writes(&log));
        transcript_free(&log);
    }
}

/* The peer sees the octets one by one, at least T apart. */
Test(wire, drip)
{
    static const char *const acts[] = {">220 h\r\n", "<", ">250 a\r\n", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct script_outcome o = play(
        &f, &env, GREET "C: <drip 100ms>\nC: NOOP\nS!: 250\n", acts);

    expect_pass(&o);
    cr_expect_eq(f.reads, 6);
    cr_expect_geq(f.last - f.first, 400 * NET_MS);
}

Test(wire, date)
{
    static const char *const acts[] = {">220 h\r\n", "e", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct tm tm = {0};
    struct script_outcome o = play(&f, &env, GREET "C: ${date}\n", acts);

    expect_pass(&o);
    f.got[f.got_n] = '\0';
    char *end = strptime(f.got, "%a, %d %b %Y %H:%M:%S +0000\r\n", &tm);
    cr_assert(end && !*end, "%s", f.got);
    time_t then = timegm(&tm), now = time(NULL);
    cr_expect(now - then < 10 && now - then >= 0);
}

/* ---- TLS --------------------------------------------------------------- */

static void tls_pair(struct net_tls **server, struct net_tls **client)
{
    char *cert, *key, err[256];

    cr_assert_eq(net_tls_selfsigned("localhost", &cert, &key, err,
                                    sizeof(err)), 0, "%s", err);
    struct net_tls_config s = {.server = true, .cert_pem = cert,
                               .key_pem = key};
    struct net_tls_config c = {.insecure = true};
    *server = net_tls_new(&s, err, sizeof(err));
    *client = net_tls_new(&c, err, sizeof(err));
    cr_assert(*server && *client, "%s", err);
    free(cert);
    free(key);
}

struct tls_row {
    const char *name, *steps;
    const char *acts[12];
    enum verdict verdict;
    enum script_cause cause;
};

static const struct tls_row tls_rows[] = {
    {"starttls", GREET "C: STARTTLS\nS: 220\nC: <tls>\nC: EHLO x\nS!: 250\n"
     "C: QUIT\nS: 221\nS!: <close notify>\n",
     {">220 h\r\n", "<", ">220 go\r\n", "t", "<", ">250 h\r\n", "<",
      ">221 x\r\n"}, VERDICT_PASS, SCRIPT_CAUSE_NONE},
    {"closed instead", GREET "C: STARTTLS\nS: 220\nC: <tls>\nS!: 250\n",
     {">220 h\r\n", "<", ">220 go\r\n", "~20", "x"}, VERDICT_BLOCKED,
     SCRIPT_CAUSE_RESET}, /* for our hello was not read */
    {"closed, listed", GREET "C: STARTTLS\nS: 220\nC: <tls>\n"
     " | <close> -> pass \"gone\"\nS!: 250\n",
     {">220 h\r\n", "<", ">220 go\r\n", "~20", "x"}, VERDICT_PASS,
     SCRIPT_CAUSE_NONE},
    {"no TLS", GREET "C: STARTTLS\nS: 220\nC: <tls>\nS!: 250\n",
     {">220 h\r\n", "<", ">220 go\r\n", "~20", ">this is no TLS record\r\n",
      "e"}, VERDICT_BLOCKED, SCRIPT_CAUSE_TLS},
    {"no TLS, listed", GREET "C: STARTTLS\nS: 220\nC: <tls>\n"
     " | <fail> -> fail \"no TLS\"\nS!: 250\n",
     {">220 h\r\n", "<", ">220 go\r\n", "~20", ">this is no TLS record\r\n",
      "e"}, VERDICT_FAIL, SCRIPT_CAUSE_NONE},
    {"left in clear", GREET "C: STARTTLS\nS: 220\nC: <tls>\n"
     "S!: <silent 30ms>\n",
     {">220 h\r\n", "<", ">220 go\r\n250 injected\r\n", "t", "e"},
     VERDICT_PASS, SCRIPT_CAUSE_NONE},
    {"leaked", GREET "C: STARTTLS\nS: 220\nC: <tls>\nS!: <silent 300ms>\n",
     {">220 h\r\n", "<", ">220 go\r\n", "t", ">250 injected\r\n", "e"},
     VERDICT_FAIL, SCRIPT_CAUSE_NONE},
};

Test(wire, tls)
{
    struct fake f = {0};
    struct script_env env = {0};

    tls_pair(&f.tls, &env.tls);
    for (size_t i = 0; i < sizeof(tls_rows) / sizeof(*tls_rows); i++) {
        const struct tls_row *r = &tls_rows[i];
        struct script_outcome o = play(&f, &env, r->steps, r->acts);
        cr_expect_eq(o.verdict, r->verdict, "%s: %s: %s", r->name,
                     verdict_name(o.verdict), o.reason);
        cr_expect_eq(o.cause, r->cause, "%s: cause %d", r->name,
                     (int)o.cause);
    }
    net_tls_free(f.tls);
    net_tls_free(env.tls);
}

/* Implicit TLS, and <open plain> at the same port. */
Test(wire, implicit_tls)
{
    static const char *const acts[] = {"t", ">220 h\r\n", "e", NULL};
    static const char *const plain[] = {"<", ">500 x\r\n", NULL};
    struct script_set *set = fake_script("MUST", "C: <open tls>\nS!: 220\n");
    struct fake f = {0};
    struct script_env env = {0};
    struct net_target target;
    struct script_outcome o;

    tls_pair(&f.tls, &env.tls);
    fake_start(&f, acts, &env, &target);
    target.tls = true;
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    expect_pass(&o);
    script_set_free(set);

    set = fake_script("MUST", "C: <open plain>\nC: X\nS!: 500\n");
    fake_start(&f, plain, &env, &target);
    target.tls = true;
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    expect_pass(&o);
    script_set_free(set);
    net_tls_free(f.tls);
    net_tls_free(env.tls);
}

Test(wire, no_tls_settings)
{
    static const char *const acts[] = {">220 h\r\n", "e", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct script_outcome o = play(&f, &env, GREET "C: <tls>\nS!: 250\n",
                                   acts);

    cr_expect_eq(o.verdict, VERDICT_BLOCKED);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_TLS);
}

/* ---- AUTH -------------------------------------------------------------- */

struct auth_row {
    const char *name, *stage;
    const char *acts[12];
    const char *got; /* behind "EHLO x" */
    enum verdict verdict;
};

#define EHLO_ACTS ">220 h\r\n", "<", ">250-h\r\n250 AUTH PLAIN LOGIN\r\n"

static const struct auth_row auth_rows[] = {
    {"plain", "C: <auth PLAIN>\nS!: 235\n",
     {EHLO_ACTS, "<", ">235 ok\r\n"}, "AUTH PLAIN AHUAcHc=\r\n",
     VERDICT_PASS},
    {"refused", "C: <auth PLAIN>\nS!: 235\n",
     {EHLO_ACTS, "<", ">535 no\r\n"}, "AUTH PLAIN AHUAcHc=\r\n",
     VERDICT_FAIL},
    {"best", "C: <auth best>\nS!: 235\n",
     {EHLO_ACTS, "<", ">235 ok\r\n"}, "AUTH PLAIN AHUAcHc=\r\n",
     VERDICT_PASS},
    {"other account", "C: <auth PLAIN joe ${rep 2 x}>\nS!: 235\n",
     {EHLO_ACTS, "<", ">235 ok\r\n"}, "AUTH PLAIN AGpvZQB4eA==\r\n",
     VERDICT_PASS},
    {"login", "C: <auth LOGIN>\nS!: 235\n",
     {EHLO_ACTS, "<", ">334 VXNlcm5hbWU6\r\n", "<", ">334 UGFzc3dvcmQ6\r\n",
      "<", ">235 ok\r\n"}, "AUTH LOGIN\r\ndQ==\r\ncHc=\r\n", VERDICT_PASS},
    {"no base64", "C: <auth LOGIN>\nS!: 501\n",
     {EHLO_ACTS, "<", ">334 ***\r\n", "<", ">501 ok\r\n"},
     "AUTH LOGIN\r\n*\r\n", VERDICT_PASS},
    {"334 without end", "C: <auth LOGIN>\nS!: 235\n",
     {EHLO_ACTS, "<", ">334 VXNlcm5hbWU6\r\n", "<", ">334 UGFzc3dvcmQ6\r\n",
      "<", ">334 VXNlcm5hbWU6\r\n", "<", ">334 VXNlcm5hbWU6\r\n", "x"},
     NULL, VERDICT_BLOCKED},
    {"closed", "C: <auth PLAIN>\nS!: 235\n | <close> -> fail \"gone\"\n",
     {EHLO_ACTS, "<", "x"}, NULL, VERDICT_FAIL},
    {"unknown mechanism", "C: <auth NOSUCH>\nS!: 235\n",
     {EHLO_ACTS, "e"}, "", VERDICT_BLOCKED},
};

Test(wire, auth)
{
    for (size_t i = 0; i < sizeof(auth_rows) / sizeof(*auth_rows); i++) {
        const struct auth_row *r = &auth_rows[i];
        struct script_env env = {.user = "u", .password = "pw"};
        struct fake f = {0};
        char steps[512];
        snprintf(steps, sizeof(steps), GREET "C: EHLO x\nS: 250\n%s",
                 r->stage);
        struct script_outcome o = play(&f, &env, steps, r->acts);
        cr_expect_eq(o.verdict, r->verdict, "%s: %s: %s", r->name,
                     verdict_name(o.verdict), o.reason);
        f.got[f.got_n] = '\0';
        cr_expect(!r->got || strcmp(f.got + 8, r->got) == 0, "%s: \"%s\"",
                  r->name, f.got);
    }
}

/* A challenge that comes when its time is over is not the reply that the line
 * behind <auth> waits for. */
Test(wire, auth_with_a_late_challenge)
{
    static const char *const acts[] = {EHLO_ACTS, "<", "~900",
                                       ">334 VXNlcm5hbWU6\r\n", "e", NULL};
    struct script_env env = {.user = "u", .password = "pw",
                             .timeout = 600 * NET_MS};
    struct fake f = {0};
    struct script_outcome o =
        play(&f, &env, GREET "C: EHLO x\nS: 250\nC: <auth LOGIN>\nS!: 235\n",
             acts);

    cr_expect_eq(o.verdict, VERDICT_BLOCKED, "%s", o.reason);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_TIMEOUT, "%s", o.reason);
    cr_expect(strstr(o.reason, "expected 235, but no reply came"), "%s",
              o.reason);
}

/* ---- hostile servers --------------------------------------------------- */

/* A gigabyte without a line end: no memory, no time. */
Test(wire, flood)
{
    static const char *const acts[] = {"f", NULL};
    static const char *const later[] = {">220 h\r\n", "<", "f", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct transcript log;
    struct rusage before, after;
    uint64_t start = net_now();

    transcript_init(&log, 0);
    env.log = &log;
    getrusage(RUSAGE_SELF, &before);
    struct script_outcome o = play(&f, &env, GREET "S!: 250\n", acts);
    getrusage(RUSAGE_SELF, &after);
    cr_expect_eq(o.verdict, VERDICT_BLOCKED, "%s", o.reason);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_LIMIT);
    cr_expect_lt(net_now() - start, 15 * NET_S);
    if (!getenv("MEMCHECK")) /* whose own memory would count */
        cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 4096);
    cr_expect_lt(f.flooded, 1u << 26);
    transcript_free(&log);

    env.log = NULL;
    o = play(&f, &env, GREET "C: A\nS!: 250\n", later);
    cr_expect_eq(o.verdict, VERDICT_FAIL, "%s", o.reason);
    cr_expect_eq(o.got[200], 'a');
}

Test(wire, refused)
{
    struct script_set *set = fake_script("MUST", GREET "S!: 250\n");
    static const char *const acts[] = {"x", NULL};
    struct script_env env = {0};
    struct net_target target;
    struct script_outcome o;
    struct fake f = {0};

    fake_start(&f, acts, &env, &target);
    script_run(script_at(set, 0), NULL, &env, &o);
    fake_stop(&f);
    /* Nobody listens there any more. */
    script_run(script_at(set, 0), NULL, &env, &o);
    cr_expect_eq(o.verdict, VERDICT_BLOCKED);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_CONNECT);
    cr_expect(strstr(o.reason, "no connection: "), "%s", o.reason);
    script_set_free(set);
}

/* stop_fd ends a run in any wait. */
Test(wire, stopped)
{
    static const char *const steps[] = {
        GREET "S!: 250\n",
        GREET "S!: <silent 60s>\n",
        GREET "C: <pause 60s>\nS!: 250\n",
        GREET "C: <drip 60s>\nC: AB\nS!: 250\n",
    };
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        static const char *const acts[] = {">220 h\r\n", "e", NULL};
        struct fake f = {0};
        int p[2];
        cr_assert_eq(pipe(p), 0);
        cr_assert_eq(write(p[1], "x", 1), 1);
        struct script_env env = {.timeout = 60 * NET_S, .stop_fd = p[0]};
        uint64_t start = net_now();
        struct script_outcome o = play(&f, &env, steps[i], acts);
        cr_expect_eq(o.verdict, VERDICT_BLOCKED, "%s", steps[i]);
        cr_expect_eq(o.cause, SCRIPT_CAUSE_STOPPED, "%s", steps[i]);
        cr_expect_lt(net_now() - start, 15 * NET_S, "%s", steps[i]);
        close(p[0]);
        close(p[1]);
    }
}

static bool terminate(void *ctx)
{
    return shutdown(((struct fake *)ctx)->listen_fd, SHUT_RDWR) == 0;
}

Test(wire, terminate)
{
    static const char *const acts[] = {">220 h\r\n", "a", ">421 x\r\n", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct script_outcome o = play(
        &f, &env, GREET "C: <terminate>\nS!: 421\n",
        (const char *const[]){">220 h\r\n", "e", NULL});

    cr_expect_eq(o.verdict, VERDICT_BLOCKED);
    cr_expect_eq(o.cause, SCRIPT_CAUSE_NONE);
    /* The fake waits for a connection until its listener ends. */
    env.terminate = terminate;
    env.ctx = &f;
    o = play(&f, &env, GREET "C: <terminate>\nS!: 421\n", acts);
    expect_pass(&o);
}

/* A megabyte in one write, to a server that reads slowly. */
Test(wire, megabyte)
{
    static const char *const acts[] = {">220 h\r\n", "~50", "<", ">500 a\r\n",
                                       "e", NULL};
    struct script_env env = {0};
    struct fake f = {0};
    struct script_outcome o = play(
        &f, &env, GREET "C: ${rep 100000 a}\nS!: 5yz\n", acts);

    expect_pass(&o);
    o = play(&f, &env, GREET "C: ${rep 5000 ${rep 1000 a}}\nS!: 250\n",
             (const char *const[]){">220 h\r\n", "e", NULL});
    cr_expect_eq(o.verdict, VERDICT_ERROR, "%s", o.reason);
    cr_expect(strstr(o.reason, "expands to more than"), "%s", o.reason);
}

/* What a report prints of a session is a case that plays the same. */
Test(wire, replay)
{
    static const char *const acts[] = {
        ">220 h.example (5) <a> $$ \\ 100%\r\n", "<", ">250-h\r\n250 X y\r\n",
        "<", ">500 \xc3\xa9\n", "<", "<", ">250 2.0.0 ok\r\n", "x", NULL};
    struct transcript log, again;
    struct script_env env = {.log = &log};
    struct fake f = {0};
    char *text, *first;
    size_t n;

    transcript_init(&log, 0);
    struct script_outcome o = play(
        &f, &env, GREET "C: EHLO ${helo}\nS: 250\nC= \"\\0 \\xff\\n\"\nS: 500\n"
        "C: <drip 1ms>\nC: AB\nC: <pause 0>\nC: ${b64 x}\nS: 250\n"
        "S!: <close>\n", acts);
    expect_pass(&o);
    first = strndup(f.got, f.got_n);
    cr_assert(first);
    FILE *out = open_memstream(&text, &n);
    script_print(out, &log, false);
    fclose(out);
    transcript_init(&again, 0);
    env.log = &again;
    size_t sent = writes(&log), got = f.got_n;
    o = play(&f, &env, text, acts);
    expect_pass(&o);
    cr_expect_eq(f.got_n, got, "%s", text);
    cr_expect_eq(memcmp(f.got, first, strlen(first)), 0, "%s", text);
    cr_expect_eq(writes(&again), sent, "%s", text);
    free(first);
    free(text);
    transcript_free(&log);
    transcript_free(&again);
}
