/*
 * one: see one.h.
 */
#include "one.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "report/session.h"

/* All octets of a file, in out; -1 with a line on stderr. */
static ssize_t read_input(const char *path, char *out, size_t cap)
{
    FILE *f = fopen(path, "rbe");
    size_t n = f ? fread(out, 1, cap, f) : 0;
    bool wrong = !f || ferror(f);

    if (wrong)
        fprintf(stderr, "smtpspec fuzz: %s: %s\n", path, strerror(errno));
    if (f)
        (void)fclose(f);
    return wrong ? -1 : (ssize_t)n;
}

static void print_outcome(const struct transcript *log,
                          const struct live_outcome *out)
{
    char *session = report_session(log);

    fputs(session, stdout);
    free(session);
    for (int i = 0; i < LIVE_ORACLES; i++)
        if (out->fired & 1u << i)
            printf("%s: %s%s%s\n", live_oracle_info((enum live_oracle)i)->name,
                   live_oracle_info((enum live_oracle)i)->what,
                   out->alarms[i].detail[0] ? ": " : "",
                   out->alarms[i].detail);
    if (out->fired == 0)
        puts("no oracle says anything");
}

/* Makes it small and writes it. */
static int make_small(struct live_engine *e, const struct worker_options *w,
                      struct live_input *in, char *buf,
                      struct live_outcome *out, struct transcript *log)
{
    struct live_finding f = {.target = w->engine.target,
                             .tool = w->engine.tool, .report = "",
                             .log = log};
    size_t before = in->stream.n;

    f.oracle = (enum live_oracle)live_engine_first(e, out);
    live_engine_minimise(e, f.oracle, in, buf, out);
    transcript_reset(log);
    f.confirmed = live_engine_once(e, in, log, out) ? 1 : 0;
    if (!f.confirmed) { /* it took a pause for a hang */
        live_engine_whole(e, in, buf, out);
        transcript_reset(log);
        f.confirmed = live_engine_once(e, in, log, out) ? 1 : 0;
    }
    f.report = live_engine_report(e);
    f.input = *in;
    f.outcome = *out;
    live_finding_name(&f);
    if (!live_finding_write(w->engine.folder, &f)) {
        fprintf(stderr, "smtpspec fuzz: %s: %s\n", w->engine.folder,
                strerror(errno));
        return CLI_UNABLE;
    }
    printf("%zu octets became %zu, %u commands: %s/%s.smtp\n", before,
           in->stream.n, out->units, w->engine.folder, f.id);
    return CLI_FAILED;
}

static int play(struct live_engine *e, const struct worker_options *w,
                char *buf, size_t n)
{
    struct live_outcome out;
    struct live_input in;
    struct transcript log;
    int rc = CLI_OK;

    live_input_read(&in, buf, n);
    memmove(buf, in.stream.p, in.stream.n);
    in.stream.p = buf;
    transcript_init(&log, 0);
    if (live_engine_once(e, &in, &log, &out))
        rc = CLI_FAILED;
    else if (out.end != NET_OK && out.units == 0 && out.replies == 0) {
        fprintf(stderr, "smtpspec fuzz: no session: %s\n",
                net_status_name(out.end));
        rc = CLI_UNABLE;
    }
    print_outcome(&log, &out);
    if (rc == CLI_FAILED && w->o->fuzz.minimise)
        rc = make_small(e, w, &in, buf, &out, &log);
    transcript_free(&log);
    return rc;
}

int one_input(const struct worker_options *w)
{
    const char *path = w->o->fuzz.minimise ? w->o->fuzz.minimise
                                           : w->o->fuzz.reproduce;
    char *buf = malloc(LIVE_INPUT_MAX + LIVE_INPUT_HEADER);
    ssize_t n = buf ? read_input(path, buf, LIVE_INPUT_MAX) : -1;
    struct live_engine *e;
    char err[320];
    int rc;

    if (n < 0) {
        free(buf);
        return CLI_USAGE;
    }
    e = worker_engine(w, err, sizeof err);
    if (!e) {
        fprintf(stderr, "smtpspec fuzz: %s\n", err);
        free(buf);
        return CLI_UNABLE;
    }
    rc = play(e, w, buf, (size_t)n);
    live_engine_free(e);
    free(buf);
    return rc;
}
