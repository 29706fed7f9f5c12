/*
 * html_sum: what came out, for a reader who does not know SMTP, and the
 * counts. See html.h.
 */
#include <stdio.h>
#include <string.h>

#include "report/html.h"

/* What each verdict says of the server, and in which order they are read. */
static const struct {
    enum verdict verdict;
    const char *says;
} verdicts[] = {
    {VERDICT_FAIL, "breaks a binding rule"},
    {VERDICT_WARN, "goes against a recommendation"},
    {VERDICT_INFO, "allowed, worth knowing"},
    {VERDICT_PASS, "agrees with the rule"},
    {VERDICT_SKIP, "does not apply, or a need is not met"},
    {VERDICT_BLOCKED, "could not be reached"},
    {VERDICT_ERROR, "our own fault"},
};

#define VERDICTS (sizeof verdicts / sizeof *verdicts)
#define GAINS    6 /* distinct exploits named in the summary */

void html_verdict(struct html *h, enum verdict v)
{
    char class[16];

    snprintf(class, sizeof class, "v %s", verdict_name(v));
    html_leaf(h, "span", class, verdict_name(v));
}

static void paragraph_open(struct html *h, const char *title)
{
    html_leaf(h, "h3", NULL, title);
    html_open(h, "p", NULL);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- warnings in front of everything ---------------------------------- */

static void alerts(struct html *h)
{
    if (h->r->failure) {
        html_open(h, "p", "alert");
        html_leaf(h, "strong", NULL, "The server could not be tested: ");
        html_text(h, h->r->failure);
        html_text(h, ". Nothing here is a statement about it.");
        html_close(h);
    }
    if (h->r->n_stale) {
        html_open(h, "p", "alert");
        html_leaff(h, "strong", NULL, "%zu entries of the baseline are not "
                   "right any more: ", h->r->n_stale);
        for (size_t i = 0; i < h->r->n_stale; i++)
            html_textf(h, "%s%s (%s)", i ? ", " : "", h->r->stale[i].id,
                       h->r->stale[i].why);
        html_close(h);
    }
    if (h->r->interrupted) {
        html_open(h, "p", "alert");
        html_leaf(h, "strong", NULL, "The run was interrupted. ");
        html_text(h, "What was not played is counted as BLOCKED.");
        html_close(h);
    }
}

/* ---- in plain words --------------------------------------------------- */

static void tested(struct html *h)
{
    const struct result *r = h->r;
    size_t open = result_count(r, VERDICT_SKIP) +
                  result_count(r, VERDICT_BLOCKED) +
                  result_count(r, VERDICT_ERROR);

    paragraph_open(h, "What was tested");
    html_textf(h,
               "How the mail server at %s speaks SMTP, the language in which "
               "mail servers and mail programs hand each other mail. Its rules "
               "are public standards, the RFCs. Each case plays a short "
               "conversation with the server and holds what comes back "
               "against one rule. ",
               r->target);
    html_textf(h, "%zu of %zu cases could be judged; the part \"Scope and "
                  "coverage\" says what was left out, and why.",
               r->n_cases - open, r->n_cases);
    html_close(h);
}

static void found(struct html *h)
{
    const struct result *r = h->r;
    size_t fail = result_count(r, VERDICT_FAIL);
    size_t warn = result_count(r, VERDICT_WARN);

    paragraph_open(h, "What was found");
    html_textf(h, "In %zu case%s the server kept the rule. ",
               result_count(r, VERDICT_PASS),
               plural(result_count(r, VERDICT_PASS)));
    if (fail)
        html_textf(h, "In %zu case%s it broke a binding rule (FAIL). ", fail,
                   plural(fail));
    else
        html_text(h, "No binding rule was seen broken. ");
    if (warn)
        html_textf(h, "In %zu it went against a recommendation (WARN). ",
                   warn);
    if (result_count(r, VERDICT_INFO))
        html_textf(h, "%zu observations are allowed, and noted (INFO).",
                   result_count(r, VERDICT_INFO));
    html_close(h);
}

/* The i-th case says what one before it has said. */
static bool said_before(const struct result *r, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (report_severity_of(&r->cases[k]) == SEVERITY_HIGH &&
            strcmp(r->cases[k].exploit, r->cases[i].exploit) == 0)
            return true;
    return false;
}

static void gains(struct html *h)
{
    const struct result *r = h->r;
    size_t n = 0;

    html_open(h, "ul", NULL);
    for (size_t i = 0; i < r->n_cases; i++) {
        if (report_severity_of(&r->cases[i]) != SEVERITY_HIGH ||
            said_before(r, i) || n++ >= GAINS)
            continue;
        html_open(h, "li", NULL);
        html_text(h, r->cases[i].exploit);
        html_text(h, " ");
        html_link_open(h, "case", r->cases[i].id);
        html_text(h, r->cases[i].id);
        html_close(h);
        html_close(h);
    }
    if (n > GAINS)
        html_leaff(h, "li", NULL, "and %zu more, below.", n - GAINS);
    html_close(h);
}

static void how_bad(struct html *h)
{
    size_t high = report_severity_count(h->r, SEVERITY_HIGH);
    size_t medium = report_severity_count(h->r, SEVERITY_MEDIUM);

    paragraph_open(h, "How bad it is");
    if (high)
        html_textf(h,
                   "%zu case%s of high severity: an attacker gains something "
                   "where the rule is broken.",
                   high, plural(high));
    else
        html_text(h, "No broken rule was found that is known to help an "
                     "attacker.");
    if (medium)
        html_textf(h,
                   " %zu case%s of medium severity: mail may be refused, "
                   "delayed or lost between this server and others.",
                   medium, plural(medium));
    html_close(h);
    if (high)
        gains(h);
}

/* ---- counts ----------------------------------------------------------- */

static void rectangle(struct html *h, enum verdict v, double x, double width)
{
    char class[16];

    snprintf(class, sizeof class, "f %s", verdict_name(v));
    html_open(h, "rect", class);
    xmlTextWriterWriteFormatAttribute(h->w, (const xmlChar *)"x", "%.2f", x);
    xmlTextWriterWriteFormatAttribute(h->w, (const xmlChar *)"width", "%.2f",
                                      width);
    html_attribute(h, "height", "12");
    html_close(h);
}

/* One bar of all verdicts. What it shows stands in the list below it. */
static void bar(struct html *h)
{
    double x = 0;

    if (h->r->n_cases == 0)
        return;
    html_open(h, "svg", "bar");
    html_attribute(h, "viewBox", "0 0 1000 12");
    html_attribute(h, "preserveAspectRatio", "none");
    html_attribute(h, "aria-hidden", "true");
    for (size_t i = 0; i < VERDICTS; i++) {
        size_t n = result_count(h->r, verdicts[i].verdict);
        double width = 1000.0 * (double)n / (double)h->r->n_cases;

        if (n)
            rectangle(h, verdicts[i].verdict, x, width);
        x += width;
    }
    html_close(h);
}

static void counts(struct html *h)
{
    html_open(h, "ul", "counts");
    for (size_t i = 0; i < VERDICTS; i++) {
        size_t n = result_count(h->r, verdicts[i].verdict);

        html_open(h, "li", n ? verdict_name(verdicts[i].verdict) : "none");
        html_leaff(h, "b", NULL, "%zu", n);
        html_text(h, " ");
        html_verdict(h, verdicts[i].verdict);
        html_text(h, " ");
        html_leaf(h, "span", "says", verdicts[i].says);
        html_close(h);
    }
    html_close(h);
}

void html_summary(struct html *h)
{
    alerts(h);
    counts(h);
    bar(h);
    if (h->r->failure)
        return;
    html_open(h, "div", "plain");
    tested(h);
    found(h);
    how_bad(h);
    html_close(h);
}
