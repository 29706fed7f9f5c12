/*
 * json: the whole result. docs/result.schema.json describes it.
 *
 * A case is built and written at a time, each on a line of its own: the
 * transcripts of a run, escaped, would not fit into the memory that a run
 * may use.
 */
#include <jansson.h>
#include <stdlib.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/json_text.h"
#include "report/load.h"

/* Octets from the wire. */
static json_t *octets(struct smtp_span s)
{
    size_t n = report_escape(s, NULL, 0) + 1;
    char *out = malloc(n);
    json_t *j;

    if (!out)
        return NULL;
    report_escape(s, out, n);
    j = json_string(out);
    free(out);
    return j;
}

static json_t *text_list(const char *const *list, size_t n)
{
    json_t *a = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_text(list[i]));
    return a;
}

static json_t *seconds(uint64_t ns)
{
    uint64_t microseconds = ns / 1000;

    return json_real((double)microseconds / 1e6);
}

static json_t *tls_of(const struct result_tls *t)
{
    json_t *j;

    if (!t)
        return json_null();
    j = json_object();
    json_object_set_new(j, "version", json_text(t->version));
    json_object_set_new(j, "cipher", json_text(t->cipher));
    json_object_set_new(j, "subject", json_text(t->subject));
    json_object_set_new(j, "fingerprint", json_text(t->fingerprint));
    json_object_set_new(j, "verified", json_boolean(t->verified));
    json_object_set_new(j, "verify_error", json_text(t->verify_error));
    return j;
}

static json_t *server_of(const struct result_server *s)
{
    json_t *j = json_object();

    json_object_set_new(j, "greeting", octets(s->greeting));
    json_object_set_new(j, "profile", json_text_or_null(s->profile));
    json_object_set_new(j, "profile_why", json_text_or_null(s->profile_why));
    json_object_set_new(j, "auth_required", json_boolean(s->auth_required));
    json_object_set_new(j, "tls_required", json_boolean(s->tls_required));
    json_object_set_new(j, "ehlo", text_list(s->ehlo, s->n_ehlo));
    json_object_set_new(j, "ehlo_tls", text_list(s->ehlo_tls, s->n_ehlo_tls));
    json_object_set_new(j, "tls", tls_of(s->tls));
    return j;
}

static json_t *options_of(const struct result *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->n_options; i++) {
        json_t *j = json_object();
        json_object_set_new(j, "name", json_text(r->options[i].name));
        json_object_set_new(j, "value", json_text(r->options[i].value));
        json_array_append_new(a, j);
    }
    return a;
}

static json_t *summary_of(const struct result *r)
{
    json_t *j = json_object();

    for (int v = 0; v < VERDICT_COUNT; v++)
        json_object_set_new(
            j, verdict_name((enum verdict)v),
            json_integer((json_int_t)result_count(r, (enum verdict)v)));
    json_object_set_new(j, "sessions",
                        json_integer((json_int_t)report_sessions(r)));
    return j;
}

static json_t *transcript_of(const struct transcript *t)
{
    json_t *a = json_array();

    for (size_t i = 0; i < t->n; i++) {
        const struct transcript_entry *e = &t->entries[i];
        json_t *j = json_object();
        json_object_set_new(j, "at", seconds(e->at));
        json_object_set_new(j, "event", json_text(report_event_name(e->kind)));
        json_object_set_new(j, "conn", json_integer(e->conn));
        json_object_set_new(j, "tls", json_boolean(e->tls));
        json_object_set_new(j, "data", octets(transcript_octets(t, e)));
        json_array_append_new(a, j);
    }
    return a;
}

static json_t *notes_of(const struct result_case *c)
{
    json_t *a = json_array();

    for (size_t i = 0; i < c->n_notes; i++) {
        json_t *j = json_object();
        json_object_set_new(j, "verdict",
                            json_text(verdict_name(c->notes[i].verdict)));
        json_object_set_new(j, "why", json_text(c->notes[i].why));
        json_array_append_new(a, j);
    }
    return a;
}

static json_t *baseline_of(const struct result_case *c)
{
    json_t *j;

    if (!c->known)
        return json_null();
    j = json_object();
    json_object_set_new(j, "reason", json_text(c->known));
    json_object_set_new(j, "until", json_text(c->until));
    return j;
}

/* What was found, behind what was asked. */
static void add_finding(json_t *j, const struct result_case *c)
{
    json_object_set_new(j, "verdict", json_text(verdict_name(c->verdict)));
    json_object_set_new(j, "reason", json_text(c->reason));
    json_object_set_new(j, "expected", json_text(c->expected));
    json_object_set_new(j, "got", json_text(c->got));
    json_object_set_new(j, "where", json_text(c->where));
    json_object_set_new(j, "code",
                        c->code ? json_integer(c->code) : json_null());
    json_object_set_new(j, "unstable", json_boolean(c->unstable));
    json_object_set_new(j, "runs", json_integer(c->runs));
    json_object_set_new(j, "at", seconds(c->at));
    json_object_set_new(j, "duration", seconds(c->duration));
    json_object_set_new(j, "notes", notes_of(c));
    json_object_set_new(j, "baseline", baseline_of(c));
    json_object_set_new(j, "exploit", json_text_or_null(c->exploit));
    json_object_set_new(j, "explain", json_text_or_null(c->explain));
    json_object_set_new(j, "fix", json_text_or_null(c->fix));
    json_object_set_new(j, "reproduce", json_text_or_null(c->reproduce));
    json_object_set_new(j, "transcript", transcript_of(&c->log));
    json_object_set_new(j, "transcript_lost",
                        json_integer((json_int_t)c->log.lost));
}

static json_t *stale_of(const struct result *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->n_stale; i++) {
        json_t *j = json_object();
        json_object_set_new(j, "id", json_text(r->stale[i].id));
        json_object_set_new(j, "why", json_text(r->stale[i].why));
        json_array_append_new(a, j);
    }
    return a;
}

static json_t *case_of(const struct result_case *c)
{
    json_t *j = json_object();

    json_object_set_new(j, "id", json_text(c->id));
    json_object_set_new(j, "title", json_text(c->title));
    json_object_set_new(j, "spec", json_text(c->spec));
    json_object_set_new(j, "level", json_text(c->level));
    json_object_set_new(j, "covers", text_list(c->covers, c->n_covers));
    json_object_set_new(j, "passive", json_boolean(c->passive));
    add_finding(j, c);
    return j;
}

static json_t *requirement_of(const struct result_requirement *q)
{
    json_t *j = json_object();

    json_object_set_new(j, "id", json_text(q->id));
    json_object_set_new(j, "rfc", json_text(q->rfc));
    json_object_set_new(j, "section", json_text(q->section));
    json_object_set_new(j, "level", json_text(q->level));
    json_object_set_new(j, "text", json_text(q->text));
    json_object_set_new(j, "status", json_text(report_status_name(q->status)));
    json_object_set_new(j, "reason", json_text(q->reason));
    return j;
}

static int put_member(FILE *out, const char *name, json_t *j)
{
    if (fprintf(out, "\"%s\": ", name) < 0 || json_put(out, j) != 0)
        return -1;
    return fputs(",\n", out) < 0 ? -1 : 0;
}

static json_t *time_of(int64_t ms)
{
    char at[40];

    report_time(ms, at, sizeof at);
    return json_text(at);
}

static int put_head(FILE *out, const struct result *r)
{
    if (fputs("{\n", out) < 0 ||
        put_member(out, "schema", json_integer(REPORT_SCHEMA_VERSION)) != 0 ||
        put_member(out, "tool", json_text(r->tool)) != 0 ||
        put_member(out, "suite", json_text(r->suite)) != 0 ||
        put_member(out, "target", json_text(r->target)) != 0 ||
        put_member(out, "started", time_of(r->started)) != 0 ||
        put_member(out, "ended", time_of(r->ended)) != 0 ||
        put_member(out, "interrupted", json_boolean(r->interrupted)) != 0 ||
        put_member(out, "failure", json_text_or_null(r->failure)) != 0 ||
        put_member(out, "options", options_of(r)) != 0 ||
        put_member(out, "stale", stale_of(r)) != 0 ||
        put_member(out, "server", server_of(&r->server)) != 0 ||
        put_member(out, "summary", summary_of(r)) != 0)
        return -1;
    return 0;
}

int report_json_write(const struct result *r, const struct report_options *o,
                      FILE *out)
{
    (void)o;
    if (put_head(out, r) != 0 || fputs("\"cases\": [\n", out) < 0)
        return -1;
    for (size_t i = 0; i < r->n_cases; i++)
        if (json_put(out, case_of(&r->cases[i])) != 0 ||
            fputs(i + 1 < r->n_cases ? ",\n" : "\n", out) < 0)
            return -1;
    if (fputs("],\n\"requirements\": [\n", out) < 0)
        return -1;
    for (size_t i = 0; i < r->n_requirements; i++)
        if (json_put(out, requirement_of(&r->requirements[i])) != 0 ||
            fputs(i + 1 < r->n_requirements ? ",\n" : "\n", out) < 0)
            return -1;
    return fputs("]\n}\n", out) < 0 ? -1 : 0;
}
