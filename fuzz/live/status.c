/*
 * status: see status.h.
 */
#include "status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sum {
    struct live_engine_stats stats;
    unsigned edges;
    struct live_graph graph;
};

/* The graphs are merged: two workers reach much the same states. */
static struct sum *sum(const struct status *s)
{
    struct sum *t = calloc(1, sizeof *t);

    for (unsigned i = 0; t && i < s->n; i++) {
        const struct worker_shared *w = &s->workers[i];

        t->stats.sessions += w->stats.sessions;
        t->stats.replies += w->stats.replies;
        t->stats.findings += w->stats.findings;
        t->stats.again += w->stats.again;
        t->stats.unconfirmed += w->stats.unconfirmed;
        if (w->stats.last_new > t->stats.last_new)
            t->stats.last_new = w->stats.last_new;
        if (w->edges > t->edges)
            t->edges = w->edges;
        for (unsigned e = 0; e < LIVE_GRAPH_SIZE; e++)
            if (w->graph.edges[e].used)
                (void)live_graph_add(&t->graph, w->graph.edges[e].from,
                                     w->graph.edges[e].step,
                                     w->graph.edges[e].code,
                                     w->graph.edges[e].to);
    }
    return t;
}

void status_begin(struct status *s, const struct worker_shared *workers,
                  unsigned n, FILE *out)
{
    *s = (struct status){.workers = workers, .n = n, .out = out,
                         .started = net_now()};
    s->terminal = out && isatty(fileno(out)) == 1;
    s->at = s->started;
}

static void print_line(const struct status *s, const struct sum *t,
                       double rate)
{
    uint64_t now = net_now();
    uint64_t old = t->stats.last_new ? now - t->stats.last_new : 0;

    fprintf(s->out, "%s%5llu s  %llu sessions  %.0f/s  %u states",
            s->terminal ? "\r\033[K" : "", (now - s->started) / NET_S,
            (unsigned long long)t->stats.sessions, rate, t->graph.states);
    fprintf(s->out, "  %u transitions", t->graph.n);
    if (t->edges)
        fprintf(s->out, "  %u edges", t->edges);
    fprintf(s->out, "  %u findings  new %llu s ago%s",
            t->stats.findings, old / NET_S, s->terminal ? "" : "\n");
    fflush(s->out);
}

void status_show(struct status *s, bool now)
{
    uint64_t pause = s->terminal ? NET_S / 2 : 30 * NET_S, time = net_now();
    struct sum *t;

    if (!s->out || (!now && time < s->next) || !(t = sum(s)))
        return;
    s->next = time + pause;
    print_line(s, t, time > s->at ? (double)(t->stats.sessions - s->sessions) *
                                        1e9 / (double)(time - s->at)
                                  : 0);
    s->sessions = t->stats.sessions;
    s->at = time;
    if (now && s->terminal)
        fputc('\n', s->out);
    free(t);
}

bool status_graph(const struct status *s, const char *path)
{
    struct sum *t = sum(s);
    FILE *f = t ? fopen(path, "we") : NULL;
    bool done = f != NULL;

    if (f) {
        live_graph_print(&t->graph, f);
        done = !ferror(f);
        done = fclose(f) == 0 && done;
    }
    if (!done)
        fprintf(stderr, "smtpspec fuzz: %s: %s\n", path, strerror(errno));
    free(t);
    return done;
}

unsigned status_findings(const struct status *s)
{
    unsigned n = 0;

    for (unsigned i = 0; i < s->n; i++)
        n += s->workers[i].stats.findings + (s->workers[i].stats.again != 0);
    return n;
}

void status_sum_up(const struct status *s, FILE *out, const char *folder)
{
    struct sum *t = sum(s);
    double seconds = (double)(net_now() - s->started) / 1e9;

    if (!t)
        return;
    fprintf(out,
            "%" PRIu64 " sessions in %.0f s (%.0f/s), %" PRIu64
            " replies; %u states, %u transitions",
            t->stats.sessions, seconds,
            seconds > 0 ? (double)t->stats.sessions / seconds : 0,
            t->stats.replies, t->graph.states, t->graph.n);
    if (t->edges)
        fprintf(out, ", %u edges", t->edges);
    fprintf(out, "\n%u findings", t->stats.findings);
    if (t->stats.findings)
        fprintf(out, " in %s", folder);
    if (t->stats.again)
        fprintf(out, "; known ones were seen %u times more", t->stats.again);
    if (t->stats.unconfirmed)
        fprintf(out, "; %u were seen once and not again",
                t->stats.unconfirmed);
    fputc('\n', out);
    for (unsigned i = 0; i < s->n; i++)
        if (s->workers[i].error[0])
            fprintf(stderr, "smtpspec fuzz: %s\n", s->workers[i].error);
    free(t);
}
