/*
 * html_case: one case with all that is known of it, closed until it is
 * asked for. See html.h.
 */
#include <stdio.h>
#include <string.h>

#include "report/html.h"
#include "report/session.h"

bool html_is_finding(const struct result_case *c)
{
    return report_severity_of(c) != SEVERITY_NONE ||
           c->verdict == VERDICT_BLOCKED || c->verdict == VERDICT_ERROR;
}

static void term(struct html *h, const char *name)
{
    html_leaf(h, "dt", NULL, name);
    html_open(h, "dd", NULL);
}

static void field(struct html *h, const char *name, const char *text)
{
    if (!text || !text[0])
        return;
    term(h, name);
    html_text(h, text);
    html_close(h);
}

static void code_field(struct html *h, const char *name, const char *text)
{
    if (!text || !text[0])
        return;
    term(h, name);
    html_leaf(h, "code", NULL, text);
    html_close(h);
}

static void requirement(struct html *h, const char *id)
{
    const struct result_requirement *q = html_requirement(h, id);

    if (q) {
        html_leaf(h, "b", NULL, q->level);
        html_textf(h, ": %s. ", q->text);
    }
    if (!q || h->s->mode == SEVERAL_COMPARE) { /* no table to lead to */
        html_text(h, id);
        return;
    }
    html_link_open(h, "need", q->id);
    html_text(h, q->id);
    html_close(h);
}

static void requirements(struct html *h, const struct result_case *c)
{
    if (c->n_covers == 0)
        return;
    term(h, c->n_covers > 1 ? "Requirements" : "Requirement");
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < c->n_covers; i++) {
        html_open(h, "li", NULL);
        requirement(h, c->covers[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

void html_case_rule(struct html *h, const struct result_case *c)
{
    term(h, "Rule");
    html_textf(h, "%s: ", c->level);
    html_spec(h, c->spec);
    html_close(h);
    requirements(h, c);
}

static void notes(struct html *h, const struct result_case *c)
{
    for (size_t i = 0; i < c->n_notes; i++) {
        if (strcmp(c->notes[i].why, c->reason) == 0)
            continue;
        term(h, "Note");
        html_verdict(h, c->notes[i].verdict);
        html_textf(h, " %s", c->notes[i].why);
        html_close(h);
    }
}

static void baseline(struct html *h, const struct result_case *c)
{
    if (!c->known)
        return;
    term(h, "Accepted");
    html_textf(h, "%s (by the baseline, until %s)", c->known, c->until);
    html_close(h);
}

void html_case_answer(struct html *h, const struct result_case *c)
{
    char text[700];

    field(h, "Why", c->reason);
    code_field(h, "Expected", c->expected);
    code_field(h, "Came", c->got);
    if (c->code) {
        report_code_text(c->code, text, sizeof text);
        field(h, "That code", text);
    }
    notes(h, c);
    baseline(h, c);
}

void html_case_again(struct html *h, const struct result_case *c)
{
    if (c->unstable)
        field(h, "Unstable", "Its runs disagreed; the heaviest counts.");
    if (c->passive)
        field(h, "Kind", "A rule over the replies of all sessions.");
    if (c->runs > 1) {
        term(h, "Played");
        html_textf(h, "%u times", c->runs);
        html_close(h);
    }
    code_field(h, "Script", c->where);
    code_field(h, "Again", c->reproduce);
}

void html_case_about(struct html *h, const struct result_case *c)
{
    field(h, "Meaning", c->explain);
    field(h, "Exploit", c->exploit);
    field(h, "To fix", c->fix);
}

static void title(struct html *h, const struct result_case *c)
{
    html_open(h, "summary", NULL);
    html_verdict(h, c->verdict);
    html_text(h, " ");
    html_leaf(h, "span", "title", c->title);
    html_text(h, " ");
    html_leaf(h, "code", "id", c->id);
    html_close(h);
}

void html_case(struct html *h, const struct result_case *c)
{
    bool finding = html_is_finding(c);

    html_open(h, "details", finding ? "case shown" : "case");
    html_id(h, "case", c->id);
    html_attribute(h, "data-v", verdict_name(c->verdict));
    html_attribute(h, "data-l", c->level);
    title(h, c);
    html_open(h, "dl", NULL);
    html_case_rule(h, c);
    html_case_answer(h, c);
    if (finding)
        html_case_about(h, c);
    html_case_again(h, c);
    html_close(h);
    html_session(h, c);
    html_close(h);
}
