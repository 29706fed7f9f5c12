/*
 * terminal_sum: who was tested, what was not, and the sum.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/terminal.h"

#define LABELS 12
#define FEW    3  /* ids named of a group */
#define WORST  20 /* ids named of a verdict at the end */

/* ---- who was tested ---- */

static void field(struct page *p, const char *label, const char *text)
{
    page_cell(p, PAGE_DIM, label, LABELS);
    page_words(p, PAGE_PLAIN, LABELS, text);
}

static void put_greeting(struct page *p, const struct result_server *s)
{
    struct smtp_span rest = s->greeting;
    unsigned lines = 0;

    while (rest.n && lines++ < 4) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n, text = n;
        char line[600];

        if (text && rest.p[text - 1] == '\r')
            text--;
        report_escape(smtp_span_of(rest.p, text), line, sizeof line);
        page_cell(p, PAGE_DIM, lines == 1 ? "Greeting" : "", LABELS);
        page_line(p, PAGE_PLAIN, LABELS, line, false);
        rest = smtp_span_from(rest, n + 1);
    }
}

static void put_list(struct page *p, const char *label,
                     const char *const *list, size_t n)
{
    size_t size = 1;
    char *text;

    for (size_t i = 0; i < n; i++)
        size += strlen(list[i]) + 2;
    text = malloc(size);
    if (!text || n == 0) {
        free(text);
        return;
    }
    text[0] = '\0';
    for (size_t i = 0, at = 0; i < n; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i ? ", " : "",
                               list[i]);
    field(p, label, text);
    free(text);
}

/* True when both lists are the same but for STARTTLS, which TLS ends. */
static bool same_but_starttls(const struct result_server *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_ehlo; i++) {
        if (strcmp(s->ehlo[i], "STARTTLS") == 0)
            continue;
        if (n == s->n_ehlo_tls || strcmp(s->ehlo[i], s->ehlo_tls[n]) != 0)
            return false;
        n++;
    }
    return n > 0 && n == s->n_ehlo_tls;
}

static void put_tls(struct page *p, const struct result_tls *t)
{
    char text[700];

    if (!t)
        return;
    snprintf(text, sizeof text, "%s, %s; certificate of %s, %s%s", t->version,
             t->cipher, t->subject[0] ? t->subject : "nobody",
             t->verified ? "verified" : "NOT verified: ",
             t->verified ? "" : t->verify_error);
    field(p, "TLS", text);
}

static void put_profile(struct page *p, const struct result_server *s)
{
    char text[200];

    if (!s->profile || !s->greeting.n)
        return;
    snprintf(text, sizeof text, "%s (%s)%s%s", s->profile,
             s->profile_why ? s->profile_why : "",
             s->auth_required ? "; requires authentication" : "",
             s->tls_required ? "; requires TLS" : "");
    field(p, "Profile", text);
}

void report_header(struct page *p, const struct result *r)
{
    page_put(p, PAGE_BOLD, r->tool ? r->tool : "smtpspec");
    page_put(p, PAGE_PLAIN, "  ");
    page_words(p, PAGE_BOLD, LABELS, r->target);
    page_end(p);
    put_greeting(p, &r->server);
    put_profile(p, &r->server);
    put_list(p, "Offers", r->server.ehlo, r->server.n_ehlo);
    if (same_but_starttls(&r->server))
        field(p, "Within TLS", "the same without STARTTLS");
    else
        put_list(p, "Within TLS", r->server.ehlo_tls, r->server.n_ehlo_tls);
    put_tls(p, r->server.tls);
    if (r->server.greeting.n)
        page_end(p);
}

/* ---- what was not tested ---- */

/* Cases of the same verdict, in the order of their reasons. */
struct named {
    const struct result_case *of;
};

static int by_reason(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->of->reason, y->of->reason);

    return order ? order : strcmp(x->of->id, y->of->id);
}

static void put_ids(struct page *p, const struct named *list, size_t n,
                    bool all)
{
    size_t shown = all || n <= FEW + 1 ? n : FEW;
    char more[40];

    for (size_t i = 0; i < shown; i++)
        page_words(p, PAGE_DIM, LABELS, list[i].of->id);
    if (shown == n)
        return;
    snprintf(more, sizeof more, "and %zu more", n - shown);
    page_words(p, PAGE_DIM, LABELS, more);
}

/* One reason and the ids of the cases that have it. */
static void put_group(struct page *p, enum verdict v, const struct named *list,
                      size_t n, bool all)
{
    char count[24];

    snprintf(count, sizeof count, "%zu", n);
    page_cell(p, report_style(v), verdict_name(v), 8);
    page_cell(p, PAGE_PLAIN, count, LABELS);
    page_words(p, PAGE_PLAIN, LABELS, list->of->reason);
    if (v != VERDICT_SKIP || all)
        put_ids(p, list, n, all);
}

void report_groups(struct page *p, const struct result *r, enum verdict v,
                   bool all)
{
    struct named *list = calloc(r->n_cases + 1, sizeof *list);
    size_t n = 0, end;

    for (size_t i = 0; list && i < r->n_cases; i++)
        if (r->cases[i].verdict == v)
            list[n++].of = &r->cases[i];
    if (n) {
        qsort(list, n, sizeof *list, by_reason);
        page_rule(p, '-');
    }
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n; end++)
            if (strcmp(list[end].of->reason, list[i].of->reason) != 0)
                break;
        put_group(p, v, list + i, end - i, all);
    }
    if (n)
        page_end(p);
    free(list);
}

/* ---- the sum ---- */

static void put_counts(struct page *p, const struct result *r)
{
    static const enum verdict order[] = {
        VERDICT_PASS, VERDICT_FAIL,    VERDICT_WARN, VERDICT_INFO,
        VERDICT_SKIP, VERDICT_BLOCKED, VERDICT_ERROR};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t n = result_count(r, order[i]);
        char text[40];
        snprintf(text, sizeof text, "%s %zu", verdict_name(order[i]), n);
        page_put(p, PAGE_PLAIN, i ? "   " : "");
        page_put(p, n ? report_style(order[i]) : PAGE_DIM, text);
    }
    page_end(p);
}

/* How much of id, up to a "/", other begins with. */
static size_t shared(const char *id, size_t n, const char *other)
{
    size_t same = 0;

    for (size_t i = 0; i < n && id[i] == other[i]; i++)
        if (id[i] == '/')
            same = i + 1;
    return same;
}

/* All values that have the cause of case i: its id, or what --select takes
 * for them, and how many they are. False: they were named before. */
static bool name_cause(const struct result *r, size_t i, char *to, size_t cap)
{
    const struct result_case *c = &r->cases[i];
    size_t n = strlen(c->id), count = 1;

    for (size_t k = 0; k < i; k++)
        if (report_same_cause(c, &r->cases[k]))
            return false;
    for (size_t k = i + 1; k < r->n_cases; k++) {
        if (!report_same_cause(c, &r->cases[k]))
            continue;
        n = shared(c->id, n, r->cases[k].id);
        count++;
    }
    if (count == 1)
        snprintf(to, cap, "%s", c->id);
    else
        snprintf(to, cap, "%.*s* (%zu)", (int)n, c->id, count);
    return true;
}

/* What to look at, where a terminal has scrolled to. */
static void put_worst(struct page *p, const struct result *r, enum verdict v)
{
    size_t n = 0;
    char text[300];

    for (size_t i = 0; i < r->n_cases; i++) {
        if (r->cases[i].verdict != v ||
            !name_cause(r, i, text, sizeof text) || n++ >= WORST)
            continue;
        page_cell(p, report_style(v), verdict_name(v), 6);
        page_words(p, PAGE_PLAIN, 6, text);
    }
    if (n <= WORST)
        return;
    snprintf(text, sizeof text, "and %zu more", n - WORST);
    page_cell(p, report_style(v), verdict_name(v), 6);
    page_words(p, PAGE_PLAIN, 6, text);
}

/* What --baseline accepts, and what is not right in it any more. */
static void put_baseline(struct page *p, const struct result *r)
{
    size_t known = 0;
    char text[80];

    for (size_t i = 0; i < r->n_cases; i++)
        known += r->cases[i].known != NULL;
    if (known) {
        snprintf(text, sizeof text, "%zu of them known: the baseline has them",
                 known);
        page_words(p, PAGE_PLAIN, 0, text);
    }
    for (size_t i = 0; i < r->n_stale && i < WORST; i++) {
        page_cell(p, PAGE_RED, "Stale", 6);
        page_put(p, PAGE_PLAIN, " ");
        page_put(p, PAGE_PLAIN, r->stale[i].id);
        page_put(p, PAGE_PLAIN, ": ");
        page_words(p, PAGE_PLAIN, 6, r->stale[i].why);
    }
    if (r->n_stale > WORST) {
        snprintf(text, sizeof text, "and %zu more", r->n_stale - WORST);
        page_cell(p, PAGE_RED, "Stale", 6);
        page_words(p, PAGE_PLAIN, 6, text);
    }
}

static void put_requirements(struct page *p, const struct result *r)
{
    size_t n[RESULT_FAIL + 1] = {0};
    char text[300];

    if (r->n_requirements == 0)
        return;
    for (size_t i = 0; i < r->n_requirements; i++)
        n[r->requirements[i].status]++;
    snprintf(text, sizeof text,
             "%zu requirements on servers: %zu met, %zu broken, %zu with "
             "warnings or notes, %zu not reached, %zu not covered by these "
             "cases, %zu not observable",
             r->n_requirements, n[RESULT_PASS], n[RESULT_FAIL],
             n[RESULT_WARN] + n[RESULT_INFO], n[RESULT_NOT_RUN],
             n[RESULT_UNCOVERED], n[RESULT_UNTESTABLE]);
    page_words(p, PAGE_PLAIN, 0, text);
}

/* What the exit status means in this run. */
static const char *meaning_of(const struct result *r, int exit_status)
{
    switch (exit_status) {
    case 0:
        return "nothing failed";
    case 1:
        return result_count_new(r, VERDICT_FAIL)
                   ? "the server breaks a rule that it must keep"
                   : "the baseline is stale: it lists what passes, or its "
                     "time is over";
    case 3:
        return r->failure ? "the server could not be tested"
                          : "nothing failed, but not all could be tested "
                            "(--allow-blocked accepts that)";
    case 130:
        return "interrupted: what was not played is BLOCKED";
    default:
        return "";
    }
}

void report_summary(struct page *p, const struct result *r, int exit_status)
{
    char text[400];

    page_rule(p, '=');
    put_worst(p, r, VERDICT_FAIL);
    put_worst(p, r, VERDICT_WARN);
    put_counts(p, r);
    put_baseline(p, r);
    put_requirements(p, r);
    snprintf(text, sizeof text, "%zu cases, %lu sessions, %.1f s", r->n_cases,
             report_sessions(r), (double)(r->ended - r->started) / 1000);
    page_words(p, PAGE_PLAIN, 0, text);
    if (r->failure) {
        page_put(p, PAGE_RED, "Could not test: ");
        page_words(p, PAGE_PLAIN, 2, r->failure);
    }
    snprintf(text, sizeof text, "Exit status %d: %s", exit_status,
             meaning_of(r, exit_status));
    page_words(p, exit_status ? PAGE_BOLD : PAGE_GREEN, 0, text);
}
