/*
 * planted: the reference server on its standard input and output, with one
 * planted fault (faults.c): what the live fuzzer is measured by. Built for
 * that only.
 *
 *   planted [FAULT]
 *   planted --list      name, oracle and what it does, a line each
 *
 * The input is cut into units as the server would, so that a fault sees a
 * command, content or a chunk whole, before the server does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "live/model.h"
#include "runtime.h"

#define INPUT (2u * LIVE_INPUT_MAX)

struct server {
    struct session *session;
    struct live_model model;
    struct planted planted;
    const struct planted_fault *fault;
    enum session_want want;
};

/* The code of the last reply: the planted program has one session. */
static unsigned last_code;

static void put(void *ctx, const char *p, size_t n)
{
    (void)ctx;
    if (n >= 4)
        last_code = (unsigned)(p[0] - '0') * 100u +
                    (unsigned)(p[1] - '0') * 10u + (unsigned)(p[2] - '0');
    while (n > 0) {
        ssize_t w = write(1, p, n);

        if (w <= 0)
            _exit(0);
        p += w;
        n -= (size_t)w;
    }
}

static void say(const char *text)
{
    put(NULL, text, strlen(text));
}

static void feed(struct server *s, struct smtp_span p)
{
    size_t used;

    while (p.n > 0 && s->want == SESSION_READ) {
        s->want = session_feed(s->session, p.p, p.n, &used);
        while (s->want == SESSION_WAIT)
            s->want = session_resume(s->session);
        p = smtp_span_from(p, used);
        if (used == 0)
            return;
    }
}

/* Takes the complete units of p; returns the octets used. */
static size_t take(struct server *s, struct smtp_span p, bool all)
{
    struct live_unit u;
    size_t at = 0;

    while (s->want == SESSION_READ &&
           live_unit_next(smtp_span_from(p, at), s->model.phase, &u)) {
        if (u.kind == LIVE_TAIL && !all)
            break;
        at += u.octets.n;
        s->planted.more = at < p.n;
        s->planted.code = last_code;
        if (!s->fault || !s->fault->before(&s->planted, &u))
            feed(s, u.octets);
        (void)live_model_reply(&s->model, &u, last_code);
    }
    return at;
}

static void serve(struct server *s)
{
    static char buf[INPUT];
    size_t have = 0, used;
    ssize_t n;

    while (s->want == SESSION_READ &&
           (n = read(0, buf + have, sizeof buf - have)) > 0) {
        have += (size_t)n;
        used = take(s, smtp_span_of(buf, have), have == sizeof buf);
        memmove(buf, buf + used, have - used);
        have -= used;
    }
}

static const struct planted_fault *find(const char *name)
{
    const struct planted_fault *f;

    for (unsigned i = 0; (f = planted_fault_at(i)); i++)
        if (strcmp(f->name, name) == 0)
            return f;
    fprintf(stderr, "planted: no fault \"%s\"\n", name);
    exit(2);
}

static int list(void)
{
    const struct planted_fault *f;

    for (unsigned i = 0; (f = planted_fault_at(i)); i++)
        printf("%s\t%s\t%s\t%s\n", f->name, f->mode, f->oracle, f->what);
    return 0;
}

int main(int argc, char **argv)
{
    struct server_policy policy;
    struct session_config cfg = {.policy = &policy, .write = put,
                                 .peer = "127.0.0.1"};
    struct server s = {.fault = NULL};
    const char *mode;

    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    s.fault = argc > 1 ? find(argv[1]) : NULL;
    mode = s.fault ? s.fault->mode : "mx";
    policy_init(&policy,
                (enum server_mode)server_mode_find(mode, strlen(mode)));
    smtpspec_live_start();
    s.session = session_new(&cfg);
    s.planted.session = s.session;
    s.planted.say = say;
    s.want = session_start(s.session);
    serve(&s);
    session_free(s.session);
    return 0;
}
