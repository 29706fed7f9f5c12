/*
 * player: plays the suite against each mutant, in a process of its own; a
 * mutant may crash, or never end.
 *
 *   player SUITE PLACES JOBS OUT <LIST
 *
 * PLACES is how many there are. A row of OUT: the mutant's number, what became
 * of it, the case that decided, the service, the verdict, how many plays it
 * took. LIST has the numbers to be played and how many passes (player.h), one
 * a line.
 */
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check/probe.h"
#include "mutants/player.h"

#define JOBS_MAX 8
#define ROWS_MAX 10000 /* mutants in one run */
/* What a mutant may take. */
#define CPU_S    60  /* seconds of processor time */
#define WALL_S   400 /* and of any time */
#define FILE_MAX ((rlim_t)64 << 20) /* octets of a file: it may store without
                                       an end */

struct child {
    pid_t pid; /* 0: none */
    int mutant;
    uint64_t until;
};

struct run {
    struct player pl;
    const char *path; /* of OUT */
    FILE *out;
    struct child child[JOBS_MAX];
    int jobs;
    char tmp[64]; /* the folder of the child that is started next */
};

static void say_error(void *ctx, const struct script_error *e)
{
    (void)ctx;
    fprintf(stderr, "%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static bool load(struct player *pl, const char *dir)
{
    char err[512];

    pl->suite = script_set_new();
    pl->catalogue = catalogue_load(dir, err, sizeof err);
    if (!pl->catalogue) {
        fprintf(stderr, "mutants: %s\n", err);
        return false;
    }
    return pl->suite && script_load(pl->suite, dir, say_error, NULL) == 0;
}

/* ---- processes ----------------------------------------------------------- */

static void play_here(struct run *r, int mutant, int passes)
{
    const struct rlimit cpu = {CPU_S, CPU_S + 5};
    const struct rlimit file = {FILE_MAX, FILE_MAX};

    if (setrlimit(RLIMIT_CPU, &cpu) != 0 ||
        setrlimit(RLIMIT_FSIZE, &file) != 0 || mkdir(r->tmp, 0700) != 0 ||
        setenv("TMPDIR", r->tmp, 1) != 0)
        _exit(2);
    player_mutant(&r->pl, mutant, passes, r->out);
    _exit(0);
}

static void name_folder(struct run *r, int mutant)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(r->tmp, sizeof r->tmp, "%s/%d", tmp ? tmp : "/tmp", mutant);
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void start(struct run *r, struct child *c, int mutant, int passes)
{
    pid_t pid;

    name_folder(r, mutant);
    pid = fork();
    if (pid == 0)
        play_here(r, mutant, passes);
    *c = (struct child){pid, mutant, net_deadline(WALL_S * NET_S)};
    if (pid < 0) {
        perror("mutants: fork");
        exit(2);
    }
}

/* A row for a mutant that could write none itself. */
static void write_end(struct run *r, int mutant, const char *what)
{
    fprintf(r->out, "%d\t%s\t-\t-\t-\t0\t-1\n", mutant, what);
    fflush(r->out);
}

static void reap(struct run *r, struct child *c, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        write_end(r, c->mutant, "hang");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
        write_end(r, c->mutant, "flood");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        write_end(r, c->mutant, "late");
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        write_end(r, c->mutant, "crash");
    name_folder(r, c->mutant);
    (void)nftw(r->tmp, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    c->pid = 0;
}

/* Lets those that found something first next time. */
static void count_kills(struct run *r)
{
    char line[512], outcome[32];
    long task;
    FILE *in = fopen(r->path, "r");

    for (size_t i = 0; i < r->pl.n; i++)
        r->pl.tasks[i].kills = 0;
    while (in && fgets(line, sizeof line, in)) {
        const char *last = strrchr(line, '\t');
        if (last && sscanf(line, "%*d %31s", outcome) == 1 &&
            strcmp(outcome, "found") == 0 && (task = atol(last)) >= 0 &&
            (size_t)task < r->pl.n)
            r->pl.tasks[task].kills++;
    }
    if (in)
        fclose(in);
}

/* A child that is free, once one is. */
static struct child *wait_free(struct run *r, bool all)
{
    for (;;) {
        struct child *idle = NULL;
        int busy = 0;
        for (int i = 0; i < r->jobs; i++) {
            struct child *c = &r->child[i];
            int status;
            if (c->pid && waitpid(c->pid, &status, WNOHANG) == c->pid)
                reap(r, c, status);
            else if (c->pid && net_now() > c->until)
                kill(c->pid, SIGKILL);
            busy += c->pid != 0;
            if (!c->pid)
                idle = c;
        }
        if (all ? busy == 0 : idle != NULL)
            return idle;
        usleep(5000);
    }
}

struct todo {
    int mutant, passes;
    size_t plays; /* that its survival would take */
};

/* Those that are played quickly come first. */
static int order(const void *a, const void *b)
{
    const struct todo *x = a, *y = b;

    return x->plays < y->plays ? -1 : x->plays > y->plays;
}

/* What is to be played: lines of a mutant's number and how many passes. */
static void play_list(struct run *r, FILE *list)
{
    char line[32];
    static struct todo todo[ROWS_MAX];
    int n = 0;

    while (n < ROWS_MAX && fgets(line, sizeof line, list)) {
        struct todo *t = &todo[n];
        if (sscanf(line, "%d %d", &t->mutant, &t->passes) != 2 ||
            t->mutant < 0 || t->mutant > r->pl.places ||
            player_settled(&r->pl, t->mutant, r->out))
            continue;
        t->plays = player_reach(&r->pl, t->mutant);
        n++;
    }
    qsort(todo, (size_t)n, sizeof *todo, order);
    fprintf(stderr, "mutants: %d make a difference\n", n);
    for (int i = 0; i < n; i++) {
        struct child *c = wait_free(r, false);
        if (i % 20 == 0)
            count_kills(r);
        start(r, c, todo[i].mutant, todo[i].passes);
    }
    (void)wait_free(r, true);
}

int main(int argc, char **argv)
{
    static struct run r;

    if (argc != 5) {
        fprintf(stderr, "usage: player SUITE PLACES JOBS OUT <LIST\n");
        return 2;
    }
    r.pl.places = atoi(argv[2]);
    r.jobs = atoi(argv[3]);
    r.path = argv[4];
    r.out = fopen(r.path, "a");
    if (r.jobs < 1 || r.jobs > JOBS_MAX || r.pl.places < 1 || !r.out ||
        !result_init(&r.pl.result) || !load(&r.pl, argv[1])) {
        fprintf(stderr, "mutants: cannot start\n");
        return 2;
    }
    if (!player_record(&r.pl))
        return 2;
    play_list(&r, stdin);
    return 0;
}
