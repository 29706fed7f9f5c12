/*
 * load_case: the tables of a case in a result's JSON; see load_value.h.
 */
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/load_value.h"

#define ROWS(a)    (sizeof(a) / sizeof *(a))
#define CONN_MAX   255
#define CODE_MAX   999
#define OCTETS_MAX UINT32_MAX /* offsets of a transcript */

/* An entry before its octets stand in the transcript. */
struct entry {
    uint64_t at, conn;
    struct smtp_span octets;
    bool tls;
    uint8_t kind;
};

static bool load_event(struct load *l, json_t *j, const struct load_row *row,
                       void *to)
{
    const char *names[TRANSCRIPT_NOTE + 1];
    struct entry *e = to;
    int i;

    (void)row;
    for (unsigned kind = 0; kind <= TRANSCRIPT_NOTE; kind++)
        names[kind] = report_event_name(kind);
    i = load_choice(l, j, names, ROWS(names));
    if (i >= 0)
        e->kind = (uint8_t)i;
    return i >= 0;
}

static bool load_conn(struct load *l, json_t *j, const struct load_row *row,
                      void *to)
{
    const struct entry *e = to;

    if (!load_count(l, j, row, to))
        return false;
    return e->conn <= CONN_MAX || load_wrong(l, "a number up to 255", j);
}

static const struct load_row entry_rows[] = {
    {"at",         load_seconds,          offsetof(struct entry, at)},
    {"event",      load_event,            0                    },
    {"conn",   load_conn, offsetof(struct entry,                 conn)   },
    {"tls",   load_bool, offsetof(struct entry,                  tls)},
    {"data", load_octets, offsetof(struct entry,               octets)   },
};

/* The entries, their octets behind one another. False: no memory, or more
 * octets than a transcript can hold. */
static bool fill_transcript(struct transcript *t, const struct entry *list,
                            size_t n)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += list[i].octets.n;
    if (total > OCTETS_MAX)
        return false;
    t->entries = calloc(n + 1, sizeof *t->entries);
    t->octets = malloc(total + 1);
    if (!t->entries || !t->octets)
        return false;
    t->cap = n + 1;
    t->octets_cap = total + 1;
    for (; t->n < n; t->n++, list++) {
        t->entries[t->n] = (struct transcript_entry){
            list->at,   (uint32_t)t->used,   (uint32_t)list->octets.n,
            list->kind, (uint8_t)list->conn, list->tls};
        if (list->octets.n)
            memcpy(t->octets + t->used, list->octets.p, list->octets.n);
        t->used += list->octets.n;
    }
    return true;
}

static bool load_transcript(struct load *l, json_t *j,
                            const struct load_row *row, void *to)
{
    struct result_case *c = to;
    void *list;
    size_t n;

    (void)row;
    if (!load_objects(l, j, entry_rows, ROWS(entry_rows), sizeof(struct entry),
                      &list, &n))
        return false;
    return n == 0 || fill_transcript(&c->log, list, n) ||
           load_wrong(l, "a transcript of at most 4 GiB", j);
}

static const struct load_row note_rows[] = {
    {"verdict", load_verdict, offsetof(struct result_note, verdict)},
    {"why",     load_text,    offsetof(struct result_note, why)    },
};

static bool load_notes(struct load *l, json_t *j, const struct load_row *row,
                       void *to)
{
    struct result_case *c = to;
    void *list;
    bool ok = load_objects(l, j, note_rows, ROWS(note_rows),
                           sizeof(struct result_note), &list, &c->n_notes);

    (void)row;
    c->notes = ok ? list : NULL;
    return ok;
}

static bool load_covers(struct load *l, json_t *j, const struct load_row *row,
                        void *to)
{
    struct result_case *c = to;

    (void)row;
    return load_texts(l, j, &c->covers, &c->n_covers);
}

static bool load_code(struct load *l, json_t *j, const struct load_row *row,
                      void *to)
{
    struct result_case *c = to;

    if (json_is_null(j))
        return true;
    return load_unsigned(l, j, row, to) &&
           ((c->code > 0 && c->code <= CODE_MAX) ||
            load_wrong(l, "a reply code or null", j));
}

#define AT(f) offsetof(struct result_case, f)
static const struct load_row baseline_rows[] = {
    {"reason", load_text, AT(known)},
    {"until",  load_text, AT(until)},
};
#undef AT

static bool load_baseline(struct load *l, json_t *j, const struct load_row *row,
                          void *to)
{
    (void)row;
    return json_is_null(j) ||
           load_object(l, j, baseline_rows, ROWS(baseline_rows), to);
}

static bool load_id(struct load *l, json_t *j, const struct load_row *row,
                    void *to)
{
    return (json_string_length(j) > 0 || load_wrong(l, "an id", j)) &&
           load_text(l, j, row, to);
}

#define AT(f) offsetof(struct result_case, f)
static const struct load_row case_rows[] = {
    {"id",              load_id,           AT(id)       },
    {"title",           load_text,         AT(title)    },
    {"spec",            load_text,         AT(spec)     },
    {"level",           load_text,         AT(level)    },
    {"covers",          load_covers,       0            },
    {"passive",         load_bool,         AT(passive)  },
    {"verdict",         load_verdict,      AT(verdict)  },
    {"reason",          load_text,         AT(reason)   },
    {"expected",        load_text,         AT(expected) },
    {"got",             load_text,         AT(got)      },
    {"where",           load_text,         AT(where)    },
    {"code",            load_code,         AT(code)     },
    {"unstable",        load_bool,         AT(unstable) },
    {"runs",            load_unsigned,     AT(runs)     },
    {"at",              load_seconds,      AT(at)       },
    {"duration",        load_seconds,      AT(duration) },
    {"notes",           load_notes,        0            },
    {"baseline",        load_baseline,     0            },
    {"exploit",         load_text_or_null, AT(exploit)  },
    {"explain",         load_text_or_null, AT(explain)  },
    {"fix",             load_text_or_null, AT(fix)      },
    {"reproduce",       load_text_or_null, AT(reproduce)},
    {"transcript",      load_transcript,   0            },
    {"transcript_lost", load_count,        AT(log.lost) },
};
#undef AT

bool load_cases(struct load *l, json_t *j, const struct load_row *row, void *to)
{
    struct result *r = to;
    size_t n = json_array_size(j);

    (void)row;
    if (!json_is_array(j))
        return load_wrong(l, "an array", j);
    r->cases = result_alloc(r, (n + 1) * sizeof *r->cases);
    /* Counted before it is read: what it has is freed with the result. */
    while (r->n_cases < n) {
        size_t where = load_enter_at(l, r->n_cases);
        json_t *one = json_array_get(j, r->n_cases);
        if (!load_object(l, one, case_rows, ROWS(case_rows),
                         &r->cases[r->n_cases++]))
            return false;
        load_leave(l, where);
    }
    return true;
}
