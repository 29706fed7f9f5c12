#include "tests/check/fake.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check/catalogue.h"

struct conn {
    struct fake *f;
    unsigned number;
    int fd;
};

unsigned fake_ms(uint64_t since)
{
    return (unsigned)((net_now() - since) / NET_MS);
}

bool fake_send(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

bool fake_ends(struct fake *f, int ms)
{
    struct pollfd p = {.fd = f->stop[0], .events = POLLIN};

    return poll(&p, 1, ms) > 0;
}

/* One line without its CRLF; false at the end. */
static bool read_line(struct conn *c, char *line, size_t cap)
{
    size_t n = 0;

    for (;;) {
        struct pollfd p[2] = {{.fd = c->fd, .events = POLLIN},
                              {.fd = c->f->stop[0], .events = POLLIN}};
        char x;

        poll(p, 2, -1);
        if (p[1].revents || recv(c->fd, &x, 1, 0) != 1)
            return false;
        if (x == '\n')
            break;
        if (n + 1 < cap)
            line[n++] = x;
    }
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = '\0';
    return true;
}

static const char *polite(const struct fake *f, const char *line)
{
    static const struct {
        const char *verb, *reply;
    } table[] = {
        {"EHLO", "250 fake.example.test\r\n"},
        {"HELO", "250 fake.example.test\r\n"},
        {"MAIL", "250 ok\r\n"},
        {"RCPT", "250 ok\r\n"},
        {"NOOP", "250 ok\r\n"},
        {"RSET", "250 ok\r\n"},
        {"DATA", "354 go on\r\n"},
        {"VRFY", "252 perhaps\r\n"},
        {"HELP", "214 no\r\n"},
        {"QUIT", "221 bye\r\n"},
    };

    if (line[0] == '\0')
        return "220 fake.example.test ready\r\n";
    if (strcmp(line, ".") == 0)
        return "250 taken\r\n";
    if (f->ehlo && strncasecmp(line, "EHLO", 4) == 0)
        return f->ehlo;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strncasecmp(line, table[i].verb, 4) == 0)
            return table[i].reply;
    return "500 what?\r\n";
}

/* False: the connection is over. */
static bool answer(struct conn *c, const char *line, bool *content)
{
    const char *reply = c->f->act ? c->f->act(c->f, c->number, line) : NULL;

    if (reply == FAKE_POLITE)
        reply = polite(c->f, line);
    if (strcmp(reply, FAKE_SILENT) == 0)
        return true;
    if (strcmp(reply, FAKE_RESET) == 0) {
        struct linger l = {1, 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
        return false;
    }
    if (strcmp(reply, FAKE_CLOSE) == 0)
        return false;
    *content = strncmp(reply, "354", 3) == 0;
    return fake_send(c->fd, reply, strlen(reply)) &&
           strncmp(reply, "421", 3) != 0 && strncmp(reply, "221", 3) != 0;
}

static void talk(struct conn *c)
{
    char line[2048] = "";
    bool content = false;

    if (!answer(c, "", &content))
        return;
    while (read_line(c, line, sizeof line))
        if ((!content || strcmp(line, ".") == 0) && !answer(c, line, &content))
            return;
}

static void *conn_main(void *arg)
{
    struct conn *c = arg;
    struct fake *f = c->f;
    unsigned now = atomic_fetch_add(&f->active, 1) + 1;
    unsigned most = atomic_load(&f->most);

    while (now > most && !atomic_compare_exchange_weak(&f->most, &most, now))
        ;
    if (atomic_load(&f->gone))
        ;
    else if (f->raw)
        f->raw(f, c->number, c->fd);
    else
        talk(c);
    atomic_fetch_sub(&f->active, 1);
    close(c->fd);
    free(c);
    return NULL;
}

static void *fake_main(void *arg)
{
    struct fake *f = arg;

    for (;;) {
        struct pollfd p[2] = {{.fd = f->listen_fd, .events = POLLIN},
                              {.fd = f->stop[0], .events = POLLIN}};
        struct conn *c;

        poll(p, 2, -1);
        if (p[1].revents || p[0].revents & ~POLLIN)
            return NULL;
        c = malloc(sizeof *c);
        *c = (struct conn){f, atomic_load(&f->conns),
                           accept(f->listen_fd, NULL, NULL)};
        if (c->fd < 0 || c->number == FAKE_CONNS) {
            free(c);
            return NULL;
        }
        pthread_create(&f->conn[c->number], NULL, conn_main, c);
        atomic_fetch_add(&f->conns, 1);
    }
}

void fake_start(struct fake *f)
{
    char err[256] = "";

    cr_assert_eq(pipe(f->stop), 0);
    f->port = 0;
    f->listen_fd = net_listen("127.0.0.1", &f->port, err, sizeof err);
    cr_assert_geq(f->listen_fd, 0, "%s", err);
    cr_assert_eq(pthread_create(&f->thread, NULL, fake_main, f), 0);
}

/* A socket that stops listening gives its port back, and another test would
 * be given it, and answer: so it takes the port again. */
void fake_refuse(struct fake *f)
{
    struct sockaddr_storage own;
    socklen_t n = sizeof own;

    atomic_store(&f->gone, true);
    if (getsockname(f->listen_fd, (struct sockaddr *)&own, &n) != 0)
        return;
    shutdown(f->listen_fd, SHUT_RDWR);
    if (bind(f->listen_fd, (struct sockaddr *)&own, n) != 0)
        perror("fake_refuse: bind");
}

void fake_stop(struct fake *f)
{
    cr_assert_eq(write(f->stop[1], "x", 1), 1);
    pthread_join(f->thread, NULL);
    for (unsigned i = 0; i < atomic_load(&f->conns); i++)
        pthread_join(f->conn[i], NULL);
    close(f->listen_fd);
    close(f->stop[0]);
    close(f->stop[1]);
}

struct check_config fake_config(const struct fake *f)
{
    struct check_config cfg = {.target_text = "fake",
                               .profile = CHECK_PROFILE_MX,
                               .level = SMTP_LEVEL_MAY,
                               .helo = "client.example.test",
                               .from = "a@example.test",
                               .rcpt = "b@example.test",
                               .jobs = 1,
                               .timeout = FAKE_PATIENCE,
                               .confirm = 1,
                               .complete = true,
                               .stop_fd = -1};

    cfg.target.scheme = NET_SMTP;
    cfg.target.port = f->port;
    snprintf(cfg.target.host, sizeof cfg.target.host, "127.0.0.1");
    return cfg;
}

static void say_error(void *ctx, const struct script_error *e)
{
    (void)ctx;
    fprintf(stderr, "%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

void fake_probe(struct fake *f, enum check_profile profile, const char *rcpt,
                struct probe *out)
{
    struct check_config cfg;

    fake_start(f);
    cfg = fake_config(f);
    cfg.profile = profile;
    cfg.rcpt = rcpt;
    probe_run(&cfg, NULL, out);
}

struct script_set *fake_suite(const char *text)
{
    struct script_set *s = script_set_new();
    int wrong = script_parse(s, "suite.smtp", smtp_span_of(text, strlen(text)),
                             say_error, NULL);

    cr_assert_eq(wrong, 0, "%d mistakes in the suite", wrong);
    return s;
}

void fake_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "w");
    cr_assert_not_null(f, "%s: %s", path, strerror(errno));
    fputs(text, f);
    fclose(f);
}

struct catalogue *fake_catalogue(void)
{
    char dir[] = "/tmp/check-test-XXXXXX", path[64], err[256] = "";
    struct catalogue *c;

    cr_assert_not_null(mkdtemp(dir));
    fake_file(dir, "requirements.tsv",
              "id\trfc\tsection\tlevel\tparty\trequirement\tobservable\t"
              "reason\n"
              "R-1\tRFC5321\t4.1\tMUST\tserver\tThe first\treply\n"
              "R-2\tRFC5321\t4.2\tMUST\tserver\tThe second\treply\n"
              "R-3\tRFC5321\t4.3\tMUST\tserver\tThe third\tnone\tso\n"
              "R-4\tRFC5321\t4.4\tMUST\tserver\tThe fourth\treply\n"
              "R-5\tRFC5321\t4.5\tMUST\tclient\tThe fifth\treply\n");
    fake_file(dir, "replycodes.tsv",
              "command\tcode\tsection\n"
              "(connect)\t220\tRFC5321 4.3.2\n"
              "(connect)\t554\tRFC5321 3.1\n"
              "EHLO HELO\t250\tRFC5321 4.3.2\n"
              "MAIL\t250\tRFC5321 4.3.2\n"
              "MAIL\t503\tRFC5321 4.3.2\n"
              "RCPT\t250\tRFC5321 4.3.2\n"
              "RCPT\t454\tnot in the text, but common\n"
              "DATA\t354\tRFC5321 4.3.2\n"
              "(end of data)\t250\tRFC5321 4.3.2\n"
              "VRFY\t252\tRFC5321 4.3.2\n"
              "AUTH\t334\tRFC4954 4\n"
              "QUIT\t221\tRFC5321 4.3.2\n"
              "(any)\t421\tRFC5321 4.2.2\n"
              "(any but QUIT)\t500\tRFC5321 4.2.2\n"
              "(any but QUIT RSET)\t502\tRFC5321 4.2.2\n");
    fake_file(dir, "iana.tsv",
              "registry\tname\n"
              "smtp-service-extension\tSIZE\n"
              "smtp-service-extension\tDSN\n"
              "smtp-service-extension\tLIMITS\n"
              "smtp-service-extension\tAUTH\n"
              "smtp-server-limit\tMAILMAX\n"
              "private-keyword\tPIPECONNECT\n");
    c = catalogue_load(dir, err, sizeof err);
    cr_assert_not_null(c, "%s", err);
    snprintf(path, sizeof path, "%s/requirements.tsv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/replycodes.tsv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/iana.tsv", dir);
    unlink(path);
    rmdir(dir);
    return c;
}
