/*
 * meta: the metadata of a case.
 */
#include "script/meta.h"

#include "script/each.h"
#include "script/need.h"

typedef bool read_fn(struct script_cursor *c, struct script_case *out);

static bool keep_value(struct script_cursor *c, const char **out)
{
    *out = script_arena_copy(c->ps->arena, c->t.s);
    return *out || script_no_memory(c->ps);
}

static bool read_title(struct script_cursor *c, struct script_case *out)
{
    return keep_value(c, &out->title);
}

static bool read_exploit(struct script_cursor *c, struct script_case *out)
{
    return keep_value(c, &out->exploit);
}

static bool read_explain(struct script_cursor *c, struct script_case *out)
{
    return keep_value(c, &out->explain);
}

static bool read_fix(struct script_cursor *c, struct script_case *out)
{
    return keep_value(c, &out->fix);
}

/* "RFC5321 3.8, 4.1.1.10; RFC2920 3.1" */
static bool read_spec(struct script_cursor *c, struct script_case *out)
{
    do {
        script_skip_space(c);
        size_t at = c->at;
        if (!script_take(c, SMTP_SPAN("RFC")) ||
            !script_is_digit(script_peek(c)))
            return script_wrong(c->ps, &c->t, at, "expected RFC and section: "
                                "RFC5321 3.8, 4.1.1.10; RFC2920 3.1");
        while (script_peek(c) >= 0 && script_peek(c) != ';')
            c->at++;
    } while (script_take(c, SMTP_SPAN(";")));
    return keep_value(c, &out->spec);
}

static bool read_level(struct script_cursor *c, struct script_case *out)
{
    static const struct {
        const char *text;
        enum smtp_level level;
    } levels[] = {
        {"MUST",       SMTP_LEVEL_MUST   },
        {"MUST NOT",   SMTP_LEVEL_MUST   },
        {"SHOULD",     SMTP_LEVEL_SHOULD },
        {"SHOULD NOT", SMTP_LEVEL_SHOULD },
        {"MAY",        SMTP_LEVEL_MAY    },
        {"GRAMMAR",    SMTP_LEVEL_GRAMMAR},
    };

    for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
        struct smtp_span text = {levels[i].text, strlen(levels[i].text)};
        if (!smtp_span_eq(text, c->t.s))
            continue;
        out->level = levels[i].level;
        out->level_text = levels[i].text;
        return true;
    }
    return script_wrong(c->ps, &c->t, 0, "expected MUST, MUST NOT, SHOULD, "
                        "SHOULD NOT, MAY or GRAMMAR");
}

/* Takes the next entry of a comma-separated list. */
static bool next_entry(struct script_cursor *c, struct script_text *entry)
{
    const char *p = c->t.s.p + c->at;
    const char *comma = memchr(p, ',', c->t.s.n - c->at);
    size_t to = comma ? (size_t)(comma - c->t.s.p) : c->t.s.n;
    struct script_text t = script_text_slice(&c->t, c->at, to);

    *entry = script_text_trim(&t);
    c->at = to + (comma != NULL);
    return comma != NULL;
}

static bool read_list(struct script_cursor *c, const char *const **out,
                      size_t *n, const char *what)
{
    struct script_vec v = {.item = sizeof(const char *)};
    bool ok = true, more;

    do {
        struct script_text entry;
        more = next_entry(c, &entry);
        if (entry.s.n == 0 || memchr(entry.s.p, ' ', entry.s.n)) {
            ok = script_wrong(c->ps, &entry, 0, "expected %s, separated by "
                              "commas", what);
            break;
        }
        const char **slot = script_vec_push(&v);
        char *copy = script_arena_copy(c->ps->arena, entry.s);
        if (!slot || !copy)
            ok = script_no_memory(c->ps);
        else
            *slot = copy;
    } while (ok && more);
    *n = v.n;
    *out = script_vec_keep(&v, c->ps->arena);
    script_vec_free(&v);
    return ok && (*out || script_no_memory(c->ps));
}

static bool read_covers(struct script_cursor *c, struct script_case *out)
{
    return read_list(c, &out->covers, &out->n_covers, "requirement ids");
}

static bool read_fault(struct script_cursor *c, struct script_case *out)
{
    return read_list(c, &out->faults, &out->n_faults, "names of faults");
}

static bool read_needs(struct script_cursor *c, struct script_case *out)
{
    struct script_vec v = {.item = sizeof(struct script_need)};
    bool ok = true, more;

    do {
        struct script_text entry;
        more = next_entry(c, &entry);
        struct script_need *need = script_vec_push(&v);
        ok = need ? script_need_parse(c->ps, &entry, need)
                  : script_no_memory(c->ps);
    } while (ok && more);
    out->n_needs = v.n;
    out->needs = script_vec_keep(&v, c->ps->arena);
    script_vec_free(&v);
    return ok && (out->needs || script_no_memory(c->ps));
}

static bool read_start(struct script_cursor *c, struct script_case *out)
{
    if (!script_is_slug(c->t.s, "-."))
        return script_wrong(c->ps, &c->t, 0,
                            "expected the name of a preamble (a-z 0-9 - .)");
    return keep_value(c, &out->start);
}

static bool read_yes(struct script_cursor *c, bool *out)
{
    if (smtp_span_eq(c->t.s, SMTP_SPAN("yes")))
        return *out = true;
    if (smtp_span_eq(c->t.s, SMTP_SPAN("no")))
        return true;
    return script_wrong(c->ps, &c->t, 0, "expected yes or no");
}

static bool read_hostile(struct script_cursor *c, struct script_case *out)
{
    return read_yes(c, &out->hostile);
}

static bool read_alone(struct script_cursor *c, struct script_case *out)
{
    return read_yes(c, &out->alone);
}

static const struct key {
    struct smtp_span name;
    read_fn *read; /* NULL: each */
    bool many;     /* may stand more than once */
} keys[] = {
    {SCRIPT_NAME("title"),   read_title,   false},
    {SCRIPT_NAME("spec"),    read_spec,    false},
    {SCRIPT_NAME("covers"),  read_covers,  false},
    {SCRIPT_NAME("level"),   read_level,   false},
    {SCRIPT_NAME("needs"),   read_needs,   false},
    {SCRIPT_NAME("start"),   read_start,   false},
    {SCRIPT_NAME("each"),    NULL,         true },
    {SCRIPT_NAME("exploit"), read_exploit, false},
    {SCRIPT_NAME("explain"), read_explain, false},
    {SCRIPT_NAME("fix"),     read_fix,     false},
    {SCRIPT_NAME("fault"),   read_fault,   false},
    {SCRIPT_NAME("hostile"), read_hostile, false},
    {SCRIPT_NAME("alone"),   read_alone,   false},
};

static const struct key *find_key(struct smtp_span name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (smtp_span_eq(keys[i].name, name))
            return &keys[i];
    return NULL;
}

bool script_meta_known(struct smtp_span key)
{
    return find_key(key) != NULL;
}

bool script_meta_check(struct script_parser *ps, const struct script_meta *m,
                       size_t n)
{
    bool ok = true;

    for (size_t i = 0; i < n; i++) {
        const struct key *key = find_key(m[i].key);
        if (!key) {
            ok = script_mistake(ps, m[i].line, m[i].column,
                                "unknown key \"%.*s\": expected title, spec, "
                                "covers, level, needs, start, each, exploit, "
                                "explain, fix, fault, hostile or alone",
                                SCRIPT_ARG(m[i].key));
            continue;
        }
        if (m[i].value.s.n == 0)
            ok = script_wrong(ps, &m[i].value, 0,
                              "expected a value for \"%.*s\"",
                              SCRIPT_ARG(m[i].key));
        for (size_t k = 0; k < i && !key->many; k++)
            if (smtp_span_eq(m[k].key, m[i].key))
                ok = script_mistake(ps, m[i].line, m[i].column,
                                    "\"%.*s\" is given twice (first in line "
                                    "%u)", SCRIPT_ARG(m[i].key), m[k].line);
    }
    return ok;
}

bool script_meta_is_start(const char *id)
{
    return strncmp(id, "start/", 6) == 0;
}

/* Takes "part" of part "/" part; *at moves behind the slash. */
static struct smtp_span id_part(struct smtp_span id, size_t *at)
{
    struct smtp_span rest = smtp_span_from(id, *at);
    const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
    size_t n = slash ? (size_t)(slash - rest.p) : rest.n;

    *at += n + (slash != NULL);
    return smtp_span_of(rest.p, n);
}

static bool check_id(struct script_parser *ps, const struct script_text *id)
{
    size_t at = 0;
    struct smtp_span first = id_part(id->s, &at);
    struct smtp_span second = id_part(id->s, &at);
    bool more = at < id->s.n;
    struct smtp_span third = id_part(id->s, &at);
    uint64_t rfc;
    bool ends = id->s.n && id->s.p[id->s.n - 1] != '/' && at == id->s.n;

    if (smtp_span_eq(first, SMTP_SPAN("start"))) {
        if (ends && script_is_slug(second, "-.") &&
            (!more || script_is_slug(third, "-.")))
            return true;
    } else if (ends && first.n > 3 && memcmp(first.p, "rfc", 3) == 0 &&
               script_number(smtp_span_from(first, 3), 99999, &rfc) &&
               script_is_slug(second, ".") && script_is_slug(third, "-")) {
        return true;
    }
    return script_wrong(ps, id, 0, "expected an id: rfcNNNN/SECTION/slug or "
                        "start/NAME[/VARIANT], in lower case");
}

/* The id with the ids of the rows in force behind it. */
static bool make_id(struct script_parser *ps, const struct script_text *id,
                    struct script_case *out)
{
    struct script_vec v = {.item = 1};
    bool ok = script_vec_append(&v, id->s.p, id->s.n);

    for (size_t i = 0; ok && i < ps->n_each; i++) {
        const struct script_each *e = &ps->each[i];
        struct smtp_span row = e->rows[e->pick].id;
        ok = script_vec_append(&v, "/", 1) &&
             script_vec_append(&v, row.p, row.n);
    }
    if (ok)
        out->id = script_arena_copy(ps->arena, smtp_span_of(v.p, v.n));
    script_vec_free(&v);
    return out->id || script_no_memory(ps);
}

static bool check_required(struct script_parser *ps,
                           const struct script_text *id,
                           const struct script_case *c)
{
    const char *missing = !c->title        ? "title: (one sentence)"
                          : !c->spec       ? "spec: (RFC5321 4.2)"
                          : !c->level_text ? "level: (MUST, SHOULD, ...)"
                                           : NULL;

    if (!missing || script_meta_is_start(c->id))
        return true;
    return script_wrong(ps, id, 0, "case %.*s has no %s", SCRIPT_ARG(id->s),
                        missing);
}

bool script_meta_read(struct script_parser *ps, const struct script_text *id,
                      const struct script_meta *m, size_t n,
                      struct script_case *out)
{
    unsigned column;
    bool ok = true;

    out->file = ps->file;
    script_text_place(id, 0, &out->line, &column);
    if (!check_id(ps, id) || !make_id(ps, id, out))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct script_cursor c = {ps, {{0}, 0, NULL, 0}, 0};
        const struct key *key = find_key(m[i].key);
        if (!key || !key->read)
            continue;
        ok &= script_each_replace(ps, &m[i].value, &c.t, NULL) &&
              key->read(&c, out);
    }
    if (ok && script_meta_is_start(out->id) && !out->title)
        out->title = out->id;
    return ok && check_required(ps, id, out);
}
