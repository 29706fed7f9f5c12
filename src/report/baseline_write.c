/*
 * baseline_write: what --write-baseline writes; docs/baseline.md has the
 * format.
 */
#include <stdlib.h>
#include <string.h>

#include "report/baseline.h"
#include "report/escape.h"
#include "report/formats.h"

#define DAYS   90 /* that a new entry lasts */
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* The rest of a line: what may be shown, and no line end. */
static void put_reason(FILE *out, const char *text)
{
    char *clean = report_clean(text && text[0] ? text : "-");

    for (char *p = clean; *p; p++)
        if (*p == '\n')
            *p = ' ';
    fprintf(out, "%s\n", clean);
    free(clean);
}

static void put(FILE *out, const char *id, enum verdict v, unsigned code,
                const char *until, const char *reason)
{
    fprintf(out, "%s %s ", id, verdict_name(v));
    if (code)
        fprintf(out, "%03u", code);
    else
        fputc('-', out);
    fprintf(out, " %s ", until);
    put_reason(out, reason);
}

/* Its case was not tested: nothing is known that speaks against it. */
static bool stays(const struct result_case *c)
{
    return !c || c->verdict == VERDICT_SKIP || c->verdict == VERDICT_BLOCKED ||
           c->verdict == VERDICT_ERROR;
}

static const struct result_case *case_of(const struct result *r, const char *id)
{
    for (size_t i = 0; i < r->n_cases; i++)
        if (strcmp(r->cases[i].id, id) == 0)
            return &r->cases[i];
    return NULL;
}

/* An id with white space would not be read back. */
static bool is_word(const char *id)
{
    return id[0] != '\0' && id[0] != '#' && !strpbrk(id, " \t\r\n");
}

int report_baseline_write(const struct result *r,
                          const struct report_options *o, FILE *out)
{
    const struct baseline *b = o->baseline;
    char until[40];

    report_time(r->started + DAYS * DAY_MS, until, sizeof until);
    until[10] = '\0';
    fputs("# Failures that smtpspec check --baseline accepts: id, verdict,\n"
          "# reply or -, last day, reason.\n",
          out);
    for (size_t i = 0; i < r->n_cases; i++) {
        const struct result_case *c = &r->cases[i];
        const struct baseline_entry *e = baseline_find(b, c->id);
        if (c->verdict == VERDICT_FAIL && is_word(c->id))
            put(out, c->id, VERDICT_FAIL, c->code, c->known ? c->until : until,
                e ? e->reason : c->reason);
    }
    for (size_t i = 0; b && i < b->n; i++) {
        const struct baseline_entry *e = &b->entries[i];
        if (stays(case_of(r, e->id)))
            put(out, e->id, e->verdict, e->code, e->until, e->reason);
    }
    return ferror(out) ? -1 : 0;
}
