/*
 * Adapter of a program that reads inputs on its standard input and answers on
 * its standard output: for parsers in any language. $ADAPTER_COMMAND is
 * started by the shell, once; again when it ended, or took too long for an
 * input. What it writes to standard error goes where ours goes.
 *
 * Each message is four octets, its length, highest first, then so many:
 *
 *   program, first  lines of text: "name N", "kinds rc", "pieces r", "utf8"
 *   input           letter of the kind; four octets, the size of the pieces
 *                   to give the parser (0: whole); the octets
 *   answer          lines of text, the fields of struct adapter_result:
 *                   "verdict accepted" (rejected, more, skipped, fault),
 *                   "used N", "code N", "lines N", "size N", "last N",
 *                   "text X", "verb X", "local X", "domain X", "content X",
 *                   "param X X" (keyword, value), "params" (there are none),
 *                   "note WORDS"; X is in hexadecimal, or "-" for no octets
 *
 * Many inputs are written before the first answer is read: the program reads
 * one, answers, and goes on; it need not know.
 *
 *   make fuzz-adapter ADAPTER=harness/adapters/py_smtplib.py
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "adapter.h"
#include "process_answer.h"

enum {
    START_MS = 20000, /* for the first message */
    BUSY_MS = 3000,   /* for one answer, of the processor's time */
    INPUT_MS = 30000, /* for one answer, on a machine however busy */
    LOOK_MS = 500,    /* between looks at the processor's time */
    HEAD = 4,
    INPUT = 8192,
    ANSWER = 65536    /* octets of a message, at most */
};

static const char letters[ADAPTER_KINDS] = {
    [ADAPTER_REPLY] = 'r', [ADAPTER_COMMAND] = 'c', [ADAPTER_PATH] = 'p',
    [ADAPTER_XTEXT] = 'x', [ADAPTER_BASE64] = 'b',  [ADAPTER_DATA] = 'd'};

static struct {
    const char *command;
    pid_t pid; /* 0: none runs */
    int fd;
    char name[60];
    char in[HEAD + ANSWER]; /* what came and is no message yet */
    size_t n;
} child;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What the child has used of the processor. */
static long busy_ms(void)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(child.pid, &clock) != 0 ||
        clock_gettime(clock, &t) != 0)
        return 0;
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t get32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (size_t)u[0] << 24 | (size_t)u[1] << 16 | (size_t)u[2] << 8 | u[3];
}

static void put32(char *p, size_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(v >> (24 - 8 * i));
}

/* Ends it; *status says how it ended, or would not. */
static void stop(int *status)
{
    if (child.pid == 0)
        return;
    close(child.fd);
    /* One that ended by itself has said how; a moment for that. */
    for (int i = 0; i < 50; i++) {
        if (waitpid(child.pid, status, WNOHANG) != 0) {
            child.pid = 0;
            return;
        }
        usleep(2000);
    }
    kill(-child.pid, SIGKILL);
    while (waitpid(child.pid, status, 0) < 0 && errno == EINTR) {
        /* libFuzzer's alarm */
    }
    child.pid = 0;
}

static void stop_at_exit(void)
{
    int status;
    if (child.pid)
        kill(-child.pid, SIGTERM);
    stop(&status);
}

static bool spawn(void)
{
    char line[4096];
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    child.pid = fork();
    if (child.pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(pair[1], 0);
        dup2(pair[1], 1);
        snprintf(line, sizeof(line), "exec %s", child.command);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    child.fd = pair[0];
    child.n = 0;
    fcntl(child.fd, F_SETFL, O_NONBLOCK);
    if (child.pid > 0)
        return true;
    child.pid = 0;
    close(child.fd);
    return false;
}

/* Waits for the child to take or give octets. False: not until `end`, or
 * not before it has used that much of the processor. */
static bool wait_for(short events, long end, long busy)
{
    for (;;) {
        struct pollfd p = {child.fd, events, 0};
        long left = end - now_ms();
        if (left <= 0)
            return false;
        if (poll(&p, 1, (int)(left < LOOK_MS ? left : LOOK_MS)) > 0)
            return true;
        if (busy_ms() > busy)
            return false;
    }
}

/* The next message, if it is there: its text and length. */
static const char *message(size_t *n)
{
    if (child.n < HEAD || child.n < HEAD + get32(child.in))
        return NULL;
    *n = get32(child.in);
    return child.in + HEAD;
}

static void drop_message(void)
{
    size_t n = HEAD + get32(child.in);
    memmove(child.in, child.in + n, child.n - n);
    child.n -= n;
}

/* Reads what there is. False: it has ended, or sends too long a message. */
static bool read_some(void)
{
    size_t room = sizeof(child.in) - child.n;
    ssize_t n = room ? read(child.fd, child.in + child.n, room) : 0;
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    child.n += (size_t)n;
    return n > 0;
}

/* The word behind a name that a line of p[0..n) begins with. */
static bool find_line(const char *p, size_t n, const char *name,
                      struct smtp_span *rest)
{
    size_t len = strlen(name);
    for (const char *end = p + n; p < end;) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        size_t line = (size_t)((lf ? lf : end) - p);
        if (line >= len && memcmp(p, name, len) == 0 &&
            (line == len || p[len] == ' ')) {
            *rest = smtp_span_from(smtp_span_of(p, line), len + 1);
            return true;
        }
        p += line + 1;
    }
    return false;
}

static unsigned kinds_of(const char *p, size_t n, const char *name)
{
    struct smtp_span s = {NULL, 0};
    unsigned set = 0;
    find_line(p, n, name, &s);
    for (unsigned k = 0; k < ADAPTER_KINDS; k++)
        if (s.n && memchr(s.p, letters[k], s.n))
            set |= ADAPTER_IS(k);
    return set;
}

/* Starts it, and reads what it can do. */
static bool start(struct adapter *self)
{
    long end = now_ms() + START_MS;
    struct smtp_span s;
    const char *p = NULL;
    size_t n = 0;
    int status = 0;
    if (!spawn())
        return false;
    while (!(p = message(&n)))
        if (!wait_for(POLLIN, end, START_MS) || !read_some())
            break;
    if (!p) {
        stop(&status);
        return false;
    }
    self->kinds = kinds_of(p, n, "kinds");
    self->pieces = kinds_of(p, n, "pieces");
    self->utf8 = find_line(p, n, "utf8", &s);
    if (find_line(p, n, "name", &s))
        snprintf(child.name, sizeof(child.name), "%.*s", (int)s.n, s.p);
    drop_message();
    return true;
}

/* An input on its way out. */
struct frame {
    char octets[HEAD + 5 + INPUT];
    size_t n;
    size_t sent;
};

static void make_frame(const struct adapter_input *in, struct frame *f)
{
    size_t n = in->n < INPUT ? in->n : INPUT;
    put32(f->octets, 5 + n);
    f->octets[HEAD] = letters[in->kind];
    put32(f->octets + HEAD + 1, in->piece);
    if (n > 0)
        memcpy(f->octets + HEAD + 5, in->p, n);
    f->n = HEAD + 5 + n;
    f->sent = 0;
}

/* Sends what it takes. False: it takes no more, ever. */
static bool send_some(struct frame *f)
{
    ssize_t n = send(child.fd, f->octets + f->sent, f->n - f->sent,
                     MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    f->sent += (size_t)n;
    return true;
}

/* Takes the answers that have come; how many. */
static size_t take_answers(struct adapter_result *out, size_t most)
{
    size_t count = 0;
    size_t n;
    for (const char *p; count < most && (p = message(&n)); count++) {
        if (!process_answer_read(p, n, &out[count]))
            out[count].verdict = ADAPTER_FAULT;
        drop_message();
    }
    return count;
}

/* Gives the inputs to the child and takes its answers, both at once. Returns
 * how many answers came: fewer than count when it ended or did not answer in
 * time; *hung says which. */
static size_t exchange(const struct adapter_input *in, size_t count,
                       struct adapter_result *out, bool *hung)
{
    static struct frame frame;
    size_t next = 0;
    size_t got = 0;
    long end = now_ms() + INPUT_MS;
    long busy = busy_ms() + BUSY_MS;
    frame.n = frame.sent = 0;
    *hung = false;
    while (got < count) {
        if (frame.sent == frame.n && next < count)
            make_frame(&in[next++], &frame);
        bool more = frame.sent < frame.n;
        if (!wait_for(more ? POLLIN | POLLOUT : POLLIN, end, busy)) {
            *hung = true;
            return got;
        }
        bool alive = (!more || send_some(&frame)) && read_some();
        size_t answers = take_answers(out + got, count - got);
        got += answers;
        if (answers > 0) {
            end = now_ms() + INPUT_MS;
            busy = busy_ms() + BUSY_MS;
        }
        if (!alive)
            return got;
    }
    return got;
}

static void say_fault(struct adapter_result *r, bool hung, int status)
{
    r->verdict = ADAPTER_FAULT;
    if (hung)
        snprintf(r->note, sizeof(r->note), "hang: no answer in %d s of work, "
                 "or %d s", BUSY_MS / 1000, INPUT_MS / 1000);
    else if (WIFSIGNALED(status))
        snprintf(r->note, sizeof(r->note), "crash: signal %d",
                 WTERMSIG(status));
    else
        snprintf(r->note, sizeof(r->note), "crash: exit status %d",
                 WEXITSTATUS(status));
}

/* The one that is not answered is the one that the program died of. */
static void parse_all(const struct adapter_input *in, size_t count,
                      struct adapter_result *out)
{
    size_t got = 0;
    while (got < count) {
        bool hung = false;
        int status = 0;
        if (!child.pid && !start(&adapter)) {
            fprintf(stderr, "%s: it does not start again\n", child.command);
            _exit(2);
        }
        got += exchange(in + got, count - got, out + got, &hung);
        if (got == count)
            return;
        if (hung)
            kill(-child.pid, SIGKILL);
        stop(&status);
        say_fault(&out[got++], hung, status);
    }
}

static bool open_process(struct adapter *self)
{
    child.command = getenv("ADAPTER_COMMAND");
    if (!child.command || !*child.command) {
        fprintf(stderr, "ADAPTER_COMMAND: expected the program to start\n");
        return false;
    }
    snprintf(child.name, sizeof(child.name), "%.59s", child.command);
    self->name = child.name;
    if (!start(self)) {
        fprintf(stderr, "%s: expected a first message that says what it "
                "reads\n", child.command);
        return false;
    }
    return atexit(stop_at_exit) == 0;
}

struct adapter adapter = {
    .name = "process",
    .open = open_process,
    .parse_all = parse_all,
};
