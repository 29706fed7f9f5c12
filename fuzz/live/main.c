/*
 * smtpspec-fuzz: what `smtpspec fuzz` runs. It starts the workers, shows how
 * far they are, ends them, and sums up.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/service.h"
#include "cli/stop.h"
#include "cli/suite.h"
#include "live/pending.h"
#include "disk.h"
#include "one.h"
#include "status.h"
#include "worker.h"

struct fuzz {
    struct cli_options o;
    struct cli_service service;
    struct worker_options worker; /* what all of them have */
    struct worker_shared *shared; /* of each */
    pid_t pids[64];
    int stop_fd;
    char seeds[PATH_MAX];
};

static int say(const char *what, const char *which, const char *expected)
{
    fprintf(stderr, "smtpspec fuzz: %s%s%s%s\n", what, which,
            expected[0] ? ": expected " : "", expected);
    return CLI_USAGE;
}

/* ---- what is asked for ------------------------------------------------- */

static int make_folder(const char *path)
{
    struct stat st;

    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return say(path, ": cannot be made", strerror(errno));
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return say(path, "", "a folder");
    return CLI_OK;
}

static int choose_oracles(struct fuzz *f)
{
    const struct check_patterns *off = &f->o.fuzz.without;
    int n;

    f->worker.engine.oracles = (1u << LIVE_ORACLES) - 1;
    for (size_t i = 0; i < off->n; i++) {
        n = live_oracle_find(off->at[i]);
        if (n < 0)
            return say("--no-oracle: no oracle ", off->at[i],
                       "one of those in --help");
        f->worker.engine.oracles &= ~(1u << n);
    }
    return CLI_OK;
}

/* Without --seeds, those that come with the suite. */
static int choose_seeds(struct fuzz *f)
{
    struct check_patterns *seeds = &f->o.fuzz.seeds;
    size_t room = sizeof f->seeds - sizeof "/seeds";

    if (seeds->n > 0)
        return CLI_OK;
    if (!cli_suite_find(f->o.suite, f->seeds, room, "fuzz", stderr))
        return CLI_USAGE;
    memcpy(f->seeds + strlen(f->seeds), "/seeds", sizeof "/seeds");
    if (access(f->seeds, R_OK) == 0)
        seeds->at[seeds->n++] = f->seeds;
    return CLI_OK;
}

static int check_target(const struct fuzz *f)
{
    const struct check_config *cfg = &f->o.cfg;

    if (f->service.unusable[0]) {
        (void)say(f->service.unusable, "", "");
        return CLI_UNABLE;
    }
    if (f->o.remote && cfg->max_rate <= 0)
        return say("--remote", "", "--max-rate with it: a server of others "
                                   "is not fuzzed at full speed");
    if (f->o.fuzz.fork_server && cfg->target.scheme != NET_EXEC)
        return say("--fork-server", "", "a target exec:COMMAND");
    if (f->o.fuzz.server && cfg->target.scheme == NET_EXEC)
        return say("--server", "", "a target that it serves, not exec:");
    if (f->o.fuzz.server && f->o.fuzz.workers > 1)
        return say("--server", "", "one worker: it starts the server again");
    return CLI_OK;
}

/* Whether that is the kind of service: as asked for, or by the scheme. */
static bool is(const struct check_config *cfg, enum check_profile profile,
               enum net_scheme scheme)
{
    if (cfg->profile != CHECK_PROFILE_AUTO)
        return cfg->profile == profile;
    return cfg->target.scheme == scheme;
}

static void describe_engine(struct fuzz *f)
{
    const struct check_config *cfg = &f->o.cfg;
    struct live_engine_options *e = &f->worker.engine;

    e->exec = (struct live_exec_options){
        .target = &cfg->target,
        .tls = cfg->tls,
        .stop_fd = f->stop_fd,
        .timeout = cfg->timeout,
        .fork_server = f->o.fuzz.fork_server ? cfg->target.path : NULL,
    };
    e->dialogue = (struct live_dialogue_options){
        .lmtp = is(cfg, CHECK_PROFILE_LMTP, NET_LMTP),
        .must_auth = is(cfg, CHECK_PROFILE_SUBMISSION, NET_SUBMISSION),
        .timeout = cfg->timeout,
    };
    e->folder = f->o.fuzz.findings ? f->o.fuzz.findings : "findings";
    e->tool = "smtpspec " SMTPSPEC_VERSION;
    e->target = cfg->target_text;
    e->server = f->o.fuzz.server;
    e->minimise = 4000;
    /* The run is to find more. Who asks for one finding has time. */
    e->minimise_time = (f->o.fuzz.minimise ? 600 : 20) * NET_S;
    e->memory = (f->o.fuzz.memory ? f->o.fuzz.memory : 128) << 20;
    e->pid = (pid_t)f->o.fuzz.pid;
    if (cfg->max_rate > 0)
        e->pause = (uint64_t)((double)NET_S * f->o.fuzz.workers /
                              cfg->max_rate);
    f->worker.o = &f->o;
    f->worker.corpus =
        f->o.fuzz.corpus ? f->o.fuzz.corpus : "smtpspec-corpus";
}

static int prepare(struct fuzz *f, int argc, char **argv)
{
    int rc = cli_options_read(&f->o, CLI_FOR_FUZZ, argc, argv, stderr);

    if (rc == CLI_OK && f->o.n_args != 1)
        rc = say("", "", "one TARGET; smtpspec fuzz --help tells more");
    if (rc == CLI_OK)
        rc = cli_service_open(&f->service, &f->o, f->o.args[0], "fuzz",
                              stderr);
    if (rc == CLI_OK)
        rc = check_target(f);
    if (rc == CLI_OK)
        rc = choose_oracles(f);
    if (rc != CLI_OK)
        return rc;
    if (f->o.fuzz.workers == 0)
        f->o.fuzz.workers = 1;
    describe_engine(f);
    rc = choose_seeds(f);
    if (rc == CLI_OK)
        rc = make_folder(f->worker.engine.folder);
    if (rc == CLI_OK && !f->o.fuzz.reproduce && !f->o.fuzz.minimise)
        rc = make_folder(f->worker.corpus);
    return rc;
}

/* ---- workers ----------------------------------------------------------- */

/* What libFuzzer says is for us when something is wrong with it. */
static void quieten(const struct fuzz *f)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (!f->o.verbose && null >= 0)
        (void)dup2(null, 2);
    if (null >= 0)
        (void)dup2(null, 1);
}

static _Noreturn void be_worker(struct fuzz *f, unsigned number, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(3);
    f->worker.number = number;
    f->worker.of = f->o.fuzz.workers;
    f->worker.shared = &f->shared[number];
    f->worker.engine.postpone = true;
    cli_stop_close();
    f->worker.engine.exec.stop_fd = cli_stop_open();
    quieten(f);
    exit(worker_run(&f->worker));
}

static bool start_workers(struct fuzz *f)
{
    pid_t parent = getpid();

    for (unsigned i = 0; i < f->o.fuzz.workers; i++) {
        f->pids[i] = fork();
        if (f->pids[i] == 0)
            be_worker(f, i, parent);
        if (f->pids[i] < 0)
            return false;
    }
    return true;
}

/* How many still run; the others are reaped. */
static unsigned running(struct fuzz *f, int *worst)
{
    unsigned n = 0;
    int status;

    for (unsigned i = 0; i < f->o.fuzz.workers; i++) {
        if (f->pids[i] <= 0)
            continue;
        if (waitpid(f->pids[i], &status, WNOHANG) == 0) {
            n++;
            continue;
        }
        f->pids[i] = 0;
        if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0)
            *worst = CLI_UNABLE;
    }
    return n;
}

static void tell_workers(const struct fuzz *f, int sig)
{
    for (unsigned i = 0; i < f->o.fuzz.workers; i++)
        if (f->pids[i] > 0)
            (void)kill(f->pids[i], sig);
}

static bool interrupted(const struct fuzz *f)
{
    short revents;

    return f->stop_fd >= 0 && net_wait(f->stop_fd, POLLIN, -1, net_now(),
                                       &revents) == NET_OK;
}

/* Whether what was written is more than the run may write. Looked at now and
 * then: a worker writes some kilobytes a second at most. */
static bool disk_is_full(const struct fuzz *f, uint64_t *next)
{
    uint64_t most = (f->o.fuzz.disk ? f->o.fuzz.disk : 1024) << 20;

    if (net_now() < *next)
        return false;
    *next = net_deadline(2 * NET_S);
    if (disk_used(f->worker.corpus) + disk_used(f->worker.engine.folder) <=
        most)
        return false;
    fprintf(stderr,
            "smtpspec fuzz: %s and %s take more than %" PRIu64
            " MiB: the run ends (see --max-disk)\n",
            f->worker.corpus, f->worker.engine.folder, most >> 20);
    return true;
}

/* Shows the status until no worker is left. True when it was interrupted. */
static bool watch(struct fuzz *f, struct status *st, int *worst)
{
    uint64_t kill_at = UINT64_MAX, look_at = 0;
    bool stopped = false, asked = false;

    while (running(f, worst) > 0) {
        (void)net_sleep_until(net_deadline(200 * NET_MS),
                              stopped ? -1 : f->stop_fd);
        status_show(st, false);
        if (!stopped && interrupted(f))
            stopped = asked = true;
        else if (!asked && disk_is_full(f, &look_at))
            asked = true;
        if (asked && kill_at == UINT64_MAX) {
            tell_workers(f, SIGTERM);
            kill_at = net_deadline(10 * NET_S + 4 * f->o.cfg.timeout);
        }
        if (net_now() > kill_at)
            tell_workers(f, SIGKILL);
    }
    return stopped || interrupted(f);
}

/* What a run left behind that was killed, before the workers have findings of
 * their own, and what these postponed, behind them. It takes a minute at most;
 * the rest stays for the next run. False: the run is to end. */
static bool settle_pending(struct fuzz *f)
{
    struct live_engine_options *o = &f->worker.engine;
    struct live_engine *e;
    bool goes_on;

    if (!live_pending_any(o->folder))
        return true;
    f->worker.shared = &f->shared[0];
    e = worker_engine(&f->worker, f->shared[0].error,
                      sizeof f->shared[0].error);
    if (!e)
        return false;
    o->stats = &f->shared[0].stats;
    goes_on = live_pending_settle(e, o, net_deadline(60 * NET_S));
    live_engine_free(e);
    return goes_on;
}

static int fuzz(struct fuzz *f)
{
    struct status st;
    int worst = CLI_OK;
    bool stopped;

    status_begin(&st, f->shared, f->o.fuzz.workers,
                 f->o.quiet ? NULL : stderr);
    if (!settle_pending(f)) {
        worst = CLI_UNABLE; /* unless there are findings, or it was stopped */
    } else if (!start_workers(f)) {
        tell_workers(f, SIGKILL);
        worst = CLI_UNABLE;
    }
    stopped = watch(f, &st, &worst);
    if (!stopped && worst == CLI_OK && !settle_pending(f))
        stopped = interrupted(f);
    status_show(&st, true);
    if (f->o.fuzz.graph && !status_graph(&st, f->o.fuzz.graph))
        worst = CLI_UNABLE;
    status_sum_up(&st, stdout, f->worker.engine.folder);
    if (stopped)
        return 130;
    return status_findings(&st) ? CLI_FAILED : worst;
}

int main(int argc, char **argv)
{
    struct fuzz *f = calloc(1, sizeof *f);
    size_t n;
    int rc;

    if (!f)
        return CLI_UNABLE;
    f->stop_fd = cli_stop_open();
    rc = prepare(f, argc - 1, argv + 1);
    n = (f->o.fuzz.workers ? f->o.fuzz.workers : 1) * sizeof *f->shared;
    if (rc == CLI_OK) {
        f->shared = mmap(NULL, n, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        f->worker.shared = f->shared;
        if (f->shared == MAP_FAILED)
            rc = CLI_UNABLE;
        else if (f->o.fuzz.reproduce || f->o.fuzz.minimise)
            rc = one_input(&f->worker);
        else
            rc = fuzz(f);
    }
    cli_service_close(&f->service);
    cli_options_free(&f->o);
    free(f);
    return rc;
}
