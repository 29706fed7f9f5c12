/*
 * bench: a client that does the least, against the server that smtpspec fuzz
 * is measured on: what its sessions cost without any fuzzer.
 *
 *   bench exec|forks|PORT SESSIONS SCRIPT [COMMAND...]
 *
 * exec starts COMMAND for each session, forks asks a fork server
 * (runtime.c), PORT is on the loopback. SCRIPT is a file of lines, each sent
 * when the reply to the one before it is there; DATA's content is one line
 * of it that ends in ".". Prints sessions and processor seconds, its own and
 * those of the server.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTEN_FD = 197, CONTROL_FD = 198, STATUS_FD = 199, LINES = 32 };

struct bench {
    char **command;
    char *lines[LINES];
    int n_lines, port;
    int control, status, listener; /* of the fork server */
    struct sockaddr_un name;
    socklen_t name_n;
    pid_t pid; /* of the fork server, or of the session */
};

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(3);
}

/* One line a reply, "\n" in it for CRLF. */
static void read_script(struct bench *b, const char *path)
{
    FILE *f = fopen(path, "re");
    char text[512], wire[1024];
    size_t n;

    if (!f)
        die(path);
    while (b->n_lines < LINES && fgets(text, sizeof text, f)) {
        n = 0;
        for (const char *p = text; *p && *p != '\n'; p++) {
            if (p[0] == '\\' && p[1] == 'n') {
                n += (size_t)snprintf(wire + n, sizeof wire - n, "\r\n");
                p++;
            } else {
                wire[n++] = *p;
            }
        }
        snprintf(wire + n, sizeof wire - n, "\r\n");
        b->lines[b->n_lines] = strdup(wire);
        if (!b->lines[b->n_lines++])
            die("memory");
    }
    (void)fclose(f);
}

/* One reply: up to a line with a space behind its code. */
static bool reply(int fd)
{
    char buf[4096];
    size_t n = 0, line = 0;
    ssize_t got;

    while (n < sizeof buf) {
        got = read(fd, buf + n, sizeof buf - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        for (char *lf; (lf = memchr(buf + line, '\n', n - line));
             line = (size_t)(lf - buf) + 1)
            if (n - line > 3 && buf[line + 3] == ' ')
                return true;
    }
    return false;
}

static bool talk(const struct bench *b, int fd)
{
    char end[64];
    size_t n;

    for (int i = 0; i < b->n_lines; i++) {
        n = strlen(b->lines[i]);
        if (!reply(fd) || write(fd, b->lines[i], n) != (ssize_t)n)
            return false;
    }
    if (!reply(fd))
        return false;
    while (read(fd, end, sizeof end) > 0)
        ;
    return true;
}

/* ---- the ways to a server ---------------------------------------------- */

static int open_exec(struct bench *b)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        die("socketpair");
    b->pid = fork();
    if (b->pid == 0) {
        (void)dup2(pair[1], 0);
        (void)dup2(pair[1], 1);
        (void)close(pair[0]);
        (void)close(pair[1]);
        execvp(b->command[0], b->command);
        _exit(127);
    }
    (void)close(pair[1]);
    return pair[0];
}

static int open_port(const struct bench *b)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)b->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    return fd;
}

static void start_forks(struct bench *b)
{
    int control[2], status[2];
    uint32_t hello;

    b->name.sun_family = AF_UNIX;
    b->name_n = sizeof b->name;
    b->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(b->listener, (struct sockaddr *)&b->name, sizeof(short)) < 0 ||
        listen(b->listener, 8) < 0 ||
        getsockname(b->listener, (struct sockaddr *)&b->name, &b->name_n) <
            0 ||
        pipe(control) < 0 || pipe(status) < 0)
        die("socket");
    b->pid = fork();
    if (b->pid == 0) {
        (void)dup2(b->listener, LISTEN_FD);
        (void)dup2(control[0], CONTROL_FD);
        (void)dup2(status[1], STATUS_FD);
        for (int fd = 3; fd < LISTEN_FD; fd++)
            (void)close(fd);
        (void)setenv("LD_BIND_NOW", "1", 1); /* as smtpspec fuzz does */
        execvp(b->command[0], b->command);
        _exit(127);
    }
    (void)close(control[0]);
    (void)close(status[1]);
    b->control = control[1];
    b->status = status[0];
    if (read(b->status, &hello, sizeof hello) != sizeof hello)
        die("no hello");
}

static int open_fork(const struct bench *b)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    uint32_t word = 0;

    if (connect(fd, (const struct sockaddr *)&b->name, b->name_n) < 0 ||
        write(b->control, &word, sizeof word) != sizeof word ||
        read(b->status, &word, sizeof word) != sizeof word)
        die("fork server");
    return fd;
}

static double seconds_of(int who)
{
    struct rusage u;

    (void)getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static bool session(struct bench *b, bool exec)
{
    int fd = b->port ? open_port(b) : exec ? open_exec(b) : open_fork(b);
    uint32_t status;
    bool good = talk(b, fd);

    (void)close(fd);
    if (b->port)
        return good;
    if (exec)
        return waitpid(b->pid, NULL, 0) == b->pid && good;
    return read(b->status, &status, sizeof status) == sizeof status && good;
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    bool exec, forks;
    long sessions;

    if (argc < 4) {
        (void)fputs("usage: bench exec|forks|PORT SESSIONS SCRIPT "
                    "[COMMAND...]\n", stderr);
        return 2;
    }
    exec = strcmp(argv[1], "exec") == 0;
    forks = strcmp(argv[1], "forks") == 0;
    b.port = exec || forks ? 0 : (int)strtol(argv[1], NULL, 10);
    sessions = strtol(argv[2], NULL, 10);
    read_script(&b, argv[3]);
    b.command = argv + 4;
    if (forks)
        start_forks(&b);
    for (long i = 0; i < sessions; i++)
        if (!session(&b, exec))
            die("session");
    if (forks) {
        (void)close(b.control); /* it ends, and its time is ours */
        (void)waitpid(b.pid, NULL, 0);
    }
    for (int i = 0; i < b.n_lines; i++)
        free(b.lines[i]);
    printf("%.3f\n", seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN));
    return 0;
}
