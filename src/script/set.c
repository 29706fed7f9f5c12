/*
 * set: the cases of many files.
 */
#include "script/set.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "script/meta.h"

#define FOLDER_DEPTH 16

struct script_set *script_set_new(void)
{
    struct script_set *s = calloc(1, sizeof(*s));

    if (s)
        s->cases.item = s->preambles.item = sizeof(struct script_case *);
    return s;
}

void script_set_free(struct script_set *s)
{
    if (!s)
        return;
    script_vec_free(&s->cases);
    script_vec_free(&s->preambles);
    script_arena_free(&s->arena);
    free(s);
}

size_t script_count(const struct script_set *s)
{
    return s->cases.n;
}

const struct script_case *script_at(const struct script_set *s, size_t i)
{
    struct script_case *const *cases = s->cases.p;

    return i < s->cases.n ? cases[i] : NULL;
}

/* True when id is "start/NAME" or "start/NAME/...". */
static bool is_variant(const char *id, const char *name)
{
    size_t n = strlen(name);

    return strncmp(id + 6, name, n) == 0 && (id[6 + n] == '\0' ||
                                             id[6 + n] == '/');
}

const struct script_case *script_preamble(const struct script_set *s,
                                          const char *name, size_t i)
{
    struct script_case *const *preambles = s->preambles.p;

    for (size_t k = 0; k < s->preambles.n; k++)
        if (is_variant(preambles[k]->id, name) && i-- == 0)
            return preambles[k];
    return NULL;
}

struct load {
    struct script_set *set;
    script_error_fn *on_error;
    void *ctx;
    int errors; /* -1: memory */
};

static void cannot(struct load *l, const char *path, const char *what)
{
    char text[200];
    struct script_error e = {path, 0, 0, text};

    snprintf(text, sizeof(text), "%s", what);
    if (l->errors >= 0)
        l->errors++;
    if (l->on_error)
        l->on_error(l->ctx, &e);
}

/* Reads at most `max` octets; NULL: errno says why. */
static char *read_all(const char *path, size_t max, size_t *n)
{
    FILE *f = fopen(path, "re");
    char *p = NULL;
    size_t cap = 0;

    *n = 0;
    while (f && !ferror(f) && !feof(f) && *n < max) {
        if (*n == cap) {
            cap = cap ? cap * 2 : 16384;
            char *more = realloc(p, cap);
            if (!more)
                break;
            p = more;
        }
        *n += fread(p + *n, 1, cap - *n, f);
    }
    bool whole = f && feof(f) && !ferror(f);
    int err = *n >= max ? EFBIG : errno;
    if (f)
        fclose(f);
    if (!whole) {
        free(p);
        p = NULL;
        errno = err;
    }
    return p;
}

static void load_file(struct load *l, const char *path)
{
    size_t n;
    char *p = read_all(path, SCRIPT_FILE_MAX, &n);

    if (!p) {
        cannot(l, path, strerror(errno));
        return;
    }
    int errors = script_parse(l->set, path, smtp_span_of(p, n), l->on_error,
                              l->ctx);
    free(p);
    l->errors = errors < 0 || l->errors < 0 ? -1 : l->errors + errors;
}

static bool is_script(const char *path)
{
    size_t n = strlen(path);

    return n > 5 && strcmp(path + n - 5, ".smtp") == 0;
}

/* Octet order, whatever the locale: the order of cases is part of results. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void load_path(struct load *l, const char *path, unsigned depth);

static void load_folder(struct load *l, const char *path, unsigned depth)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, not_hidden, by_name);

    if (n < 0)
        cannot(l, path, strerror(errno));
    for (int i = 0; i < n; i++) {
        char *full = NULL;
        if (l->errors >= 0 &&
            asprintf(&full, "%s/%s", path, names[i]->d_name) >= 0) {
            load_path(l, full, depth + 1);
            free(full);
        } else {
            l->errors = -1;
        }
        free(names[i]);
    }
    free(names);
}

static void load_path(struct load *l, const char *path, unsigned depth)
{
    struct stat st;

    if (stat(path, &st) != 0)
        cannot(l, path, strerror(errno));
    else if (S_ISDIR(st.st_mode) && depth > FOLDER_DEPTH)
        cannot(l, path, "folders are nested too deep");
    else if (S_ISDIR(st.st_mode))
        load_folder(l, path, depth);
    else if (S_ISREG(st.st_mode) ? depth == 0 || is_script(path) : depth == 0)
        load_file(l, path);
}

int script_load(struct script_set *s, const char *path,
                script_error_fn *on_error, void *ctx)
{
    struct load l = {s, on_error, ctx, 0};

    load_path(&l, path, 0);
    return l.errors;
}
