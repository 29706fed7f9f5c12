/*
 * load: the tables of what a result's JSON holds; see load.h.
 */
#include "report/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/load_value.h"

#define ROWS(a) (sizeof(a) / sizeof *(a))

/* ---- server ---- */

#define AT(f) offsetof(struct result_tls, f)
static const struct load_row tls_rows[] = {
    {"version",      load_text, AT(version)     },
    {"cipher",       load_text, AT(cipher)      },
    {"subject",      load_text, AT(subject)     },
    {"fingerprint",  load_text, AT(fingerprint) },
    {"verified",     load_bool, AT(verified)    },
    {"verify_error", load_text, AT(verify_error)},
};
#undef AT

static bool load_tls(struct load *l, json_t *j, const struct load_row *row,
                     void *to)
{
    struct result_server *s = to;
    struct result_tls *t;

    (void)row;
    if (json_is_null(j))
        return true;
    t = result_alloc(l->r, sizeof *t);
    s->tls = t;
    return load_object(l, j, tls_rows, ROWS(tls_rows), t);
}

static bool load_profile(struct load *l, json_t *j, const struct load_row *row,
                         void *to)
{
    static const char *const names[] = {"mx", "submission", "lmtp", "auto"};
    struct result_server *s = to;
    int i;

    (void)row;
    if (json_is_null(j))
        return true;
    i = load_choice(l, j, names, ROWS(names));
    if (i >= 0)
        s->profile = names[i];
    return i >= 0;
}

/* Extension lines stay escaped. */
static bool load_extensions(struct load *l, json_t *j,
                            const struct load_row *row, void *to)
{
    struct result_server *s = to;
    bool tls = strcmp(row->name, "ehlo_tls") == 0;

    return tls ? load_texts(l, j, &s->ehlo_tls, &s->n_ehlo_tls)
               : load_texts(l, j, &s->ehlo, &s->n_ehlo);
}

#define AT(f) offsetof(struct result_server, f)
static const struct load_row server_rows[] = {
    {"greeting",      load_octets,       AT(greeting)     },
    {"profile",       load_profile,      0                },
    {"profile_why",   load_text_or_null, AT(profile_why)  },
    {"auth_required", load_bool,         AT(auth_required)},
    {"tls_required",  load_bool,         AT(tls_required) },
    {"ehlo",          load_extensions,   0                },
    {"ehlo_tls",      load_extensions,   0                },
    {"tls",           load_tls,          0                },
};
#undef AT

static bool load_server(struct load *l, json_t *j, const struct load_row *row,
                        void *to)
{
    struct result *r = to;

    (void)row;
    return load_object(l, j, server_rows, ROWS(server_rows), &r->server);
}

/* ---- the whole ---- */

#define AT(f) offsetof(struct result_requirement, f)
static bool load_status(struct load *l, json_t *j, const struct load_row *row,
                        void *to)
{
    const char *names[RESULT_FAIL + 1];
    struct result_requirement *q = to;
    int i;

    (void)row;
    for (int s = 0; s <= RESULT_FAIL; s++)
        names[s] = report_status_name((enum result_status)s);
    i = load_choice(l, j, names, ROWS(names));
    if (i >= 0)
        q->status = (enum result_status)i;
    return i >= 0;
}

static const struct load_row requirement_rows[] = {
    {"id",      load_text,   AT(id)     },
    {"rfc",     load_text,   AT(rfc)    },
    {"section", load_text,   AT(section)},
    {"level",   load_text,   AT(level)  },
    {"text",    load_text,   AT(text)   },
    {"reason",  load_text,   AT(reason) },
    {"status",  load_status, 0          },
};
#undef AT

static bool load_requirements(struct load *l, json_t *j,
                              const struct load_row *row, void *to)
{
    struct result *r = to;
    void *list;
    bool ok = load_objects(l, j, requirement_rows, ROWS(requirement_rows),
                           sizeof(struct result_requirement), &list,
                           &r->n_requirements);

    (void)row;
    r->requirements = ok ? list : NULL;
    return ok;
}

static const struct load_row option_rows[] = {
    {"name",  load_text, offsetof(struct result_pair, name) },
    {"value", load_text, offsetof(struct result_pair, value)},
};

static bool load_options(struct load *l, json_t *j, const struct load_row *row,
                         void *to)
{
    struct result *r = to;
    void *list;
    bool ok = load_objects(l, j, option_rows, ROWS(option_rows),
                           sizeof(struct result_pair), &list, &r->n_options);

    (void)row;
    r->options = ok ? list : NULL;
    return ok;
}

static const struct load_row stale_rows[] = {
    {"id",  load_text, offsetof(struct result_stale, id) },
    {"why", load_text, offsetof(struct result_stale, why)},
};

static bool load_stale(struct load *l, json_t *j, const struct load_row *row,
                       void *to)
{
    struct result *r = to;
    void *list;
    bool ok = load_objects(l, j, stale_rows, ROWS(stale_rows),
                           sizeof(struct result_stale), &list, &r->n_stale);

    (void)row;
    r->stale = ok ? list : NULL;
    return ok;
}

static bool load_schema(struct load *l, json_t *j, const struct load_row *row,
                        void *to)
{
    (void)row;
    (void)to;
    return json_integer_value(j) == REPORT_SCHEMA_VERSION ||
           load_wrong(l, "1", j);
}

/* The counts are those of the cases, which stand behind them: a file where
 * they differ was changed by hand. */
static bool load_summary(struct load *l, json_t *j, const struct load_row *row,
                         void *to)
{
    const struct result *r = to;

    (void)row;
    for (int v = 0; v < VERDICT_COUNT; v++) {
        const char *name = verdict_name((enum verdict)v);
        json_t *n = json_object_get(j, name);
        if (!json_is_integer(n) ||
            (size_t)json_integer_value(n) != result_count(r, (enum verdict)v)) {
            load_enter(l, name);
            return load_wrong(l, "as many as there are cases with it", n);
        }
    }
    return true;
}

#define AT(f) offsetof(struct result, f)
static const struct load_row rows[] = {
    {"schema",       load_schema,       0              },
    {"tool",         load_text,         AT(tool)       },
    {"suite",        load_text,         AT(suite)      },
    {"target",       load_text,         AT(target)     },
    {"started",      load_time,         AT(started)    },
    {"ended",        load_time,         AT(ended)      },
    {"interrupted",  load_bool,         AT(interrupted)},
    {"failure",      load_text_or_null, AT(failure)    },
    {"options",      load_options,      0              },
    {"stale",        load_stale,        0              },
    {"server",       load_server,       0              },
    {"cases",        load_cases,        0              },
    {"summary",      load_summary,      0              },
    {"requirements", load_requirements, 0              },
};
#undef AT

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No two cases have one id: what is said of one must be said of it only. */
static bool ids_differ(struct load *l)
{
    size_t n = l->r->n_cases;
    const char **ids = result_alloc(l->r, (n + 1) * sizeof *ids);

    for (size_t i = 0; i < n; i++)
        ids[i] = l->r->cases[i].id;
    qsort(ids, n, sizeof *ids, by_id);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(ids[i - 1], ids[i]) != 0)
            continue;
        snprintf(l->err, l->err_cap, "%s: cases: expected each id once: %.200s",
                 l->name, ids[i]);
        return false;
    }
    return true;
}

/* A file of somebody else is told so, not which member it lacks. */
static bool is_ours(struct load *l, json_t *j)
{
    json_t *schema = json_object_get(j, "schema");

    if (json_is_integer(schema) && json_object_get(j, "tool") &&
        json_object_get(j, "cases")) {
        if (json_integer_value(schema) == REPORT_SCHEMA_VERSION)
            return true;
        snprintf(l->err, l->err_cap,
                 "%s: expected a result of format version %d, not %lld",
                 l->name, REPORT_SCHEMA_VERSION,
                 (long long)json_integer_value(schema));
        return false;
    }
    snprintf(l->err, l->err_cap,
             "%s: expected a result as smtpspec check --json writes it: this "
             "is JSON of another kind",
             l->name);
    return false;
}

/* The library's message quotes what it met. */
static bool no_json(struct load *l, const json_error_t *e)
{
    char *clean = report_clean(e->text);

    clean[strcspn(clean, "\n")] = '\0';
    snprintf(l->err, l->err_cap, "%s:%d:%d: expected a result in JSON: %s",
             l->name, e->line > 0 ? e->line : 1, e->column > 0 ? e->column : 1,
             clean);
    free(clean);
    return false;
}

bool report_load(struct result *r, struct smtp_span json, const char *name,
                 char *err, size_t err_cap)
{
    struct load l = {.r = r, .name = name, .err = err, .err_cap = err_cap};
    json_error_t e;
    json_t *j =
        json_loadb(json.n ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &e);
    bool ok;

    if (!j)
        return no_json(&l, &e);
    ok = is_ours(&l, j) && load_object(&l, j, rows, ROWS(rows), r) &&
         ids_differ(&l);
    json_decref(j);
    return ok;
}
