/*
 * exec: see exec.h. What the two ways have in common, and the way over a
 * socket or a child; fork_server.c has the other one.
 */
#include "live/exec.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "live/fork_server.h"
#include "live/proc.h"
#include "live/report_log.h"

/* Replies come in small pieces; a flood is not to be kept. */
#define BUFFER 16384u
/* How long the end of what hung already is waited for. */
#define HUNG   (NET_S / 4)

struct live_exec {
    struct live_exec_options o;
    struct live_report_log reports;
    struct fork_server *forks; /* or NULL */
};

struct live_exec *live_exec_new(const struct live_exec_options *o, char *err,
                                size_t err_cap)
{
    struct live_exec *e = calloc(1, sizeof *e);

    if (!e || !live_report_log_open(&e->reports)) {
        snprintf(err, err_cap, "no folder for the reports of sanitizers");
        live_exec_free(e);
        return NULL;
    }
    e->o = *o;
    if (o->target->scheme == NET_EXEC)
        live_proc_adopt();
    if (o->fork_server) {
        e->forks = fork_server_start(o, err, err_cap);
        if (!e->forks) {
            live_exec_free(e);
            return NULL;
        }
    }
    return e;
}

void live_exec_free(struct live_exec *e)
{
    if (!e)
        return;
    fork_server_stop(e->forks);
    if (e->o.target && e->o.target->scheme == NET_EXEC)
        live_proc_end_strays(0);
    live_report_log_close(&e->reports);
    free(e);
}

enum net_status live_exec_open(struct live_exec *e, struct transcript *log,
                               struct net_conn **out, char *err,
                               size_t err_cap)
{
    struct net_conn_options co = {.tls = e->o.tls, .log = log,
                                  .stop_fd = e->o.stop_fd, .buffer = BUFFER};

    e->reports.text[0] = '\0'; /* it was of another session */
    if (e->forks)
        return fork_server_open(e->forks, &co, out, err, err_cap);
    return net_conn_open(e->o.target, &co, net_deadline(e->o.timeout), out,
                         err, err_cap);
}

pid_t live_exec_pid(const struct live_exec *e, const struct net_conn *c)
{
    return e->forks ? fork_server_session(e->forks) : net_conn_child(c);
}

/* A child that did not end by itself behind the end of its session. */
static void judge_status(const struct live_exec *e, int status,
                         struct live_outcome *out)
{
    char text[64];
    int sig;

    if (status < 0) {
        if (out->end == NET_EOF && e->o.target->scheme == NET_EXEC)
            live_outcome_fire(out, LIVE_ORACLE_HANG, out->state, out->step, 0,
                              "the process did not end");
        return;
    }
    sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    /* A shell between us and the server says it so. */
    if (WIFEXITED(status) && WEXITSTATUS(status) > 128)
        sig = WEXITSTATUS(status) - 128;
    if (sig == 0 || sig == SIGTERM || sig == SIGPIPE || sig == SIGHUP)
        return;
    snprintf(text, sizeof text, "signal %d", sig);
    live_outcome_fire(out, LIVE_ORACLE_CRASH, out->state, out->step, 0,
                      text);
}

void live_exec_end(struct live_exec *e, struct net_conn *c,
                   uint64_t patience, struct live_outcome *out)
{
    int status = -1;
    uint64_t deadline;

    if (out->fired & 1u << LIVE_ORACLE_HANG && patience > HUNG)
        patience = HUNG;
    deadline = net_deadline(patience);
    if (e->forks) {
        net_conn_close(c);
        status = fork_server_end(e->forks, deadline);
    } else {
        /* It has to see the end of the session before it can end. */
        if (out->end == NET_EOF || out->end == NET_RESET)
            status = net_conn_child_wait(c, deadline);
        net_conn_close(c);
    }
    /* What a session started is not to outlive it. */
    if (e->o.target->scheme == NET_EXEC)
        live_proc_end_strays(e->forks ? fork_server_pid(e->forks) : 0);
    judge_status(e, status, out);
    if (live_report_log_take(&e->reports))
        live_outcome_fire(out, LIVE_ORACLE_SANITIZER, out->state, out->step,
                          0, "");
}

const char *live_exec_report(const struct live_exec *e)
{
    return e->reports.text;
}
