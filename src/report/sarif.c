/*
 * sarif: SARIF 2.1.0 (OASIS), as code scanning reads it.
 *
 * A rule is a requirement, a result a case that FAILed, WARNed or is worth a
 * note; what the baseline lists is suppressed. Servers side by side are runs
 * of their own; of two runs, the new one is written, with a baselineState.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/json_text.h"
#include "report/sarif.h"

/* "smtpspec" and "0.1.0" of "smtpspec 0.1.0". */
static json_t *driver_of(const struct result *r, json_t *rules)
{
    const char *tool = r->tool ? r->tool : "";
    size_t n = strcspn(tool, " ");
    json_t *j = json_object();

    json_object_set_new(j, "name", json_textf("%.*s", (int)n, tool));
    json_object_set_new(j, "version",
                        json_text(tool[n] ? tool + n + 1 : "unknown"));
    json_object_set_new(j, "rules", rules);
    return j;
}

static json_t *notification(const char *level, const char *text)
{
    json_t *j = json_object();

    json_object_set_new(j, "level", json_text(level));
    json_object_set_new(j, "message", sarif_message(text));
    return j;
}

/* What is not a result: the run itself, our own errors, what is stale. */
static json_t *notifications_of(const struct result *r)
{
    json_t *a = json_array();
    char text[2000];

    if (r->failure)
        json_array_append_new(a, notification("error", r->failure));
    if (r->interrupted)
        json_array_append_new(a, notification("error", "interrupted"));
    for (size_t i = 0; i < r->n_stale; i++) {
        snprintf(text, sizeof text, "%s: the baseline is stale: %s",
                 r->stale[i].id, r->stale[i].why);
        json_array_append_new(a, notification("error", text));
    }
    for (size_t i = 0; i < r->n_cases; i++) {
        const struct result_case *c = &r->cases[i];
        if (c->verdict != VERDICT_ERROR && c->verdict != VERDICT_BLOCKED)
            continue;
        snprintf(text, sizeof text, "%s: %s: %s", c->id,
                 verdict_name(c->verdict), c->reason);
        json_array_append_new(
            a, notification(c->verdict == VERDICT_ERROR ? "error" : "warning",
                            text));
    }
    return a;
}

static json_t *invocations_of(const struct result *r)
{
    json_t *a = json_array(), *j = json_object();
    char at[40];

    report_time(r->started, at, sizeof at);
    json_object_set_new(j, "startTimeUtc", json_text(at));
    report_time(r->ended, at, sizeof at);
    json_object_set_new(j, "endTimeUtc", json_text(at));
    json_object_set_new(j, "executionSuccessful",
                        json_boolean(!r->failure && !r->interrupted));
    json_object_set_new(j, "toolExecutionNotifications", notifications_of(r));
    json_array_append_new(a, j);
    return a;
}

/* Runs of one category follow each other: a category is a server. */
static json_t *automation_of(const struct result *r)
{
    json_t *j = json_object();

    json_object_set_new(j, "id", json_textf("smtpspec/%s/", r->target));
    return j;
}

static json_t *properties_of(const struct result *r)
{
    json_t *j = json_object();

    json_object_set_new(j, "target", json_text(r->target));
    json_object_set_new(j, "suite", json_text(r->suite));
    json_object_set_new(j, "profile", json_text_or_null(r->server.profile));
    for (int v = 0; v < VERDICT_COUNT; v++)
        json_object_set_new(
            j, verdict_name((enum verdict)v),
            json_integer((json_int_t)result_count(r, (enum verdict)v)));
    return j;
}

/* Places of scripts count from the folder of the suite. */
static json_t *bases(void)
{
    json_t *all = json_object(), *j = json_object();

    json_object_set_new(
        j, "description",
        sarif_message("the folder of the conformance suite, where each case "
                      "is a script"));
    json_object_set_new(all, "SUITE", j);
    return all;
}

static json_t *run_of(const struct result *r, const struct several *compared)
{
    json_t *j = json_object(), *tool = json_object(), *rules, *results;

    rules = sarif_rules(r);
    results = compared ? sarif_results_compared(compared) : sarif_results(r);
    json_object_set_new(tool, "driver", driver_of(r, rules));
    json_object_set_new(j, "tool", tool);
    json_object_set_new(j, "automationDetails", automation_of(r));
    json_object_set_new(j, "invocations", invocations_of(r));
    json_object_set_new(j, "originalUriBaseIds", bases());
    json_object_set_new(j, "columnKind", json_text("utf16CodeUnits"));
    json_object_set_new(j, "results", results);
    json_object_set_new(j, "properties", properties_of(r));
    return j;
}

/* Writes the document and drops the runs. */
static int put(FILE *out, json_t *runs)
{
    json_t *j = json_object();
    int rc;

    json_object_set_new(
        j, "$schema",
        json_text("https://json.schemastore.org/sarif-2.1.0.json"));
    json_object_set_new(j, "version", json_text("2.1.0"));
    json_object_set_new(j, "runs", runs);
    rc = json_dumpf(j, out, JSON_INDENT(1));
    json_decref(j);
    if (rc == 0)
        fputc('\n', out);
    return rc != 0 || ferror(out) ? -1 : 0;
}

int report_sarif_write(const struct result *r, const struct report_options *o,
                       FILE *out)
{
    json_t *runs = json_array();

    (void)o;
    json_array_append_new(runs, run_of(r, NULL));
    return put(out, runs);
}

int report_sarif_write_several(const struct several *s,
                               const struct report_options *o, FILE *out)
{
    json_t *runs = json_array();

    (void)o;
    if (s->mode == SEVERAL_COMPARE)
        json_array_append_new(runs, run_of(s->runs[1], s));
    for (size_t i = 0; s->mode != SEVERAL_COMPARE && i < s->n; i++)
        json_array_append_new(runs, run_of(s->runs[i], NULL));
    return put(out, runs);
}
