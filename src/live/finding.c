/*
 * finding: see finding.h.
 */
#include "live/finding.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/finding_script.h"
#include "report/escape.h"
#include "report/session.h"

/* ---- names ------------------------------------------------------------- */

/* A line "#3 0x… in FUNCTION FILE" of a report counts by its function. Those
 * of the sanitizer itself and of the C library differ between runs. */
static bool frame_of(const char *line, size_t n, struct smtp_span *function)
{
    const char *in = memmem(line, n, " in ", 4);
    const char *hash = memchr(line, '#', n);

    if (!in || !hash || hash > in)
        return false;
    in += 4;
    *function = smtp_span_of(in, 0);
    while (in + function->n < line + n && in[function->n] != ' ')
        function->n++;
    return function->n > 0 && !(function->n > 2 && in[0] == '_' &&
                                in[1] == '_');
}

unsigned long long live_stack_hash(const char *report)
{
    unsigned long long hash = 0xcbf29ce484222325ull;
    struct smtp_span function;
    unsigned frames = 0;

    while (*report && frames < 4) {
        size_t n = strcspn(report, "\n");

        if (frame_of(report, n, &function)) {
            for (size_t i = 0; i < function.n; i++)
                hash = (hash ^ (unsigned char)function.p[i]) *
                       0x100000001b3ull;
            frames++;
        }
        report += n + (report[n] == '\n');
    }
    return frames ? hash : 0;
}

void live_finding_name(struct live_finding *f)
{
    const struct live_alarm *a = &f->outcome.alarms[f->oracle];
    unsigned long long stack =
        f->oracle == LIVE_ORACLE_SANITIZER ? live_stack_hash(f->report) : 0;
    char state[64];

    if (stack) {
        snprintf(f->id, sizeof f->id, "%s-%016llx",
                 live_oracle_info(f->oracle)->name, stack);
        return;
    }
    live_state_name(a->state, state, sizeof state);
    /* One reply may have several flaws, each of another cause. */
    snprintf(f->id, sizeof f->id, "%s%s%s-%s-%s",
             live_oracle_info(f->oracle)->name,
             f->oracle == LIVE_ORACLE_GRAMMAR ? "-" : "",
             f->oracle == LIVE_ORACLE_GRAMMAR ? a->detail : "", state,
             live_step_name(a->step));
    for (char *p = f->id; *p; p++)
        *p = *p == '+' ? '-' : smtp_lower(*p);
}

/* ---- files ------------------------------------------------------------- */

/* A file of its own name beside, renamed when it is whole and on the disk:
 * a fuzzer that is killed leaves no half of a finding. */
static FILE *begin_file(const char *folder, const char *id,
                        const char *suffix, char **path, char **temporary)
{
    *path = *temporary = NULL;
    if (asprintf(path, "%s/%s%s", folder, id, suffix) < 0)
        *path = NULL;
    if (*path && asprintf(temporary, "%s.part", *path) < 0)
        *temporary = NULL;
    return *temporary ? fopen(*temporary, "wbe") : NULL;
}

static bool end_file(FILE *f, char *path, char *temporary)
{
    bool done = f && fflush(f) == 0 && fsync(fileno(f)) == 0;

    if (f && fclose(f) != 0)
        done = false;
    done = done && rename(temporary, path) == 0;
    if (!done && temporary)
        (void)unlink(temporary);
    free(path);
    free(temporary);
    return done;
}

static void put_raw(FILE *f, const struct live_input *in)
{
    uint8_t head[LIVE_INPUT_HEADER];

    live_input_header(in, head);
    (void)fwrite(head, 1, sizeof head, f);
    (void)fwrite(in->stream.p, 1, in->stream.n, f);
}

bool live_finding_exists(const char *folder, const char *id)
{
    char *path;
    bool is;

    if (asprintf(&path, "%s/%s.json", folder, id) < 0)
        return false;
    is = access(path, F_OK) == 0;
    free(path);
    return is;
}

bool live_finding_keep(const char *folder, const char *id,
                       const struct live_input *in)
{
    char *path, *temporary;
    FILE *f = begin_file(folder, id, ".raw", &path, &temporary);

    if (f)
        put_raw(f, in);
    return end_file(f, path, temporary);
}

void live_finding_drop(const char *folder, const char *id)
{
    char *path;

    if (asprintf(&path, "%s/%s.raw", folder, id) < 0)
        return;
    (void)unlink(path);
    free(path);
}

/* ---- description ------------------------------------------------------- */

/* Text that may hold anything: JSON takes UTF-8 only. */
static json_t *text(const char *s)
{
    char *clean = report_clean(s);
    json_t *j = json_string(clean);

    free(clean);
    return j;
}

static json_t *describe(const struct live_finding *f)
{
    const struct live_oracle_info *info = live_oracle_info(f->oracle);
    const struct live_alarm *a = &f->outcome.alarms[f->oracle];
    char *session = f->log ? report_session(f->log) : NULL;
    json_t *j = json_object();
    char state[64];

    live_state_name(a->state, state, sizeof state);
    json_object_set_new(j, "id", text(f->id));
    json_object_set_new(j, "tool", text(f->tool));
    json_object_set_new(j, "target", text(f->target));
    json_object_set_new(j, "oracle", text(info->name));
    json_object_set_new(j, "what", text(info->what));
    json_object_set_new(j, "spec", text(info->spec));
    json_object_set_new(j, "state", text(state));
    json_object_set_new(j, "step", text(live_step_name(a->step)));
    json_object_set_new(j, "code", json_integer(a->code));
    json_object_set_new(j, "detail", text(a->detail));
    json_object_set_new(j, "units", json_integer(f->outcome.units));
    json_object_set_new(j, "octets",
                        json_integer((json_int_t)f->input.stream.n));
    json_object_set_new(j, "confirmed", json_integer(f->confirmed));
    json_object_set_new(j, "session", text(session ? session : ""));
    json_object_set_new(j, "report", text(f->report));
    free(session);
    return j;
}

static bool write_json(const char *folder, const struct live_finding *f)
{
    char *path, *temporary;
    FILE *out = begin_file(folder, f->id, ".json", &path, &temporary);
    json_t *j = out ? describe(f) : NULL;
    bool whole = j && json_dumpf(j, out, JSON_INDENT(2)) == 0 &&
                 fputc('\n', out) != EOF;

    json_decref(j);
    return end_file(out, path, temporary) && whole;
}

static bool write_script(const char *folder, const struct live_finding *f)
{
    char *path, *temporary;
    FILE *out = begin_file(folder, f->id, ".smtp", &path, &temporary);

    if (out)
        finding_script_print(out, f);
    return end_file(out, path, temporary);
}

bool live_finding_write(const char *folder, const struct live_finding *f)
{
    return live_finding_keep(folder, f->id, &f->input) &&
           write_script(folder, f) && write_json(folder, f);
}
