/*
 * html: the parts of the HTML report; only html*.c include this.
 *
 * One document, nothing outside of it. libxml2's writer makes the markup:
 * all text and all values of attributes are encoded by it, after escape.h
 * took out what may not be shown. What it makes is well-formed as XML too,
 * so that a parser of either kind can hold it to that.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <libxml/xmlwriter.h>
#include <stdbool.h>
#include <stddef.h>

#include "report/digest.h"
#include "report/result.h"
#include "report/several.h"
#include "report/severity.h"

/* Where a case stands in the document. */
struct html_place {
    unsigned rfc;        /* 0: the id names none */
    char *section;       /* "4.1.1.10", or "" */
};

struct html {
    xmlTextWriterPtr w;
    const struct several *s;
    const struct result *r; /* the only run, or the first of them */
    size_t *order; /* of rows: by RFC, section, then as they are */
    struct html_place *places; /* of rows, by their index */
    const struct result_requirement **by_id;
    struct report_digest *digests; /* of the JSON, by the run */
};

/* ---- html_write.c: elements -------------------------------------------- */

/* Begins an element; class may be NULL. */
void html_open(struct html *h, const char *name, const char *class);
void html_attribute(struct html *h, const char *name, const char *value);
void html_text(struct html *h, const char *text);
void html_textf(struct html *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void html_close(struct html *h); /* with an end tag */
void html_void(struct html *h);  /* of an element that has no content */

/* A whole element with text. */
void html_leaf(struct html *h, const char *name, const char *class,
               const char *text);
void html_leaff(struct html *h, const char *name, const char *class,
                const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* id="KIND-name", and the link to it; what may not stand in either is
 * encoded, in both the same way. */
void html_id(struct html *h, const char *kind, const char *name);
void html_link_open(struct html *h, const char *kind, const char *name);

/* Text with the places it names of RFCs as links: "RFC5321 3.8, 4.1.2". */
void html_spec(struct html *h, const char *spec);

/* <section id=... aria-labelledby=...><h2>; html_close() ends it. */
void html_section(struct html *h, const char *id, const char *title);

/* A table down to its <tbody>; the caption is read out, not shown. */
void html_table(struct html *h, const char *class, const char *caption,
                const char *const *columns, size_t n);
void html_table_end(struct html *h);

/* ---- html_order.c: cases in the order of the document ------------------- */

/* Fills order, places, by_id and digests; false when memory ran out. */
bool html_order(struct html *h);
void html_order_free(struct html *h);

/* What stands at place i of the order: its row, its place, and the case of
 * the only run. */
const struct several_row *html_row(const struct html *h, size_t i);
const struct html_place *html_place(const struct html *h, size_t i);
const struct result_case *html_at(const struct html *h, size_t i);

/* By number, then by section, numbers in it as numbers; 0 is last. */
int html_place_compare(const struct html_place *a, const struct html_place *b);

/* Or NULL. */
const struct result_requirement *html_requirement(const struct html *h,
                                                  const char *id);

/* ---- one part each ------------------------------------------------------ */

void html_head(struct html *h);         /* <head> */
void html_identity(struct html *h);     /* who was tested, by what */
void html_summary(struct html *h);      /* in plain words, and counts */
void html_findings(struct html *h);     /* by severity */
void html_coverage(struct html *h);     /* scope, what was not tested */
void html_matrix(struct html *h);       /* RFCs and sections */
void html_cases(struct html *h);        /* filters, and each case */
void html_requirements(struct html *h); /* requirement, cases, status */
void html_evidence(struct html *h);     /* digests, how to check them */

/* ---- several runs ------------------------------------------------------- */

void html_servers(struct html *h);      /* who was tested, in columns */
void html_counts(struct html *h);       /* verdicts by server */
void html_side_by_side(struct html *h); /* RFCs, then cases, by server */
void html_answers(struct html *h);      /* what differs from PASS, in detail */
void html_statuses(struct html *h);     /* requirements by server */
void html_changes(struct html *h);      /* how many are new, fixed, changed */
void html_change_new(struct html *h);   /* the cases of each kind */
void html_change_fixed(struct html *h);
void html_change_changed(struct html *h);
void html_change_same(struct html *h);

/* ---- pieces that parts share --------------------------------------------- */

void html_verdict(struct html *h, enum verdict v);
/* "RFC 5321" and what it is about; "Others" for 0. */
void html_rfc(struct html *h, unsigned rfc);
/* One case of a single run. */
void html_case(struct html *h, const struct result_case *c);
/* Terms for a <dl>: the rule; what came; what it means and how to fix it;
 * how it was played, and how to play it again. */
void html_case_rule(struct html *h, const struct result_case *c);
void html_case_about(struct html *h, const struct result_case *c);
void html_case_answer(struct html *h, const struct result_case *c);
void html_case_again(struct html *h, const struct result_case *c);
/* True for what has to be looked at: all but PASS and SKIP. */
bool html_is_finding(const struct result_case *c);
/* The form that filters cases; the script shows it. */
void html_filters(struct html *h);
/* The target, or "old" and "new". */
const char *html_run_name(const struct html *h, size_t run);
/* The session of a case; cut, where it passed. */
void html_session(struct html *h, const struct result_case *c);

#endif
