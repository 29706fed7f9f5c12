/*
 * fake: a server that does what a table says.
 */
#include "tests/script/fake.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE (30 * NET_S)

static struct net_conn *now(struct fake *f)
{
    return f->conns[f->at];
}

static void take(struct fake *f)
{
    struct net_conn_options o = {.tls = f->tls, .stop_fd = -1};
    int fd = net_accept(f->listen_fd, net_deadline(PATIENCE), -1);

    if (fd < 0 || f->n == 4)
        return;
    f->at = f->n;
    f->conns[f->n++] = net_conn_adopt(fd, &o);
}

static void send_octets(struct fake *f, const char *p, size_t n)
{
    if (now(f))
        (void)net_conn_write(now(f), p, n, net_deadline(PATIENCE));
}

/* Moves what was read up to n octets to got. */
static void keep(struct fake *f, size_t n)
{
    struct smtp_span p = net_conn_pending(now(f));
    size_t room = sizeof(f->got) - 1 - f->got_n;

    n = n < p.n ? n : p.n;
    memcpy(f->got + f->got_n, p.p, n < room ? n : room);
    f->got_n += n < room ? n : room;
    net_conn_consume(now(f), n);
}

/* Reads until `end` was seen; more stays pending. */
static void read_to(struct fake *f, const char *end)
{
    size_t len = strlen(end);

    while (now(f)) {
        struct smtp_span p = net_conn_pending(now(f));
        char *at = p.n ? memmem(p.p, p.n, end, len) : NULL;
        if (at) {
            keep(f, (size_t)(at - p.p) + len);
            return;
        }
        if (net_conn_read(now(f), net_deadline(PATIENCE)) != NET_OK)
            return;
        f->last = net_now();
        f->first = f->first ? f->first : f->last;
        f->reads++;
    }
}

static void read_end(struct fake *f)
{
    while (now(f) && net_conn_read(now(f), net_deadline(PATIENCE)) == NET_OK)
        keep(f, (size_t)-1);
}

static void end(struct fake *f, bool reset)
{
    struct linger l = {1, 0};

    if (!now(f))
        return;
    if (reset)
        setsockopt(net_conn_fd(now(f)), SOL_SOCKET, SO_LINGER, &l, sizeof(l));
    net_conn_close(now(f));
    f->conns[f->at] = NULL;
}

static void flood(struct fake *f)
{
    static char block[65536];

    memset(block, 'a', sizeof(block));
    for (int i = 0; now(f) && i < 16384; i++) {
        if (net_conn_write(now(f), block, sizeof(block),
                           net_deadline(PATIENCE)) != NET_OK)
            return;
        f->flooded += sizeof(block);
    }
}

static void dribble(struct fake *f)
{
    for (int i = 0; now(f) && i < 250; i++) {
        if (net_conn_write(now(f), "2", 1, net_deadline(PATIENCE)) != NET_OK)
            return;
        usleep(20000);
    }
}

static void act(struct fake *f, const char *a)
{
    switch (a[0]) {
    case '>': send_octets(f, a + 1, strlen(a + 1)); break;
    case '<': read_to(f, "\n"); break;
    case '.': read_to(f, "\r\n.\r\n"); break;
    case '~': usleep((useconds_t)atoi(a + 1) * 1000); break;
    case 'x': end(f, false); break;
    case 'r': end(f, true); break;
    case 't': (void)net_conn_starttls(now(f), net_deadline(PATIENCE)); break;
    case 'a': take(f); break;
    case '@': f->at = (size_t)atoi(a + 1); break;
    case 'f': flood(f); break;
    case '0': send_octets(f, "250 a\0b\r\n", 9); break;
    case '1': dribble(f); break;
    case 'e': read_end(f); break;
    default: abort();
    }
}

static void *serve(void *arg)
{
    struct fake *f = arg;

    take(f);
    for (size_t i = 0; f->acts[i]; i++)
        act(f, f->acts[i]);
    for (f->at = 0; f->at < f->n; f->at++)
        end(f, false);
    return NULL;
}

void fake_start(struct fake *f, const char *const *acts,
                struct script_env *env, struct net_target *target)
{
    char err[256], text[64];

    *f = (struct fake){.acts = acts, .tls = f->tls};
    f->listen_fd = net_listen("127.0.0.1", &f->port, err, sizeof(err));
    cr_assert_geq(f->listen_fd, 0, "%s", err);
    snprintf(text, sizeof(text), "127.0.0.1:%u", f->port);
    cr_assert_eq(net_target_parse(text, target, err, sizeof(err)), 0, "%s",
                 err);
    env->target = target;
    env->stop_fd = env->stop_fd ? env->stop_fd : -1;
    env->timeout = env->timeout ? env->timeout : 20 * NET_S;
    const char **texts[] = {&env->helo, &env->from, &env->rcpt,
                            &env->bad_rcpt, &env->foreign_rcpt, &env->user,
                            &env->password, &env->token};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (!*texts[i])
            *texts[i] = "client.example";
    cr_assert_eq(pthread_create(&f->thread, NULL, serve, f), 0);
}

void fake_stop(struct fake *f)
{
    pthread_join(f->thread, NULL);
    close(f->listen_fd);
}

static void on_error(void *ctx, const struct script_error *e)
{
    cr_expect(false, "%s: %s:%u:%u: %s", (const char *)ctx, e->file, e->line,
              e->column, e->message);
}

struct script_set *fake_script(const char *level, const char *steps)
{
    struct script_set *s = script_set_new();
    char *text;

    cr_assert(s);
    /* The steps begin in line 5. */
    int n = asprintf(&text, "case: rfc5321/1/test\ntitle: t\nspec: RFC5321 1\n"
                     "level: %s\n%s", level, steps);
    cr_assert_gt(n, 0);
    cr_expect_eq(script_parse(s, "t.smtp", smtp_span_of(text, (size_t)n),
                              on_error, (void *)steps), 0);
    cr_assert_eq(script_count(s), 1, "%s", steps);
    free(text);
    return s;
}
