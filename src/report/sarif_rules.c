/*
 * sarif_rules: requirements as rules; see sarif.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/json_text.h"
#include "report/reference.h"
#include "report/sarif.h"

json_t *sarif_message(const char *text)
{
    char *clean = report_clean(text ? text : ""), *out = NULL;
    json_t *j = json_object();
    size_t size;
    FILE *f = open_memstream(&out, &size);

    for (const char *p = clean; f && *p; p++) {
        if (strchr("[]\\", *p))
            fputc('\\', f);
        if (*p == '{' || *p == '}')
            fputc(*p, f);
        fputc(*p, f);
    }
    if (f)
        fclose(f);
    json_object_set_new(j, "text", json_string(out && *out ? out : "-"));
    free(out);
    free(clean);
    return j;
}

static bool covers(const struct result_case *c, const char *id)
{
    for (size_t i = 0; i < c->n_covers; i++)
        if (strcmp(c->covers[i], id) == 0)
            return true;
    return false;
}

/* A case that tells most of a requirement: one that found something, else
 * any. */
static const struct result_case *case_of(const struct result *r, const char *id)
{
    const struct result_case *any = NULL;

    for (size_t i = 0; i < r->n_cases; i++) {
        const struct result_case *c = &r->cases[i];
        if (!covers(c, id))
            continue;
        if (c->verdict == VERDICT_FAIL)
            return c;
        if (!any || c->verdict == VERDICT_WARN)
            any = c;
    }
    return any;
}

static const char *level_of(const char *level)
{
    if (strncmp(level, "SHOULD", 6) == 0)
        return "warning";
    return strncmp(level, "MAY", 3) == 0 ? "note" : "error";
}

/* What a finding of the rule means, and what to do. */
static json_t *help_of(const struct result *r,
                       const struct result_requirement *q, const char *place)
{
    const struct result_case *c = case_of(r, q->id);
    char *text = NULL;
    json_t *j;

    if (asprintf(&text, "%s, %s: %s.%s%s%s%s", place, q->level, q->text,
                 c && c->explain ? "\n\nWhat it means: " : "",
                 c && c->explain ? c->explain : "",
                 c && c->fix ? "\n\nHow to fix it: " : "",
                 c && c->fix ? c->fix : "") < 0)
        return NULL;
    j = sarif_message(text);
    free(text);
    return j;
}

static json_t *tags_of(const struct result_requirement *q)
{
    json_t *j = json_object(), *tags = json_array();

    json_array_append_new(tags, json_text(q->rfc));
    if (strcmp(q->rfc, q->level) != 0) /* each once, the schema says */
        json_array_append_new(tags, json_text(q->level));
    json_object_set_new(j, "tags", tags);
    return j;
}

static json_t *rule_of(const struct result *r,
                       const struct result_requirement *q)
{
    struct report_reference ref = {0};
    char spec[200], place[80], url[120];
    const char *at = spec;
    json_t *j = json_object(), *level = json_object();

    snprintf(spec, sizeof spec, "%s %s", q->rfc, q->section);
    snprintf(place, sizeof place, "%s", q->rfc);
    json_object_set_new(j, "id", json_text(q->id));
    json_object_set_new(j, "shortDescription", sarif_message(q->text));
    if (report_reference_next(&at, &ref)) {
        report_reference_name(&ref, place, sizeof place);
        report_reference_url(&ref, url, sizeof url);
        json_object_set_new(j, "helpUri", json_text(url));
    }
    json_object_set_new(j, "help", help_of(r, q, place));
    json_object_set_new(level, "level", json_text(level_of(q->level)));
    json_object_set_new(j, "defaultConfiguration", level);
    json_object_set_new(j, "properties", tags_of(q));
    return j;
}

json_t *sarif_rules(const struct result *r)
{
    json_t *a = json_array();

    for (size_t i = 0; i < r->n_requirements; i++)
        if (r->requirements[i].status >= RESULT_PASS)
            json_array_append_new(a, rule_of(r, &r->requirements[i]));
    return a;
}
