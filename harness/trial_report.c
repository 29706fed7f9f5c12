/*
 * Account of what was found: each id is reported once, with the smallest
 * input that shows it.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "trial_int.h"

enum {
    SEEN = 512,     /* ids; more are not told apart */
    KNOWN = 512,    /* lines of a list of what is known */
    TRIES = 2000,   /* of making an input smaller */
    TRY_SECONDS = 5
};

static struct {
    struct trial_settings settings;
    char seen[SEEN][ORACLE_ID];
    size_t n_seen;
    char known[KNOWN][ORACLE_ID];
    size_t n_known;
    struct trial_counts counts;
} r;

/* The first field of each line, up to white space, goes to list; what
 * follows "#" is for people. False when the file cannot be read. */
static bool read_ids(const char *file, size_t field,
                     char (*list)[ORACLE_ID], size_t room, size_t *n)
{
    char line[1024];
    FILE *in = fopen(file, "re");
    if (!in)
        return false;
    while (*n < room && fgets(line, sizeof(line), in)) {
        char *rest = line;
        char *word = strtok_r(line, " \t\r\n", &rest);
        for (size_t i = 0; word && i < field; i++)
            word = strtok_r(NULL, " \t\r\n", &rest);
        if (word && *word != '#')
            snprintf(list[(*n)++], sizeof(list[0]), "%s", word);
    }
    fclose(in);
    return true;
}

static void out_name(char *name, size_t room, const char *file)
{
    snprintf(name, room, "%s/%s", r.settings.out, file);
}

bool trial_report_open(const struct trial_settings *settings)
{
    char name[4096];
    r.settings = *settings;
    r.n_seen = r.n_known = 0;
    r.counts = (struct trial_counts){0, 0, 0};
    if (settings->known &&
        !read_ids(settings->known, 0, r.known, KNOWN, &r.n_known)) {
        fprintf(stderr, "%s: %s; expected a list of ids\n", settings->known,
                strerror(errno));
        return false;
    }
    if (!settings->out)
        return true;
    if (access(settings->out, W_OK) != 0) {
        fprintf(stderr, "%s: %s; expected a directory for findings\n",
                settings->out, strerror(errno));
        return false;
    }
    out_name(name, sizeof(name), "findings.tsv");
    read_ids(name, 1, r.seen, SEEN, &r.n_seen); /* there may be none */
    return true;
}

static bool is_known(const char *id)
{
    for (size_t i = 0; i < r.n_known; i++)
        if (fnmatch(r.known[i], id, 0) == 0)
            return true;
    return false;
}

/* True when the id was met before; from now on it was. */
static bool is_seen(const char *id)
{
    for (size_t i = 0; i < r.n_seen; i++)
        if (strcmp(r.seen[i], id) == 0)
            return true;
    if (r.n_seen < SEEN)
        snprintf(r.seen[r.n_seen++], sizeof(r.seen[0]), "%s", id);
    return false;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Leaves out octets, in runs that get shorter, as long as the same difference
 * shows and the input gets no worse. *best becomes what the smallest shows. */
static void minimise(struct trial_entry *e, struct trial_found *best)
{
    static struct trial_entry less;
    static struct trial_found found;
    double end = now() + TRY_SECONDS;
    unsigned tries = 0;
    for (size_t cut = (e->n + 1) / 2; cut > 0; cut /= 2) {
        for (size_t at = 0; at < e->n;) {
            if (tries++ == TRIES || now() > end)
                return;
            size_t n = cut < e->n - at ? cut : e->n - at;
            less.kind = e->kind;
            less.n = e->n - n;
            memcpy(less.octets, e->octets, at);
            memcpy(less.octets + at, e->octets + at + n, e->n - at - n);
            if (!trial_again(&less, best->hit.id, &found) ||
                found.hit.flaws > best->hit.flaws) {
                at += n;
                continue;
            }
            *e = less;
            *best = found;
        }
    }
}

/* Writes the input, as the fuzzer reads it, to <out>/<id>, its slashes made
 * hyphens. */
static void write_input(const struct trial_entry *e, const char *id)
{
    char file[ORACLE_ID];
    char name[4096];
    snprintf(file, sizeof(file), "%s", id);
    for (char *p = file; *p; p++)
        if (*p == '/')
            *p = '-';
    out_name(name, sizeof(name), file);
    FILE *out = fopen(name, "we");
    if (!out || putc(oracle_kind_letter(e->kind), out) == EOF ||
        fwrite(e->octets, 1, e->n, out) != e->n)
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
    if (out)
        fclose(out);
}

static void write_row(const struct oracle_hit *hit, const char *input)
{
    char name[4096];
    out_name(name, sizeof(name), "findings.tsv");
    FILE *out = fopen(name, "ae");
    if (!out) {
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        return;
    }
    fprintf(out, "%s\t%s\t%s %s\t%s\t%s\n",
            hit->weight == ORACLE_FINDING ? "finding" : "note", hit->id,
            hit->rfc, hit->section, hit->sentence, input);
    fclose(out);
}

static void tell(const struct trial_found *f, const char *input)
{
    FILE *out = r.settings.report;
    fprintf(out,
            "%s %s\n  %s %s: %s\n  input   %s \"%s\"\n"
            "  core    %s\n  parser  %s\n",
            f->hit.weight == ORACLE_FINDING ? "finding" : "note", f->hit.id,
            f->hit.rfc, f->hit.section, f->hit.sentence,
            oracle_kind_name(f->entry->kind), input, f->core, f->parser);
    fflush(out);
}

void trial_report(const struct trial_found *found)
{
    static struct trial_entry least;
    static struct trial_found best;
    char input[ORACLE_TEXT];
    if (is_known(found->hit.id)) {
        r.counts.known++;
        if (!r.settings.replay)
            return;
    }
    if (is_seen(found->hit.id) && !r.settings.replay)
        return;
    best = *found;
    least = *found->entry;
    if (!r.settings.replay)
        minimise(&least, &best);
    best.entry = &least;
    oracle_escape(least.octets, least.n, input, sizeof(input));
    tell(&best, input);
    if (r.settings.out) {
        write_input(&least, best.hit.id);
        write_row(&best.hit, input);
    }
    if (best.hit.weight == ORACLE_NOTE) {
        r.counts.notes++;
        return;
    }
    r.counts.findings++;
    if (r.settings.stop)
        _exit(1);
}

struct trial_counts trial_report_counts(void)
{
    return r.counts;
}
