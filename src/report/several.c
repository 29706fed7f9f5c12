/*
 * several: see several.h.
 *
 * The join is a sort: all cases of all runs by kind and id, equal ones
 * beside each other, in the order of the runs.
 */
#include "report/several.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/reply.h"

/* A case, and whose it is. */
struct item {
    const struct result_case *of;
    size_t run;
};

/* The same case of another run is equal. */
static int compare(const struct result_case *a, const struct result_case *b)
{
    if (a->passive != b->passive)
        return a->passive ? 1 : -1;
    return strcmp(a->id, b->id);
}

static int by_case(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = compare(x->of, y->of);

    return order ? order : x->run < y->run ? -1 : x->run > y->run;
}

enum several_change several_change_of(const struct result_case *was,
                                      const struct result_case *is)
{
    static const int weight[VERDICT_COUNT] = {
        [VERDICT_WARN] = 1, [VERDICT_FAIL] = 2};
    int before = was ? weight[was->verdict] : 0;
    int now = is ? weight[is->verdict] : 0;

    if (now > before)
        return SEVERAL_NEW;
    if (!was || !is)
        return SEVERAL_CHANGED;
    if (before && (is->verdict == VERDICT_PASS || is->verdict == VERDICT_INFO))
        return SEVERAL_FIXED;
    if (was->verdict != is->verdict)
        return SEVERAL_CHANGED;
    /* The same finding, by another reply or at another step. */
    return now && (was->code != is->code ||
                   strcmp(was->expected, is->expected) != 0)
               ? SEVERAL_CHANGED
               : SEVERAL_SAME;
}

/* All cases of all runs, sorted; how many into *n. */
static struct item *collect(struct several *s, size_t *n)
{
    size_t total = 0;
    struct item *items;

    for (size_t i = 0; i < s->n; i++)
        total += s->runs[i]->n_cases;
    items = result_alloc(&s->memory, (total + 1) * sizeof *items);
    *n = 0;
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->runs[i]->n_cases; k++)
            items[(*n)++] = (struct item){&s->runs[i]->cases[k], i};
    qsort(items, *n, sizeof *items, by_case);
    return items;
}

static void join_cases(struct several *s)
{
    size_t n;
    struct item *items = collect(s, &n);
    struct several_row *rows = result_alloc(&s->memory, (n + 1) * sizeof *rows),
                       *row = rows;
    const struct result_case **in = NULL;

    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare(items[i - 1].of, items[i].of) != 0) {
            in = result_alloc(&s->memory, s->n * sizeof(void *));
            row = &rows[s->n_rows++];
            row->id = items[i].of->id;
            row->in = in;
        }
        in[items[i].run] = items[i].of;
        row->any = items[i].of;
    }
    for (size_t i = 0; s->mode == SEVERAL_COMPARE && i < s->n_rows; i++)
        rows[i].change = several_change_of(rows[i].in[0], rows[i].in[1]);
    s->rows = rows;
}

/* A suite's catalogue is the same in all results, as a rule. */
static const struct result_requirement *
requirement_of(const struct result *r, const char *id, size_t likely)
{
    if (likely < r->n_requirements &&
        strcmp(r->requirements[likely].id, id) == 0)
        return &r->requirements[likely];
    for (size_t i = 0; i < r->n_requirements; i++)
        if (strcmp(r->requirements[i].id, id) == 0)
            return &r->requirements[i];
    return NULL;
}

static void join_requirements(struct several *s)
{
    const struct result *first = s->runs[0];
    struct several_requirement *rows =
        result_alloc(&s->memory, (first->n_requirements + 1) * sizeof *rows);

    for (size_t i = 0; i < first->n_requirements; i++) {
        const struct result_requirement **in =
            result_alloc(&s->memory, s->n * sizeof(void *));
        rows[i].any = &first->requirements[i];
        rows[i].in = in;
        for (size_t k = 0; k < s->n; k++)
            in[k] = requirement_of(s->runs[k], rows[i].any->id, i);
    }
    s->requirements = rows;
    s->n_requirements = first->n_requirements;
}

/* ---- what servers are called --------------------------------------------- */

#define SOFTWARE_WORDS 2
#define SOFTWARE_MOST  24 /* octets of one */

/* Words of a greeting that name no software. */
static bool names_nothing(struct smtp_span word)
{
    static const struct smtp_span words[] = {
        {"ESMTP", 5}, {"SMTP", 4}, {"LMTP", 4}, {"Service", 7}, {"Ready", 5}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (smtp_span_ieq(word, words[i]))
            return true;
    for (size_t i = 0; i < word.n; i++)
        if (isalnum((unsigned char)word.p[i]))
            return false;
    return true; /* "***" */
}

static struct smtp_span take_word(struct smtp_span *s)
{
    static const char marks[] = {';', ',', ':', '.', '-'};
    const char *end = memchr(s->p, ' ', s->n);
    struct smtp_span word = smtp_span_of(
        s->p, end ? (size_t)(end - s->p) : s->n);

    *s = smtp_span_from(*s, word.n + (end != NULL));
    while (word.n && memchr(marks, word.p[word.n - 1], sizeof marks))
        word.n--;
    return word;
}

/* " Exim 4.96" of "220 mx.example ESMTP Exim 4.96 Sun, ...", or "". */
static const char *software(struct result *memory, const struct result *r)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply reply;
    struct smtp_span s = r->server.greeting;
    const char *out = "";

    if (s.n == 0 || smtp_reply_parse(&scan, s.p, s.n, &reply) <= 0)
        return out;
    s = reply.text;
    take_word(&s); /* its host */
    for (size_t n = 0; s.n && n < SOFTWARE_WORDS;) {
        struct smtp_span word = take_word(&s);
        if (names_nothing(word)) {
            if (n == 0)
                continue;
            break;
        }
        if (word.n > SOFTWARE_MOST)
            word.n = SOFTWARE_MOST;
        out = result_textf(memory, "%s %s", out, result_escaped(memory, word));
        n++;
    }
    return out;
}

/* Ports of one host differ in little: what a server says it is tells them
 * apart, and what it was tested as where that does not. */
static void name_servers(struct several *s)
{
    const char **names = result_alloc(&s->memory, s->n * sizeof *names);
    const char **what = result_alloc(&s->memory, s->n * sizeof *what);
    bool servers = s->mode == SEVERAL_SERVERS;

    for (size_t i = 0; i < s->n; i++)
        what[i] = servers ? software(&s->memory, s->runs[i]) : "";
    for (size_t i = 0; i < s->n; i++) {
        const struct result *r = s->runs[i];
        bool told = what[i][0] != '\0';
        for (size_t k = 0; told && k < s->n; k++)
            told = k == i || strcmp(what[k], what[i]) != 0 ||
                   strcmp(s->runs[k]->target, r->target) != 0;
        bool profile = servers && !told && r->server.profile;
        names[i] = result_textf(&s->memory, "%s%s%s%s", r->target, what[i],
                                profile ? ", " : "",
                                profile ? r->server.profile : "");
    }
    s->names = names;
}

bool several_init(struct several *s, enum several_mode mode,
                  const struct result *const *runs, size_t n)
{
    memset(s, 0, sizeof *s);
    s->mode = mode;
    s->runs = runs;
    s->n = n;
    if (!result_init(&s->memory))
        return false;
    name_servers(s);
    join_cases(s);
    join_requirements(s);
    return true;
}

void several_free(struct several *s)
{
    result_free(&s->memory);
    memset(s, 0, sizeof *s);
}

size_t several_count(const struct several *s, enum several_change change)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_rows; i++)
        n += s->rows[i].change == change;
    return n;
}

const char *several_change_name(enum several_change change)
{
    static const char *const names[] = {
        [SEVERAL_SAME] = "same",
        [SEVERAL_NEW] = "new",
        [SEVERAL_FIXED] = "fixed",
        [SEVERAL_CHANGED] = "changed",
    };

    return names[change];
}
