/*
 * torture: the program against hostile servers, one run a way.
 *
 *   torture [--full] [--deadline S] PROGRAM [WAY...]   plays the ways
 *   torture --serve WAY PORTFILE                      only serves, ten minutes
 *
 * A run must end by itself within a deadline, with a status that is right for
 * such a server, in little memory, with all results in a report that can be
 * read, and no case may PASS by accident. Prints a line a run and ends with
 * "N passed, N failed".
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/clock.h"
#include "server/server.h"
#include "torture/torture.h"

#define DEADLINE  120 /* seconds a run */
#define SERVES    600
#define ARGS_MAX  40
#define TIMEOUT_S "0.2"

struct torture {
    const char *program;
    bool full;              /* all values of a way */
    unsigned deadline;      /* seconds a run */
    char dir[64];           /* of all that is written */
    char json[96], xml[96], out[96], ca[96], store[96];
    struct server *good;
    unsigned passed, failed;
};

/* ---- where everything is ------------------------------------------------ */

static bool write_file(const char *path, const char *s)
{
    FILE *f = fopen(path, "w");
    bool ok = f && fputs(s, f) >= 0;

    return f && fclose(f) == 0 && ok;
}

static bool open_dir(struct torture *t)
{
    const char *base = getenv("TMPDIR");

    snprintf(t->dir, sizeof t->dir, "%.40s/torture-XXXXXX",
             base ? base : "/tmp");
    if (!mkdtemp(t->dir))
        return false;
    snprintf(t->json, sizeof t->json, "%s/r.json", t->dir);
    snprintf(t->xml, sizeof t->xml, "%s/r.xml", t->dir);
    snprintf(t->out, sizeof t->out, "%s/out", t->dir);
    snprintf(t->ca, sizeof t->ca, "%s/ca.pem", t->dir);
    snprintf(t->store, sizeof t->store, "%s/store", t->dir);
    return mkdir(t->store, 0700) == 0;
}

static void empty_dir(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *e;

    while (dir && (e = readdir(dir)))
        unlinkat(dirfd(dir), e->d_name, 0); /* "." and ".." stay */
    if (dir)
        closedir(dir);
}

static void close_dir(const struct torture *t)
{
    empty_dir(t->store);
    rmdir(t->store);
    empty_dir(t->dir);
    rmdir(t->dir);
}

/* ---- one run ------------------------------------------------------------ */

struct args {
    const char *at[ARGS_MAX];
    size_t n;
};

static void add(struct args *a, const char *name, const char *value)
{
    a->at[a->n++] = name;
    if (value)
        a->at[a->n++] = value;
}

/* The command line of a run against that port. */
static void command(const struct torture *t, const struct way *way,
                    const char *target, const char *tls_port, struct args *a)
{
    *a = (struct args){0};
    add(a, t->program, "check");
    add(a, "--jobs", "8");
    add(a, "--timeout", way->timeout ? way->timeout : TIMEOUT_S);
    add(a, "--profile", "mx");
    add(a, "--helo", "client.example.test");
    add(a, "--from", "sender@example.com");
    add(a, "--rcpt", SERVER_USER);
    add(a, "--bad-rcpt", "nosuch@" SERVER_DOMAIN);
    add(a, "--foreign-rcpt", "someone@elsewhere.invalid");
    add(a, "--user", SERVER_USER);
    add(a, "--tls-ca", t->ca);
    add(a, "--delivery", t->store);
    add(a, "--json", t->json);
    add(a, "--junit", t->xml);
    if (way->only)
        add(a, "--select", way->only);
    add(a, "--tls-port", tls_port);
    add(a, target, NULL);
}

static void play(const struct torture *t, const struct way *way,
                 uint16_t port, uint16_t tls_port, struct victim *v)
{
    struct args a;
    char target[64], tls[8];

    snprintf(target, sizeof target, "%s://127.0.0.1:%u",
             way->scheme ? way->scheme : "smtp", port);
    snprintf(tls, sizeof tls, "%u", tls_port);
    unlink(t->json);
    unlink(t->xml);
    command(t, way, target, tls, &a);
    victim_run(v, (char *const *)(uintptr_t)a.at, t->out, t->deadline);
}

/* How many results a run of that way has: nobody listens at port 1. */
static size_t count_cases(const struct torture *t, const struct way *way)
{
    struct victim v;

    play(t, way, 1, 1, &v);
    return report_cases(t->json);
}

static bool run(struct torture *t, const struct way *way, unsigned arg)
{
    size_t cases = count_cases(t, way);
    uint16_t good = server_port(t->good);
    struct victim v;
    struct host h;
    char why[400] = "no results are to be had";
    bool ok;

    if (!host_start(&h, way, arg, good, why, sizeof why)) {
        printf("FAIL %s %u: %s\n", way->name, arg, why);
        return false;
    }
    if (way->tls_port)
        play(t, way, good, h.port, &v);
    else
        play(t, way, h.port, server_tls_port(t->good), &v);
    host_stop(&h);
    ok = cases > 0 && report_check(way, t->json, &v, cases, why, sizeof why);
    printf("%s %-18s %4u  exit %d %6.1f s %4ld MiB%s%s\n",
           ok ? "ok  " : "FAIL", way->name, arg, v.exit, v.seconds,
           v.kib / 1024, ok ? "" : "  ", ok ? "" : why);
    fflush(stdout);
    return ok;
}

static void run_way(struct torture *t, const struct way *way)
{
    unsigned step = t->full || !way->stride ? 1 : way->stride;

    for (unsigned arg = way->from; arg <= way->to; arg += step) {
        if (run(t, way, arg))
            t->passed++;
        else
            t->failed++;
    }
}

/* ---- the program -------------------------------------------------------- */

static bool start(struct torture *t)
{
    struct server_config sc = {.bind = "127.0.0.1",
                               .implicit_tls = true,
                               .max_sessions = 256};
    char err[256] = "no folder for what is written";

    if (!open_dir(t)) {
        fprintf(stderr, "torture: %s\n", err);
        return false;
    }
    sc.store = t->store;
    t->good = server_start(&sc, err, sizeof err);
    if (!t->good || !write_file(t->ca, server_ca_pem(t->good)) ||
        setenv("SMTPSPEC_PASSWORD", SERVER_PASSWORD, 1) != 0) {
        fprintf(stderr, "torture: %s\n", err);
        return false;
    }
    return true;
}

static int torture(struct torture *t, char **names, size_t n)
{
    if (!start(t))
        return 2;
    for (size_t i = 0; n == 0 && way_at(i); i++)
        run_way(t, way_at(i));
    for (size_t i = 0; i < n; i++) {
        const struct way *way = way_find(names[i]);
        if (way)
            run_way(t, way);
        else
            fprintf(stderr, "torture: %s: no such way\n", names[i]);
        t->failed += !way;
    }
    server_stop(t->good);
    close_dir(t);
    printf("%u passed, %u failed\n", t->passed, t->failed);
    return t->failed ? 1 : 0;
}

/* Serves one raw way, for other tests. */
static int serve(const char *name, const char *file)
{
    const struct way *way = way_find(name);
    struct host h;
    char err[256] = "no such way that is a server by itself", text[16];
    char part[256];

    if (!way || !way->raw || !host_start(&h, way, 0, 0, err, sizeof err)) {
        fprintf(stderr, "torture: %s: %s\n", name, err);
        return 2;
    }
    snprintf(part, sizeof part, "%s.new", file);
    snprintf(text, sizeof text, "%u", h.port);
    if (!write_file(part, text) || rename(part, file) != 0) {
        fprintf(stderr, "torture: %s cannot be written\n", file);
        return 2;
    }
    sleep(SERVES);
    host_stop(&h);
    return 0;
}

int main(int argc, char **argv)
{
    struct torture t = {.deadline = DEADLINE};
    int at = 1;

    signal(SIGPIPE, SIG_IGN);
    if (argc == 4 && strcmp(argv[1], "--serve") == 0)
        return serve(argv[2], argv[3]);
    if (at < argc && strcmp(argv[at], "--full") == 0) {
        t.full = true;
        at++;
    }
    if (at + 1 < argc && strcmp(argv[at], "--deadline") == 0) {
        t.deadline = (unsigned)strtoul(argv[at + 1], NULL, 10);
        at += 2;
    }
    if (at >= argc || argv[at][0] == '-' || t.deadline == 0) {
        fputs("usage: torture [--full] [--deadline S] PROGRAM [WAY]...\n"
              "       torture --serve WAY PORTFILE\n",
              stderr);
        return 2;
    }
    t.program = argv[at];
    return torture(&t, argv + at + 1, (size_t)(argc - at - 1));
}
