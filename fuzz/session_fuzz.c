/*
 * session: session_feed and all below it: the reference server's state
 * machine, against a client that keeps count (model.h). The input is a letter
 * that says how the server is set up, and what a client sends.
 *
 *   m mx, s submission, t TLS required, l LMTP; in capitals: inside TLS from
 *   the start. Any other octet is of what is sent, to an mx.
 *
 * It is sent twice: in lock-step, unit by unit, where the replies are counted
 * and judged; and in pieces that keep to no unit, where the codes must be the
 * same (unless TLS began: octets behind STARTTLS are thrown away).
 */
#include <stdio.h>
#include <stdlib.h>

#include "chance.h"
#include "fuzz.h"
#include "model.h"
#include "mutate.h"
#include "server/faults.h"
#include "server/session.h"

MUTATE_WITH(mutate_sessions);

#define INPUT_MAX  ((size_t)16 * 1024)
#define OUTPUT_MAX ((size_t)2 << 20)
#define REPLIES    4096

struct talk {
    struct server_policy policy;
    struct session_store store;
    struct session *session;
    struct model model;
    bool open, storing, tls;
    unsigned commits;
    size_t n;                 /* octets of output */
    uint16_t codes[REPLIES];  /* all codes so far */
    unsigned n_codes;
    char *output;
};

/* ---- the server's side -------------------------------------------------- */

static void take(void *ctx, const char *p, size_t n)
{
    struct talk *t = ctx;
    FUZZ_CHECK(t->n + n <= OUTPUT_MAX);
    memcpy(t->output + t->n, p, n);
    t->n += n;
}

static const char *store_begin(void *ctx)
{
    struct talk *t = ctx;
    FUZZ_CHECK(!t->storing);
    t->storing = true;
    return "id-1";
}

static bool store_write(void *ctx, const char *p, size_t n)
{
    const struct talk *t = ctx;
    FUZZ_CHECK(t->storing && (p != NULL || n == 0));
    return true;
}

static bool store_commit(void *ctx)
{
    struct talk *t = ctx;
    FUZZ_CHECK(t->storing);
    t->storing = false;
    t->commits++;
    return true;
}

static void store_cancel(void *ctx)
{
    struct talk *t = ctx;
    FUZZ_CHECK(t->storing);
    t->storing = false;
}

static void set_policy(struct talk *t, enum server_mode mode)
{
    policy_init(&t->policy, mode);
    t->policy.max_size = 3000; /* so that limits are met */
    t->policy.max_rcpt = 5;
    if (!fuzz_fault)
        return;
    const struct server_fault *f =
        server_fault_find(fuzz_fault, strlen(fuzz_fault));
    if (f && fault_apply(fault_row_of(f), &t->policy))
        return;
    fprintf(stderr, "no such fault: %s\n", fuzz_fault);
    exit(2);
}

/* Does what the session wants, until it wants to read. */
static void obey(struct talk *t, enum session_want want)
{
    for (int i = 0; i < 1000; i++) {
        switch (want) {
        case SESSION_READ:
            return;
        case SESSION_WAIT:
            want = session_resume(t->session);
            break;
        case SESSION_TLS:
            t->tls = true;
            want = session_tls(t->session, true);
            break;
        case SESSION_CLOSE:
        case SESSION_RESET:
            t->open = false;
            return;
        }
    }
    FUZZ_CHECK(false);
}

static void start(struct talk *t, enum server_mode mode, bool tls)
{
    static char output[OUTPUT_MAX];
    memset(t, 0, sizeof(*t));
    t->output = output;
    chance_begin();
    t->open = true;
    t->model.mode = mode;
    t->model.tls = tls;
    set_policy(t, mode);
    t->store = (struct session_store){t, store_begin, store_write,
                                      store_commit, store_cancel};
    const struct session_config cfg = {
        .policy = &t->policy,
        .write = take,
        .ctx = t,
        .store = &t->store,
        .peer = "192.0.2.1",
        .tls_possible = true,
        .implicit_tls = tls,
    };
    t->session = session_new(&cfg);
    if (!t->session)
        abort();
    session_set_time(t->session, 1795293000, 60);
    obey(t, session_start(t->session));
}

static void finish(struct talk *t)
{
    session_free(t->session);
    FUZZ_CHECK(!t->storing);
}

/* ---- the client's side -------------------------------------------------- */

/* Reads the replies from output[from..) on; true: nothing else is there. */
static bool read_replies(struct talk *t, size_t from, struct smtp_reply *r,
                         unsigned max, unsigned *n)
{
    *n = 0;
    while (from < t->n && *n < max) {
        struct smtp_reply_scan scan = {0};
        ssize_t k = smtp_reply_parse(&scan, t->output + from, t->n - from,
                                     &r[*n]);
        if (k <= 0)
            return false;
        from += (size_t)k;
        if (t->n_codes < REPLIES)
            t->codes[t->n_codes++] = r[*n].code;
        ++*n;
    }
    return from == t->n;
}

/* What the server says of itself is what the client thinks. */
static void check_facts(const struct talk *t)
{
    const struct model *m = &t->model;
    uint64_t f = session_facts(t->session);
    FUZZ_CHECK(((f & FACT_TLS) != 0) == m->tls);
    FUZZ_CHECK(((f & FACT_AUTH) != 0) == m->auth);
    FUZZ_CHECK(((f & (FACT_EHLO | FACT_HELO)) != 0) == m->hello);
    FUZZ_CHECK(((f & FACT_MAIL) != 0) == m->mail);
    FUZZ_CHECK(((f & FACT_RCPT) != 0) == (m->rcpts > 0));
    if (m->state != MODEL_CHUNK) /* it is not decided there */
        FUZZ_CHECK(((f & FACT_BDAT) != 0) == m->chunked);
    FUZZ_CHECK(m->rcpts <= t->policy.max_rcpt);
    /* A report of a delivery is a message, too (RFC 3461 5.2.3). */
    FUZZ_CHECK(t->commits >= m->messages);
    FUZZ_CHECK(t->commits <= m->messages + m->reports);
}

/* Sends one unit, which is whole or the last octets that there are. */
static void send_unit(struct talk *t, const char *p, size_t n, bool whole)
{
    struct smtp_reply replies[8];
    size_t before = t->n;
    size_t used = 0;
    unsigned count;
    obey(t, session_feed(t->session, fuzz_guard(p, n), n, &used));
    FUZZ_CHECK(used <= n);
    FUZZ_CHECK(read_replies(t, before, replies, 8, &count));
    if (!whole) { /* nobody answers half a unit, and half a line is kept */
        FUZZ_CHECK(count == 0 && t->open);
        FUZZ_CHECK(used == n || used == 0);
        return;
    }
    FUZZ_CHECK(used == n || !t->open);
    struct model_count want = model_expected(&t->model);
    if (count != 1 || replies[0].code != 421)
        FUZZ_CHECK(count >= want.min && count <= want.max);
    model_replies(&t->model, replies, count);
    if (t->tls && !t->model.tls)
        model_tls(&t->model);
    FUZZ_CHECK(t->open == (t->model.state != MODEL_CLOSED));
    if (t->open)
        check_facts(t);
}

/* The end of a session that the client does not end (RFC 5321 3.8). */
static void send_end(struct talk *t, bool idle)
{
    struct smtp_reply r[2];
    size_t before = t->n;
    unsigned count;
    if (!t->open)
        return;
    obey(t, idle ? session_idle(t->session) : session_shutdown(t->session));
    FUZZ_CHECK(read_replies(t, before, r, 2, &count));
    FUZZ_CHECK(count == 1 && r[0].code == 421 && !t->open);
    t->n_codes--;
}

static void greet(struct talk *t)
{
    struct smtp_reply r[2];
    unsigned count;
    FUZZ_CHECK(read_replies(t, 0, r, 2, &count));
    FUZZ_CHECK(count == 1 && r[0].code == 220);
    FUZZ_CHECK(!smtp_flaws_any(&r[0].flaws));
}

static void lock_step(struct talk *t, const char *p, size_t n, uint32_t dice)
{
    greet(t);
    while (t->open && n > 0) {
        size_t k = model_unit(&t->model, p, n);
        bool whole = k > 0;
        if (!whole)
            k = n;
        if (whole && t->model.state == MODEL_COMMAND)
            model_command(&t->model, p, k);
        send_unit(t, p, k, whole);
        p += k;
        n -= k;
    }
    send_end(t, dice % 2 != 0);
}

/* All of it, in pieces; what is not used is given again. */
static void stream(struct talk *t, const char *p, size_t n, size_t piece)
{
    size_t from = 0;
    size_t to = 0;
    while (t->open && to < n) {
        to = n - to > piece ? to + piece : n;
        size_t used;
        do {
            size_t k = to - from;
            obey(t, session_feed(t->session, fuzz_guard(p + from, k), k,
                                 &used));
            from += used;
        } while (t->open && used > 0 && from < to);
    }
}

static void check_stream(const struct talk *want, enum server_mode mode,
                         bool tls, struct smtp_span in, size_t piece)
{
    static struct talk t;
    static struct smtp_reply replies[REPLIES];
    unsigned count;
    start(&t, mode, tls);
    stream(&t, in.p, in.n, piece);
    FUZZ_CHECK(read_replies(&t, 0, replies, REPLIES, &count));
    if (!want->tls) {
        FUZZ_CHECK(t.n_codes == want->n_codes);
        for (unsigned i = 0; i < t.n_codes; i++)
            FUZZ_CHECK(t.codes[i] == want->codes[i]);
        FUZZ_CHECK(t.commits == want->commits);
    }
    finish(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char LETTERS[] = "mstlMSTL";
    static const enum server_mode MODES[] = {SERVER_MX, SERVER_SUBMISSION,
                                             SERVER_TLS_REQUIRED,
                                             SERVER_LMTP};
    static struct talk t;
    const char *letter = size && data[0] ? strchr(LETTERS, data[0]) : NULL;
    if (size > INPUT_MAX)
        return 0;
    size_t i = letter ? (size_t)(letter - LETTERS) : 0;
    struct smtp_span in = {(const char *)data + (letter ? 1 : 0),
                           size - (letter ? 1 : 0)};
    uint32_t dice = fuzz_hash(data, size);
    start(&t, MODES[i % 4], i >= 4);
    lock_step(&t, in.p, in.n, dice);
    finish(&t);
    if (fuzz_fault)
        return 0;
    check_stream(&t, MODES[i % 4], i >= 4, in, 1 + dice % 64);
    if (fuzz_every) {
        check_stream(&t, MODES[i % 4], i >= 4, in, 1);
        check_stream(&t, MODES[i % 4], i >= 4, in, in.n + 1);
    }
    return 0;
}
