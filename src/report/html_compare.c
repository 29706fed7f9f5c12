/*
 * html_compare: two runs against the same server, and what has become of
 * each case. See html.h.
 */
#include <stdio.h>

#include "report/html.h"

#define BEFORE 0
#define NOW    1

static void run_verdict(struct html *h, const struct result_case *c)
{
    if (c)
        html_verdict(h, c->verdict);
    else
        html_leaf(h, "span", "v", "none");
}

static void change_title(struct html *h, const struct several_row *row)
{
    html_open(h, "summary", NULL);
    html_open(h, "span", "change");
    run_verdict(h, row->in[BEFORE]);
    html_leaf(h, "span", NULL, " to ");
    run_verdict(h, row->in[NOW]);
    html_close(h);
    html_text(h, " ");
    html_leaf(h, "span", "title", row->any->title);
    html_text(h, " ");
    html_leaf(h, "code", "id", row->id);
    html_close(h);
}

static void run(struct html *h, const struct several_row *row, size_t i)
{
    const struct result_case *c = row->in[i];

    html_open(h, "div", "answer");
    html_open(h, "h3", NULL);
    run_verdict(h, c);
    html_textf(h, " %s", html_run_name(h, i));
    html_close(h);
    if (c) {
        html_open(h, "dl", NULL);
        html_case_answer(h, c);
        html_case_again(h, c);
        html_close(h);
        html_session(h, c);
    } else {
        html_leaf(h, "p", NULL, "That run does not have this case.");
    }
    html_close(h);
}

static void change(struct html *h, const struct several_row *row)
{
    html_open(h, "details", "case compared shown");
    html_id(h, "case", row->id);
    change_title(h, row);
    html_open(h, "dl", NULL);
    html_case_rule(h, row->any);
    html_case_about(h, row->any);
    html_close(h);
    run(h, row, NOW);
    run(h, row, BEFORE);
    html_close(h);
}

static void changes(struct html *h, enum several_change which,
                    const char *says)
{
    html_leaf(h, "p", NULL, says);
    if (several_count(h->s, which) == 0)
        html_leaf(h, "p", NULL, "There is none.");
    for (size_t i = 0; i < h->s->n_rows; i++)
        if (html_row(h, i)->change == which)
            change(h, html_row(h, i));
}

void html_change_new(struct html *h)
{
    changes(h, SEVERAL_NEW,
            "A rule is broken, or a recommendation not followed, that was "
            "kept before; or it is worse than it was.");
}

void html_change_fixed(struct html *h)
{
    changes(h, SEVERAL_FIXED, "What was found before is found no longer.");
}

void html_change_changed(struct html *h)
{
    changes(h, SEVERAL_CHANGED,
            "Another answer or verdict, or no longer tested: neither better "
            "nor worse by itself.");
}

/* Only what is still open needs a line. */
void html_change_same(struct html *h)
{
    size_t n = 0;

    html_leaff(h, "p", NULL, "%zu cases came out as before. Those with a "
                             "finding:",
               several_count(h->s, SEVERAL_SAME));
    html_open(h, "ul", "reasons");
    for (size_t i = 0; i < h->s->n_rows; i++) {
        const struct several_row *row = html_row(h, i);

        if (row->change != SEVERAL_SAME || !html_is_finding(row->any))
            continue;
        n++;
        html_open(h, "li", NULL);
        html_verdict(h, row->any->verdict);
        html_textf(h, " %s ", row->any->title);
        html_leaf(h, "code", "id", row->id);
        html_close(h);
    }
    if (n == 0)
        html_leaf(h, "li", NULL, "none");
    html_close(h);
}

void html_changes(struct html *h)
{
    static const struct {
        enum several_change change;
        const char *class, *says;
    } rows[] = {
        {SEVERAL_NEW, "FAIL", "new findings"},
        {SEVERAL_FIXED, "PASS", "fixed"},
        {SEVERAL_CHANGED, "WARN", "changed"},
        {SEVERAL_SAME, "SKIP", "the same as before"},
    };

    html_open(h, "ul", "counts");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = several_count(h->s, rows[i].change);

        html_open(h, "li", n ? rows[i].class : "none");
        html_leaff(h, "b", NULL, "%zu", n);
        html_text(h, " ");
        html_leaf(h, "span", "says", rows[i].says);
        html_close(h);
    }
    html_close(h);
    html_counts(h);
}
