/*
 * suite_id: which cases these are; see cli_suite_identify.
 */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/suite.h"
#include "report/digest.h"

#define FILES_MAX 4096

struct files {
    char *at[FILES_MAX]; /* "./cases/rfc5321/closing.smtp", from malloc */
    size_t n;
};

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);

    return n > m && strcmp(name + n - m, end) == 0;
}

/* False: out of memory, or more files than any suite has. */
static bool collect(FTS *tree, size_t root, struct files *f)
{
    FTSENT *e;

    while ((e = fts_read(tree))) {
        if (e->fts_info != FTS_F ||
            !(ends_in(e->fts_name, ".smtp") || ends_in(e->fts_name, ".tsv")))
            continue;
        if (f->n == FILES_MAX ||
            asprintf(&f->at[f->n], ".%s", e->fts_path + root) < 0)
            return false;
        f->n++;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One line of sha256sum. */
static bool put_line(FILE *out, const char *dir, const char *name)
{
    char path[8192], block[65536], *text = NULL;
    struct report_digest d;
    size_t n, size;
    FILE *all = open_memstream(&text, &size), *f;
    bool ok = false;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "re");
    while (f && all && (n = fread(block, 1, sizeof block, f)) > 0)
        fwrite(block, 1, n, all);
    if (all && fclose(all) == 0 && f && !ferror(f))
        ok = report_digest_of(smtp_span_of(text, size), &d);
    if (f)
        fclose(f);
    if (ok)
        fprintf(out, "%s  %s\n", d.hex, name);
    free(text);
    return ok;
}

static bool list(const char *dir, struct files *f, FILE *out)
{
    char *roots[] = {(char *)(size_t)dir, NULL};
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    bool ok = tree && collect(tree, strlen(dir), f);

    if (tree)
        fts_close(tree);
    qsort(f->at, f->n, sizeof *f->at, by_name);
    for (size_t i = 0; i < f->n; i++) {
        ok = ok && put_line(out, dir, f->at[i]);
        free(f->at[i]);
    }
    return ok;
}

bool cli_suite_identify(const char *dir, char id[CLI_SUITE_ID])
{
    struct files *f = calloc(1, sizeof *f);
    char *text = NULL;
    size_t size;
    FILE *out = f ? open_memstream(&text, &size) : NULL;
    struct report_digest d;
    bool ok = out && list(dir, f, out);

    if (out)
        fclose(out);
    ok = ok && report_digest_of(smtp_span_of(text, size), &d);
    if (ok)
        snprintf(id, CLI_SUITE_ID, "%.16s", d.hex);
    free(text);
    free(f);
    return ok;
}
