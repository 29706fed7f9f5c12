/*
 * sarif_results: findings as results; see sarif.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/digest.h"
#include "report/json_text.h"
#include "report/sarif.h"
#include "report/session.h"

/* The level of a verdict that is a result; NULL: it is none. */
static const char *const level_of[VERDICT_COUNT] = {
    [VERDICT_FAIL] = "error",
    [VERDICT_WARN] = "warning",
    [VERDICT_INFO] = "note",
};

/* "cases/rfc5321/closing.smtp:12" as a path of a URI, and the line. */
static unsigned split_where(const char *where, char *uri, size_t cap)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    const char *colon = strrchr(where, ':');
    unsigned long line = colon ? strtoul(colon + 1, NULL, 10) : 0;
    size_t n = colon ? (size_t)(colon - where) : strlen(where), at = 0;

    for (size_t i = 0; i < n && at + 4 < cap; i++) {
        if (strchr(plain, where[i]))
            uri[at++] = where[i];
        else
            at += (size_t)sprintf(uri + at, "%%%02X",
                                  (unsigned)(unsigned char)where[i]);
    }
    uri[at] = '\0';
    return line > 0 && line < 1000000 ? (unsigned)line : 1;
}

/* Where the rule stands: a rule over all sessions has no script, but a row
 * in the catalogue. */
static json_t *physical_of(const struct result_case *c)
{
    char uri[1000];
    unsigned line = split_where(c->where[0] ? c->where : "requirements.tsv",
                                uri, sizeof uri);
    json_t *j = json_object(), *file = json_object(), *region = json_object();

    json_object_set_new(file, "uri", json_text(uri[0] ? uri : "cases"));
    json_object_set_new(file, "uriBaseId", json_text("SUITE"));
    json_object_set_new(region, "startLine", json_integer(line));
    json_object_set_new(j, "artifactLocation", file);
    json_object_set_new(j, "region", region);
    return j;
}

static json_t *locations_of(const struct result *r, const struct result_case *c)
{
    json_t *a = json_array(), *j = json_object(), *logical = json_array(),
           *server = json_object();

    json_object_set_new(server, "fullyQualifiedName", json_text(r->target));
    json_object_set_new(server, "kind", json_text("resource"));
    json_array_append_new(logical, server);
    json_object_set_new(j, "physicalLocation", physical_of(c));
    json_object_set_new(j, "logicalLocations", logical);
    json_array_append_new(a, j);
    return a;
}

/* Sessions differ from run to run, ids do not. */
static json_t *fingerprints_of(const struct result_case *c)
{
    struct report_digest d = {.hex = ""};
    json_t *j = json_object();

    report_digest_of(smtp_span_of(c->id, strlen(c->id)), &d);
    json_object_set_new(j, "smtpspecCase/v1", json_text(d.hex));
    return j;
}

static json_t *suppressions_of(const struct result_case *c)
{
    json_t *a = json_array(), *j;

    if (!c->known)
        return a;
    j = json_object();
    json_object_set_new(j, "kind", json_text("external"));
    json_object_set_new(j, "status", json_text("accepted"));
    json_object_set_new(j, "justification",
                        json_textf("%s (until %s)", c->known, c->until));
    json_array_append_new(a, j);
    return a;
}

static json_t *properties_of(const struct result_case *c)
{
    json_t *j = json_object(), *covers = json_array();
    char *session = report_session(&c->log);

    for (size_t i = 0; i < c->n_covers; i++)
        json_array_append_new(covers, json_text(c->covers[i]));
    json_object_set_new(j, "case", json_text(c->id));
    json_object_set_new(j, "verdict", json_text(verdict_name(c->verdict)));
    json_object_set_new(j, "spec", json_text(c->spec));
    json_object_set_new(j, "level", json_text(c->level));
    json_object_set_new(j, "requirements", covers);
    json_object_set_new(j, "expected", json_text(c->expected));
    json_object_set_new(j, "got", json_text(c->got));
    json_object_set_new(j, "exploit", json_text_or_null(c->exploit));
    json_object_set_new(j, "reproduce", json_text_or_null(c->reproduce));
    json_object_set_new(j, "session", json_text(session));
    free(session);
    return j;
}

static json_t *message_of(const struct result_case *c)
{
    char *text = NULL;
    json_t *j;

    if (asprintf(&text, "%s: %s%s%s", c->title, c->reason,
                 c->got[0] ? "\nThe server: " : "", c->got) < 0)
        return NULL;
    j = sarif_message(text);
    free(text);
    return j;
}

/* state: the baselineState, or NULL. */
static json_t *result_of(const struct result *r, const struct result_case *c,
                         const char *state)
{
    json_t *j = json_object();

    json_object_set_new(j, "ruleId",
                        json_text(c->n_covers ? c->covers[0] : c->id));
    json_object_set_new(j, "level", json_text(level_of[c->verdict]));
    json_object_set_new(j, "message", message_of(c));
    json_object_set_new(j, "locations", locations_of(r, c));
    json_object_set_new(j, "partialFingerprints", fingerprints_of(c));
    if (state)
        json_object_set_new(j, "baselineState", json_text(state));
    json_object_set_new(j, "suppressions", suppressions_of(c));
    json_object_set_new(j, "properties", properties_of(c));
    return j;
}

json_t *sarif_results(const struct result *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->n_cases; i++)
        if (level_of[r->cases[i].verdict])
            json_array_append_new(a, result_of(r, &r->cases[i], NULL));
    return a;
}

/* A finding of now; else one of then, which is absent or, where the case was
 * not tested this time, only changed. */
static json_t *compared(const struct several *s, const struct several_row *row)
{
    static const char *const states[] = {
        [SEVERAL_SAME] = "unchanged",
        [SEVERAL_NEW] = "new",
        [SEVERAL_FIXED] = "absent",
        [SEVERAL_CHANGED] = "updated",
    };
    const struct result_case *was = row->in[0], *is = row->in[1];

    if (is && level_of[is->verdict] && row->change != SEVERAL_FIXED)
        return result_of(s->runs[1], is,
                         was && level_of[was->verdict] ? states[row->change]
                                                       : "new");
    if (was && level_of[was->verdict])
        return result_of(s->runs[0], was, states[row->change]);
    return NULL;
}

json_t *sarif_results_compared(const struct several *s)
{
    json_t *a = json_array();

    for (size_t i = 0; i < s->n_rows; i++) {
        json_t *j = compared(s, &s->rows[i]);
        if (j)
            json_array_append_new(a, j);
    }
    return a;
}
