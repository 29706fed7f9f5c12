/*
 * catalogue: see catalogue.h. Tab-separated files with one header line;
 * columns are found by the header's names, so more may be added.
 */
#include "check/catalogue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 24

struct code_row {
    char *command; /* "MAIL", "EHLO HELO", "(any but QUIT)" */
    unsigned code;
    enum catalogue_allowed allowed;
};

struct name_row {
    enum catalogue_registry registry;
    char *name;
};

struct catalogue {
    struct catalogue_requirement *rows; /* sorted by id */
    size_t n_rows;
    struct code_row *codes;
    size_t n_codes;
    struct name_row *names;
    size_t n_names;
};

/* One open file and the line that was read last, cut into columns. */
struct table {
    FILE *file;
    char path[4096];
    char *line;
    size_t cap;
    unsigned number;
    char *column[COLUMNS_MAX];
    size_t n;
};

static void table_cut(struct table *t)
{
    char *p = t->line;

    p[strcspn(p, "\r\n")] = '\0';
    t->n = 0;
    while (p && t->n < COLUMNS_MAX)
        t->column[t->n++] = strsep(&p, "\t");
}

/* True when there is a further line, blank ones left out. */
static bool table_next(struct table *t)
{
    while (getline(&t->line, &t->cap, t->file) >= 0) {
        t->number++;
        if (strspn(t->line, "\r\n") == strlen(t->line))
            continue;
        table_cut(t);
        return true;
    }
    return false;
}

static void table_close(struct table *t)
{
    if (t->file)
        fclose(t->file);
    free(t->line);
}

/* Finds the columns `want[0..n)` by the header; at[i] is where. */
static bool table_open(struct table *t, const char *dir, const char *name,
                       const char *const want[], size_t at[], size_t n,
                       char *err, size_t err_cap)
{
    memset(t, 0, sizeof *t);
    snprintf(t->path, sizeof t->path, "%s/%s", dir, name);
    t->file = fopen(t->path, "r");
    if (!t->file) {
        snprintf(err, err_cap, "%s: %s", t->path, strerror(errno));
        return false;
    }
    if (!table_next(t)) {
        snprintf(err, err_cap, "%s:1: expected a header line", t->path);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        for (at[i] = 0; at[i] < t->n; at[i]++)
            if (strcmp(t->column[at[i]], want[i]) == 0)
                break;
        if (at[i] == t->n) {
            snprintf(err, err_cap, "%s:1: expected a column \"%s\"", t->path,
                     want[i]);
            return false;
        }
    }
    return true;
}

/* Adds room for one more element to *rows; NULL when memory ran out. */
static void *grow(void **rows, size_t n, size_t size)
{
    if ((n & (n - 1)) == 0) { /* at 0 and each power of two */
        void *p = realloc(*rows, (n ? 2 * n : 1) * size);
        if (!p)
            return NULL;
        *rows = p;
    }
    return memset((char *)*rows + n * size, 0, size);
}

static int by_id(const void *a, const void *b)
{
    const struct catalogue_requirement *x = a, *y = b;
    return strcmp(x->id, y->id);
}

enum { FILLED = 7, FIELDS }; /* the last may be empty */

/* The table's line as a requirement; what is missing is said in err. */
static bool add_requirement(struct catalogue *c, struct table *t,
                            const char *const want[], const size_t at[],
                            char *err, size_t err_cap)
{
    struct catalogue_requirement *r =
        grow((void **)&c->rows, c->n_rows, sizeof *r);

    if (!r) {
        snprintf(err, err_cap, "%s: out of memory", t->path);
        return false;
    }
    c->n_rows++;
    const char **field[FIELDS] = {&r->id,    &r->rfc,  &r->section,
                                  &r->level, &r->party, &r->text,
                                  &r->observable, &r->reason};
    for (size_t i = 0; i < FIELDS; i++) {
        const char *value = at[i] < t->n ? t->column[at[i]] : "";
        if (i < FILLED && value[0] == '\0') {
            snprintf(err, err_cap, "%s:%u: expected a value in column \"%s\"",
                     t->path, t->number, want[i]);
            return false;
        }
        *field[i] = strdup(value);
        if (!*field[i]) {
            snprintf(err, err_cap, "%s: out of memory", t->path);
            return false;
        }
    }
    return true;
}

static bool all_different(const struct catalogue *c, const struct table *t,
                          char *err, size_t err_cap)
{
    for (size_t i = 1; i < c->n_rows; i++) {
        if (strcmp(c->rows[i].id, c->rows[i - 1].id) != 0)
            continue;
        snprintf(err, err_cap, "%s: the id \"%s\" is there twice", t->path,
                 c->rows[i].id);
        return false;
    }
    return true;
}

static bool load_requirements(struct catalogue *c, const char *dir, char *err,
                              size_t err_cap)
{
    static const char *const want[FIELDS] = {
        "id",    "rfc",         "section",    "level",
        "party", "requirement", "observable", "reason"};
    size_t at[FIELDS];
    struct table t;
    bool ok =
        table_open(&t, dir, "requirements.tsv", want, at, FIELDS, err, err_cap);

    while (ok && table_next(&t))
        ok = add_requirement(c, &t, want, at, err, err_cap);
    if (ok && c->n_rows)
        qsort(c->rows, c->n_rows, sizeof *c->rows, by_id);
    ok = ok && all_different(c, &t, err, err_cap);
    table_close(&t);
    return ok;
}

/* One row of replycodes.tsv. False when its code is none. */
static bool add_code(struct catalogue *c, const char *command, const char *code,
                     const char *section)
{
    char *end;
    unsigned long value = strtoul(code, &end, 10);
    struct code_row *r;

    if (*end != '\0' || value < 200 || value > 599)
        return false;
    r = grow((void **)&c->codes, c->n_codes, sizeof *r);
    if (!r)
        return false;
    c->n_codes++;
    r->command = strdup(command);
    r->code = (unsigned)value;
    r->allowed =
        strncmp(section, "not ", 4) == 0 ? CATALOGUE_NOTED : CATALOGUE_LISTED;
    return r->command != NULL;
}

static bool load_codes(struct catalogue *c, const char *dir, char *err,
                       size_t err_cap)
{
    static const char *const want[] = {"command", "code", "section"};
    enum { N = sizeof want / sizeof *want };
    size_t at[N];
    struct table t;
    bool ok = table_open(&t, dir, "replycodes.tsv", want, at, N, err, err_cap);

    while (ok && table_next(&t)) {
        ok = at[0] < t.n && at[1] < t.n && at[2] < t.n &&
             t.column[at[0]][0] != '\0' && t.column[at[2]][0] != '\0' &&
             add_code(c, t.column[at[0]], t.column[at[1]], t.column[at[2]]);
        if (!ok)
            snprintf(err, err_cap,
                     "%s:%u: expected a command, a code from 200 to 599 and "
                     "a section",
                     t.path, t.number);
    }
    table_close(&t);
    return ok;
}

/* Keeps a name of the registries that anything is held against. */
static bool add_name(struct catalogue *c, const char *registry,
                     const char *name)
{
    static const char *const known[] = {
        [CATALOGUE_EXTENSION] = "smtp-service-extension",
        [CATALOGUE_LIMIT] = "smtp-server-limit",
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct name_row *r;

        if (strcmp(registry, known[i]) != 0)
            continue;
        r = grow((void **)&c->names, c->n_names, sizeof *r);
        if (!r)
            return false;
        c->n_names++;
        r->registry = (enum catalogue_registry)i;
        r->name = strdup(name);
        return r->name != NULL;
    }
    return true;
}

static bool load_names(struct catalogue *c, const char *dir, char *err,
                       size_t err_cap)
{
    static const char *const want[] = {"registry", "name"};
    enum { N = sizeof want / sizeof *want };
    size_t at[N];
    struct table t;
    bool ok = table_open(&t, dir, "iana.tsv", want, at, N, err, err_cap);

    while (ok && table_next(&t)) {
        ok = at[0] < t.n && at[1] < t.n && t.column[at[1]][0] != '\0' &&
             add_name(c, t.column[at[0]], t.column[at[1]]);
        if (!ok)
            snprintf(err, err_cap, "%s:%u: expected a registry and a name",
                     t.path, t.number);
    }
    table_close(&t);
    return ok;
}

struct catalogue *catalogue_load(const char *dir, char *err, size_t err_cap)
{
    struct catalogue *c = calloc(1, sizeof *c);

    if (!c) {
        snprintf(err, err_cap, "out of memory");
        return NULL;
    }
    if (load_requirements(c, dir, err, err_cap) &&
        load_codes(c, dir, err, err_cap) && load_names(c, dir, err, err_cap))
        return c;
    catalogue_free(c);
    return NULL;
}

void catalogue_free(struct catalogue *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_rows; i++) {
        struct catalogue_requirement *r = &c->rows[i];
        free((char *)r->id);
        free((char *)r->rfc);
        free((char *)r->section);
        free((char *)r->level);
        free((char *)r->party);
        free((char *)r->text);
        free((char *)r->observable);
        free((char *)r->reason);
    }
    for (size_t i = 0; i < c->n_codes; i++)
        free(c->codes[i].command);
    for (size_t i = 0; i < c->n_names; i++)
        free(c->names[i].name);
    free(c->rows);
    free(c->codes);
    free(c->names);
    free(c);
}

size_t catalogue_count(const struct catalogue *c)
{
    return c->n_rows;
}

const struct catalogue_requirement *catalogue_at(const struct catalogue *c,
                                                 size_t i)
{
    return &c->rows[i];
}

bool catalogue_is_server(const struct catalogue_requirement *r)
{
    return strcmp(r->party, "client") != 0;
}

bool catalogue_is_observable(const struct catalogue_requirement *r)
{
    return strcmp(r->observable, "none") != 0 &&
           strcmp(r->observable, "beyond") != 0;
}

const struct catalogue_requirement *catalogue_find(const struct catalogue *c,
                                                   const char *id)
{
    struct catalogue_requirement key = {.id = id};
    return c->n_rows ? bsearch(&key, c->rows, c->n_rows, sizeof key, by_id)
                     : NULL;
}

/* True when `word` is one of the space-separated words of list. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; n && (p = strstr(p, word)) != NULL; p += n) {
        bool starts = p == list || p[-1] == ' ' || p[-1] == '(';
        bool ends = p[n] == '\0' || p[n] == ' ' || p[n] == ')';
        if (starts && ends)
            return true;
    }
    return false;
}

/* Whether a row's command column covers the command. */
static bool row_covers(const char *row, const char *command)
{
    static const char but[] = "(any but ";

    if (strcmp(row, command) == 0 || strcmp(row, "(any)") == 0)
        return true;
    if (strncmp(row, but, sizeof but - 1) == 0)
        return !has_word(row + sizeof but - 1, command);
    return row[0] != '(' && has_word(row, command);
}

enum catalogue_allowed catalogue_code(const struct catalogue *c,
                                      const char *command, unsigned code)
{
    enum catalogue_allowed best = CATALOGUE_UNLISTED;

    for (size_t i = 0; i < c->n_codes; i++) {
        const struct code_row *r = &c->codes[i];
        if (r->code == code && r->allowed > best &&
            row_covers(r->command, command))
            best = r->allowed;
    }
    return best;
}

bool catalogue_registered(const struct catalogue *c, enum catalogue_registry r,
                          struct smtp_span name)
{
    for (size_t i = 0; i < c->n_names; i++) {
        const struct name_row *row = &c->names[i];
        if (row->registry == r &&
            smtp_span_ieq(smtp_span_of(row->name, strlen(row->name)), name))
            return true;
    }
    return false;
}
