/*
 * planted: the reference server on its standard input and output, with one
 * planted fault (faults.c): what the live fuzzer is measured by. Built for
 * that only.
 *
 *   planted [FAULT]
 *   planted --listen [FAULT [PORT]]  serves connections to that or a free
 *                             port, whose number it prints, one after the
 *                             other
 *   planted --list            a line each: name, mode, oracle, "exec" or
 *                             "listen": where it shows, what it does
 *
 * The input is cut into units as the server would, so that a fault sees a
 * command, content or a chunk whole, before the server does.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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
    char left[INPUT]; /* a line that is not complete */
    size_t left_n;
};

/* The code of the last reply, and where replies go: one session at a time. */
static unsigned last_code;
static int out_fd = 1;
static bool lost;

static void put(void *ctx, const char *p, size_t n)
{
    (void)ctx;
    if (n >= 4)
        last_code = (unsigned)(p[0] - '0') * 100u +
                    (unsigned)(p[1] - '0') * 10u + (unsigned)(p[2] - '0');
    while (n > 0 && !lost) {
        ssize_t w = write(out_fd, p, n);

        lost = w <= 0;
        p += w;
        n -= (size_t)w;
    }
}

static void say(const char *text)
{
    put(NULL, text, strlen(text));
}

/* The unit may be less than a line to the session, or end in one. */
static void feed(struct server *s, struct smtp_span p)
{
    size_t used = 0;

    if (p.n > sizeof s->left - s->left_n)
        p.n = sizeof s->left - s->left_n;
    memcpy(s->left + s->left_n, p.p, p.n);
    s->left_n += p.n;
    do {
        s->want = session_feed(s->session, s->left, s->left_n, &used);
        while (s->want == SESSION_WAIT)
            s->want = session_resume(s->session);
        s->left_n -= used;
        memmove(s->left, s->left + used, s->left_n);
    } while (used > 0 && s->left_n > 0 && s->want == SESSION_READ);
}

/* Takes the complete units of p; returns the octets used. */
static size_t take(struct server *s, struct smtp_span p, bool all)
{
    struct live_unit u;
    size_t at = 0;

    while (s->want == SESSION_READ && !lost &&
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

static void serve(struct server *s, int in)
{
    static char buf[INPUT];
    size_t have = 0, used;
    ssize_t n;

    while (s->want == SESSION_READ && !lost &&
           (n = read(in, buf + have, sizeof buf - have)) > 0) {
        have += (size_t)n;
        used = take(s, smtp_span_of(buf, have), have == sizeof buf);
        memmove(buf, buf + used, have - used);
        have -= used;
    }
}

/* One session, read from in. False: the fault says that it is the last. */
static bool talk(const struct planted_fault *fault, int in)
{
    static struct server s;
    struct server_policy policy;
    struct session_config cfg = {.policy = &policy, .write = put,
                                 .peer = "127.0.0.1"};
    const char *mode = fault ? fault->mode : "mx";

    policy_init(&policy,
                (enum server_mode)server_mode_find(mode, strlen(mode)));
    s = (struct server){.fault = fault, .session = session_new(&cfg)};
    s.planted.session = s.session;
    s.planted.say = say;
    lost = false;
    s.want = session_start(s.session);
    serve(&s, in);
    session_free(s.session);
    return !s.planted.ends;
}

static int serve_all(const struct planted_fault *fault, long port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
    socklen_t n = sizeof at;
    bool goes_on = true;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1},
                     sizeof(int));
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 ||
        listen(listener, 64) < 0 ||
        getsockname(listener, (struct sockaddr *)&at, &n) < 0)
        return 3;
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    while (goes_on && (fd = accept(listener, NULL, NULL)) >= 0) {
        out_fd = fd;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        goes_on = talk(fault, fd);
        (void)shutdown(fd, SHUT_WR);
        (void)close(fd);
    }
    return goes_on ? 3 : 0;
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
        printf("%s\t%s\t%s\t%s\t%s\n", f->name, f->mode, f->oracle,
               f->listens ? "listen" : "exec", f->what);
    return 0;
}

int main(int argc, char **argv)
{
    bool listens = argc > 1 && strcmp(argv[1], "--listen") == 0;
    const struct planted_fault *fault;

    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list();
    (void)signal(SIGPIPE, SIG_IGN);
    fault = argc > 1 + listens ? find(argv[1 + listens]) : NULL;
    if (listens)
        return serve_all(fault, argc > 3 ? strtol(argv[3], NULL, 10) : 0);
    smtpspec_live_start();
    (void)talk(fault, 0);
    return 0;
}
