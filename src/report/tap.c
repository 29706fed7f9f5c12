/*
 * tap: TAP version 14, https://testanything.org/tap-version-14-specification.
 *
 * A test point a case. FAIL and ERROR are "not ok"; what the baseline lists
 * is "not ok" with a TODO; SKIP and BLOCKED are skipped. An entry of the
 * baseline that is not right any more is a test point that fails. A run that
 * could not test bails out, behind what it got.
 */
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/json_text.h"
#include "report/session.h"

/* What stands behind "ok 1 - " or a directive: one line, and "#" only where
 * we mean it. */
static void put_line(FILE *out, const char *text)
{
    char *clean = report_clean(text);

    for (const char *p = clean; *p; p++) {
        if (*p == '\n') {
            fputc(' ', out);
            continue;
        }
        if (*p == '#' || *p == '\\')
            fputc('\\', out);
        fputc(*p, out);
    }
    free(clean);
}

static void put_value(FILE *out, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    fprintf(out, "  %s: ", name);
    json_put(out, json_text(value));
    fputc('\n', out);
}

static void put_session(FILE *out, const struct result_case *c)
{
    char *text = report_session(&c->log), *line = text, *end;

    if (line[0])
        fputs("  session:\n", out);
    while (line[0]) {
        end = strchr(line, '\n');
        if (end)
            *end = '\0';
        fputs("    - ", out);
        json_put(out, json_text(line));
        fputc('\n', out);
        line = end ? end + 1 : line + strlen(line);
    }
    free(text);
}

static void put_notes(FILE *out, const struct result_case *c)
{
    if (c->n_notes)
        fputs("  notes:\n", out);
    for (size_t i = 0; i < c->n_notes; i++) {
        fputs("    - ", out);
        json_put(out, json_text(c->notes[i].why));
        fputc('\n', out);
    }
}

/* What is known of a case that did not simply pass. */
static void put_diagnosis(FILE *out, const struct result_case *c)
{
    fputs("  ---\n", out);
    put_value(out, "verdict", verdict_name(c->verdict));
    put_value(out, "title", c->title);
    put_value(out, "message", c->reason);
    put_value(out, "level", c->level);
    put_value(out, "spec", c->spec);
    put_value(out, "expected", c->expected);
    put_value(out, "got", c->got);
    put_value(out, "at", c->where);
    put_value(out, "explain", c->explain);
    put_value(out, "exploit", c->exploit);
    put_value(out, "fix", c->fix);
    put_value(out, "reproduce", c->reproduce);
    put_notes(out, c);
    put_session(out, c);
    fputs("  ...\n", out);
}

static void put_directive(FILE *out, const struct result_case *c)
{
    if (c->verdict == VERDICT_SKIP || c->verdict == VERDICT_BLOCKED) {
        fprintf(out, " # SKIP %s",
                c->verdict == VERDICT_BLOCKED ? "BLOCKED: " : "");
        put_line(out, c->reason);
    } else if (c->known) {
        fputs(" # TODO known until ", out);
        put_line(out, c->until);
        fputs(": ", out);
        put_line(out, c->known);
    }
}

static void put_case(FILE *out, size_t i, const struct result_case *c)
{
    bool wrong = c->verdict == VERDICT_FAIL || c->verdict == VERDICT_ERROR;

    fprintf(out, "%sok %zu - ", wrong ? "not " : "", i);
    put_line(out, c->id);
    put_directive(out, c);
    fputc('\n', out);
    if (c->verdict != VERDICT_PASS && c->verdict != VERDICT_SKIP)
        put_diagnosis(out, c);
}

static void put_stale(FILE *out, size_t i, const struct result_stale *s)
{
    fprintf(out, "not ok %zu - baseline: ", i);
    put_line(out, s->id);
    fputs("\n  ---\n", out);
    put_value(out, "message", s->why);
    fputs("  ...\n", out);
}

static void put_comment(FILE *out, const char *name, const char *value)
{
    fprintf(out, "# %s: ", name);
    put_line(out, value && value[0] ? value : "-");
    fputc('\n', out);
}

int report_tap_write(const struct result *r, const struct report_options *o,
                     FILE *out)
{
    (void)o;
    fprintf(out, "TAP version 14\n1..%zu\n", r->n_cases + r->n_stale);
    put_comment(out, "tool", r->tool);
    put_comment(out, "suite", r->suite);
    put_comment(out, "target", r->target);
    for (size_t i = 0; i < r->n_cases; i++)
        put_case(out, i + 1, &r->cases[i]);
    for (size_t i = 0; i < r->n_stale; i++)
        put_stale(out, r->n_cases + i + 1, &r->stale[i]);
    if (r->failure || r->interrupted) {
        fputs("Bail out! ", out);
        put_line(out, r->failure ? r->failure : "interrupted");
        fputc('\n', out);
    }
    return ferror(out) ? -1 : 0;
}
