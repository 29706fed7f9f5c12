/*
 * baseline: see baseline.h.
 */
#include "report/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/escape.h"
#include "report/formats.h"

#define SPACE " \t\r"

/* ---- reading ---- */

struct reader {
    struct baseline *b;
    const char *path;
    unsigned line;
    char *err;
    size_t err_cap;
};

static bool wrong(struct reader *r, const char *expected, const char *got)
{
    char *clean = report_clean(got);

    clean[strcspn(clean, "\n")] = '\0';
    snprintf(r->err, r->err_cap, "%s:%u: expected %s, not \"%.80s\"", r->path,
             r->line, expected, clean);
    free(clean);
    return false;
}

/* The next word; *rest moves behind it. */
static char *word(char **rest)
{
    char *start = *rest + strspn(*rest, SPACE);
    size_t n = strcspn(start, SPACE);

    *rest = start + n;
    if (**rest)
        *(*rest)++ = '\0';
    return start;
}

static bool read_verdict(const char *text, enum verdict *out)
{
    static const enum verdict known[] = {VERDICT_FAIL, VERDICT_BLOCKED};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, verdict_name(known[i])) != 0)
            continue;
        *out = known[i];
        return true;
    }
    return false;
}

/* "-" or three digits. */
static bool read_code(const char *text, unsigned *out)
{
    *out = 0;
    if (strcmp(text, "-") == 0)
        return true;
    if (strlen(text) != 3 || strspn(text, "0123456789") != 3)
        return false;
    *out = (unsigned)strtoul(text, NULL, 10);
    return *out >= 100;
}

/* A day that there is. */
static bool read_day(const char *text, char out[11])
{
    struct tm tm = {0};
    const char *rest = strptime(text, "%Y-%m-%d", &tm);
    time_t day;

    if (!rest || *rest || strlen(text) != 10)
        return false;
    tm.tm_isdst = 0;
    day = timegm(&tm);
    gmtime_r(&day, &tm);
    return strftime(out, 11, "%Y-%m-%d", &tm) == 10 && strcmp(out, text) == 0;
}

static bool add(struct reader *r, struct baseline_entry e, const char *id,
                const char *reason)
{
    struct baseline *b = r->b;

    if (baseline_find(b, id))
        return wrong(r, "each id once", id);
    if (b->n == b->cap) {
        size_t cap = b->cap ? 2 * b->cap : 64;
        struct baseline_entry *p = realloc(b->entries, cap * sizeof *p);
        if (!p)
            return wrong(r, "less", "out of memory");
        b->entries = p;
        b->cap = cap;
    }
    e.line = r->line;
    e.id = strdup(id);
    e.reason = report_clean(reason);
    b->entries[b->n++] = e;
    return e.id != NULL || wrong(r, "less", "out of memory");
}

static bool read_line(struct reader *r, char *text)
{
    struct baseline_entry e = {0};
    const char *id, *part;

    text[strcspn(text, "\n")] = '\0';
    id = word(&text);
    if (id[0] == '\0' || id[0] == '#')
        return true;
    part = word(&text);
    if (!read_verdict(part, &e.verdict))
        return wrong(r, "FAIL or BLOCKED behind the id", part);
    part = word(&text);
    if (!read_code(part, &e.code))
        return wrong(r, "a reply code or - behind the verdict", part);
    part = word(&text);
    if (!read_day(part, e.until))
        return wrong(r, "a day such as 2027-02-20 behind the reply", part);
    text += strspn(text, SPACE);
    if (text[0] == '\0')
        return wrong(r, "a reason behind the day", text);
    return add(r, e, id, text);
}

static bool read_all(struct reader *r, FILE *in)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t n;
    bool ok = true;

    while (ok && (n = getline(&text, &cap, in)) > 0) {
        r->line++;
        if (memchr(text, '\0', (size_t)n))
            ok = wrong(r, "text", "NUL");
        else
            ok = read_line(r, text);
    }
    free(text);
    return ok;
}

struct baseline *baseline_load(const char *path, char *err, size_t err_cap)
{
    struct baseline *b = calloc(1, sizeof *b);
    struct reader r = {b, path, 0, err, err_cap};
    FILE *in = b ? fopen(path, "re") : NULL;
    bool ok = in && read_all(&r, in);

    if (!in || (ok && ferror(in))) {
        snprintf(err, err_cap, "%s: %s", path, strerror(errno));
        ok = false;
    }
    if (in)
        fclose(in);
    if (ok)
        return b;
    baseline_free(b);
    return NULL;
}

void baseline_free(struct baseline *b)
{
    for (size_t i = 0; b && i < b->n; i++) {
        free(b->entries[i].id);
        free(b->entries[i].reason);
    }
    if (b)
        free(b->entries);
    free(b);
}

const struct baseline_entry *baseline_find(const struct baseline *b,
                                           const char *id)
{
    for (size_t i = 0; b && i < b->n; i++)
        if (strcmp(b->entries[i].id, id) == 0)
            return &b->entries[i];
    return NULL;
}

/* ---- holding a result against it ---- */

static void add_note(struct result *r, struct result_case *c, const char *why)
{
    struct result_note *notes =
        result_alloc(r, (c->n_notes + 1) * sizeof *notes);

    if (c->n_notes)
        memcpy(notes, c->notes, c->n_notes * sizeof *notes);
    notes[c->n_notes++] = (struct result_note){VERDICT_INFO, why};
    c->notes = notes;
}

static bool was_tested(const struct result_case *c)
{
    return c->verdict == VERDICT_PASS || c->verdict == VERDICT_INFO ||
           c->verdict == VERDICT_WARN;
}

/* Why the entry is not right any more, or NULL. */
static const char *stale_because(struct result *r, const struct result_case *c,
                                 const struct baseline_entry *e,
                                 const char *today)
{
    if (was_tested(c))
        return result_textf(r, "it is %s now: take it out of the baseline",
                            verdict_name(c->verdict));
    if (strcmp(today, e->until) > 0)
        return result_textf(r, "the baseline accepted it until %s", e->until);
    return NULL;
}

static void judge(struct result *r, struct result_case *c,
                  const struct baseline_entry *e)
{
    if (c->verdict != e->verdict)
        return;
    if (e->code && e->code != c->code) {
        add_note(r, c,
                 result_textf(r, "the baseline lists it with the reply %u",
                              e->code));
        return;
    }
    c->known = result_text(r, e->reason);
    c->until = result_text(r, e->until);
}

void baseline_apply(const struct baseline *b, struct result *r)
{
    struct result_stale *stale =
        result_alloc(r, (r->n_cases + 1) * sizeof *stale);
    char today[40];

    report_time(r->started, today, sizeof today);
    today[10] = '\0';
    r->stale = stale;
    r->n_stale = 0;
    for (size_t i = 0; i < r->n_cases; i++) {
        struct result_case *c = &r->cases[i];
        const struct baseline_entry *e = baseline_find(b, c->id);
        const char *why = e ? stale_because(r, c, e, today) : NULL;
        c->known = c->until = NULL;
        if (why)
            stale[r->n_stale++] = (struct result_stale){c->id, why};
        else if (e)
            judge(r, c, e);
    }
}
