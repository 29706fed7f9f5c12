/*
 * markdown: the report as a CI system's job summary shows it.
 */
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/markdown.h"
#include "report/markdown_case.h"

static void put_server(FILE *out, const struct result *r)
{
    fprintf(out, "\nTested with ");
    md_text(out, r->tool);
    fputs(", suite ", out);
    md_text(out, r->suite && r->suite[0] ? r->suite : "unknown");
    if (r->server.profile) {
        fputs(", as ", out);
        md_text(out, r->server.profile);
    }
    if (r->server.tls) {
        fputs(", ", out);
        md_text(out, r->server.tls->version);
    }
    fprintf(out, ", %.1f s.\n", (double)(r->ended - r->started) / 1000);
}

static void put_findings(struct md *m, const struct result *r)
{
    static const enum verdict order[] = {VERDICT_FAIL, VERDICT_ERROR,
                                         VERDICT_WARN, VERDICT_INFO};

    for (size_t v = 0; v < sizeof order / sizeof *order; v++)
        for (size_t i = 0; i < r->n_cases; i++)
            if (r->cases[i].verdict == order[v])
                md_case(m, &r->cases[i]);
}

static int by_reason(const void *a, const void *b)
{
    const struct result_case *const *x = a, *const *y = b;
    int order = strcmp((*x)->reason, (*y)->reason);

    return order ? order : strcmp((*x)->id, (*y)->id);
}

/* Why cases were not tested, and how many for each reason. */
static void put_reasons(struct md *m, const struct result *r, enum verdict v)
{
    const struct result_case **list = calloc(r->n_cases + 1, sizeof(void *));
    size_t n = 0, end, size;
    char *text;
    FILE *out = md_begin(m, &text, &size);

    for (size_t i = 0; list && i < r->n_cases; i++)
        if (r->cases[i].verdict == v)
            list[n++] = &r->cases[i];
    if (n) {
        qsort(list, n, sizeof(void *), by_reason);
        fprintf(out, "\n### %s\n\n", verdict_name(v));
    }
    for (size_t i = 0; i < n; i = end) {
        for (end = i + 1; end < n; end++)
            if (strcmp(list[i]->reason, list[end]->reason) != 0)
                break;
        fprintf(out, "- %zu: ", end - i);
        md_text(out, list[i]->reason);
        fputc('\n', out);
    }
    free(list);
    md_end(m, out, &text, &size);
}

int report_markdown_write(const struct result *r,
                          const struct report_options *o, FILE *out)
{
    struct md m = {.out = out};
    char *text;
    size_t size;
    FILE *head = md_begin(&m, &text, &size);

    (void)o;
    fputs("# smtpspec: ", head);
    md_text(head, r->target);
    fputs("\n\n", head);
    md_counts(head, r);
    md_run(head, r);
    put_server(head, r);
    if (result_count(r, VERDICT_FAIL) + result_count(r, VERDICT_ERROR) +
        result_count(r, VERDICT_WARN) + result_count(r, VERDICT_INFO))
        fputs("\n## Findings\n", head);
    md_end(&m, head, &text, &size);
    put_findings(&m, r);
    if (!r->failure &&
        result_count(r, VERDICT_SKIP) + result_count(r, VERDICT_BLOCKED)) {
        fputs("\n## Not tested\n", out);
        put_reasons(&m, r, VERDICT_BLOCKED);
        put_reasons(&m, r, VERDICT_SKIP);
    }
    md_left_out(&m);
    return ferror(out) ? -1 : 0;
}

/* ---- several ---- */

static const char *verdict_in(const struct several_row *row, size_t i)
{
    return row->in[i] ? verdict_name(row->in[i]->verdict) : "-";
}

static void put_runs(FILE *out, const struct several *s)
{
    static const char *const roles[] = {"Old", "New"};

    for (size_t i = 0; i < s->n; i++) {
        if (s->mode == SEVERAL_COMPARE)
            fprintf(out, "\n## %s: ", roles[i]);
        else
            fprintf(out, "\n## %zu: ", i + 1);
        md_text(out, s->names[i]);
        fputs("\n\n", out);
        md_counts(out, s->runs[i]);
        md_run(out, s->runs[i]);
        put_server(out, s->runs[i]);
    }
}

/* A change: its cases, with all that is known of the new ones. */
static void put_changes(struct md *m, const struct several *s,
                        enum several_change change, const char *heading)
{
    size_t n = several_count(s, change), size;
    char *text;

    fprintf(m->out, "\n## %s: %zu\n\n", heading, n);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct several_row *row = &s->rows[i];
        FILE *out;
        if (row->change != change)
            continue;
        if (change == SEVERAL_NEW) {
            md_case(m, row->in[1]);
            continue;
        }
        out = md_begin(m, &text, &size);
        fprintf(out, "- %s to %s: ", verdict_in(row, 0), verdict_in(row, 1));
        md_code(out, row->id);
        fputs(": ", out);
        md_text(out, row->any->title);
        fputc('\n', out);
        md_end(m, out, &text, &size);
    }
}

static bool is_wrong(const struct several *s, const struct several_row *row)
{
    for (size_t i = 0; i < s->n; i++)
        if (row->in[i] && (row->in[i]->verdict == VERDICT_FAIL ||
                           row->in[i]->verdict == VERDICT_WARN ||
                           row->in[i]->verdict == VERDICT_ERROR))
            return true;
    return false;
}

/* The cases that are wrong on any server, a column each. */
static void put_table(struct md *m, const struct several *s)
{
    size_t size;
    char *text;
    FILE *out = md_begin(m, &text, &size);

    fputs("\n## Findings\n\n| case ", out);
    for (size_t i = 0; i < s->n; i++)
        fprintf(out, "| %zu ", i + 1);
    fputs("|\n|:--", out);
    for (size_t i = 0; i < s->n; i++)
        fputs("|:-:", out);
    fputs("|\n", out);
    md_end(m, out, &text, &size);
    for (size_t k = 0; k < s->n_rows; k++) {
        if (!is_wrong(s, &s->rows[k]))
            continue;
        out = md_begin(m, &text, &size);
        fputs("| ", out);
        md_text(out, s->rows[k].id);
        for (size_t i = 0; i < s->n; i++)
            fprintf(out, " | %s", verdict_in(&s->rows[k], i));
        fputs(" |\n", out);
        md_end(m, out, &text, &size);
    }
}

int report_markdown_write_several(const struct several *s,
                                  const struct report_options *o, FILE *out)
{
    struct md m = {.out = out};
    char *text;
    size_t size;
    FILE *head = md_begin(&m, &text, &size);

    (void)o;
    fprintf(head, "# smtpspec: %s\n",
            s->mode == SEVERAL_COMPARE ? "two runs compared"
                                       : "results side by side");
    put_runs(head, s);
    md_end(&m, head, &text, &size);
    if (s->mode == SEVERAL_COMPARE) {
        put_changes(&m, s, SEVERAL_NEW, "New");
        put_changes(&m, s, SEVERAL_FIXED, "Fixed");
        put_changes(&m, s, SEVERAL_CHANGED, "Changed");
    } else {
        put_table(&m, s);
    }
    md_left_out(&m);
    return ferror(out) ? -1 : 0;
}
