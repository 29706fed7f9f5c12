/*
 * junit: JUnit XML, as CI systems read it.
 *
 * FAIL is <failure>, ERROR is <error>, SKIP and BLOCKED are <skipped>, and so
 * is what the baseline lists; an entry of it that is not right any more is a
 * test that fails. What is a warning or a note says so in <system-out>, where
 * the session stands too. No more elements and attributes than the schema of
 * Jenkins has: it knows no <properties> of a test case.
 */
#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/formats.h"
#include "report/session.h"

/* The element that a verdict becomes; NULL: none, the test passed. */
static const char *const element_of[VERDICT_COUNT] = {
    [VERDICT_FAIL] = "failure",
    [VERDICT_ERROR] = "error",
    [VERDICT_SKIP] = "skipped",
    [VERDICT_BLOCKED] = "skipped",
};

static const xmlChar *xml(const char *s)
{
    return (const xmlChar *)s;
}

/* Text and attributes never hold a character that XML forbids. */
static void attribute(xmlTextWriterPtr w, const char *name, const char *value)
{
    char *clean = report_clean(value ? value : "");

    xmlTextWriterWriteAttribute(w, xml(name), xml(clean));
    free(clean);
}

static void attribute_count(xmlTextWriterPtr w, const char *name, size_t n)
{
    xmlTextWriterWriteFormatAttribute(w, xml(name), "%zu", n);
}

static void attribute_seconds(xmlTextWriterPtr w, const char *name, double s)
{
    xmlTextWriterWriteFormatAttribute(w, xml(name), "%.3f", s);
}

static void content(xmlTextWriterPtr w, const char *text)
{
    char *clean = report_clean(text ? text : "");

    xmlTextWriterWriteString(w, xml(clean));
    free(clean);
}

/* "RFC5321.3.8" of "RFC5321 3.8, 4.1.1.10; RFC2920 3.1". */
static void class_name(const struct result_case *c, char *out, size_t cap)
{
    size_t n = strcspn(c->spec, ",;");

    snprintf(out, cap, "%.*s", (int)(n < cap ? n : cap - 1), c->spec);
    for (char *p = out; *p; p++)
        if (*p == ' ')
            *p = '.';
}

static void property(xmlTextWriterPtr w, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    xmlTextWriterStartElement(w, xml("property"));
    attribute(w, "name", name);
    attribute(w, "value", value);
    xmlTextWriterEndElement(w);
}

/* The element of a case; what is known is not told as a failure. */
static const char *element_for(const struct result_case *c)
{
    return c->known && element_of[c->verdict] ? "skipped"
                                              : element_of[c->verdict];
}

static void put_skipped(xmlTextWriterPtr w, const struct result_case *c)
{
    if (c->verdict == VERDICT_BLOCKED)
        content(w, "BLOCKED: ");
    if (c->known) {
        content(w, "known until ");
        content(w, c->until);
        content(w, ": ");
        content(w, c->known);
    } else {
        content(w, c->reason);
    }
}

static void finding(xmlTextWriterPtr w, const struct result_case *c)
{
    const char *element = element_for(c);
    char text[1200];

    if (!element)
        return;
    xmlTextWriterStartElement(w, xml(element));
    if (strcmp(element, "skipped") == 0) {
        put_skipped(w, c);
    } else {
        attribute(w, "message", c->reason);
        attribute(w, "type", c->level);
        report_findings_text(c, text, sizeof text);
        content(w, text);
    }
    xmlTextWriterEndElement(w);
}

/* One line. */
static void line(xmlTextWriterPtr w, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    content(w, name);
    content(w, ": ");
    content(w, value);
    content(w, "\n");
}

static void system_out(xmlTextWriterPtr w, const struct result_case *c)
{
    char *session = report_session(&c->log);

    xmlTextWriterStartElement(w, xml("system-out"));
    line(w, verdict_name(c->verdict),
         c->reason[0] ? c->reason : "the evidence agrees");
    line(w, "level", c->level);
    line(w, "spec", c->spec);
    for (size_t i = 0; i < c->n_covers; i++)
        line(w, "covers", c->covers[i]);
    line(w, "reproduce", c->reproduce);
    for (size_t i = 0; i < c->n_notes; i++)
        line(w, verdict_name(c->notes[i].verdict), c->notes[i].why);
    content(w, session);
    xmlTextWriterEndElement(w);
    free(session);
}

static void test_case(xmlTextWriterPtr w, const struct result_case *c)
{
    char class[128];

    class_name(c, class, sizeof class);
    xmlTextWriterStartElement(w, xml("testcase"));
    attribute(w, "name", c->id);
    attribute(w, "classname", class);
    attribute_seconds(w, "time", (double)c->duration / 1e9);
    finding(w, c);
    system_out(w, c);
    xmlTextWriterEndElement(w);
}

/* The counts that testsuites and testsuite both carry. */
static void counts(xmlTextWriterPtr w, const struct result *r)
{
    attribute_count(w, "tests",
                    r->n_cases + r->n_stale + (r->failure != NULL));
    attribute_count(w, "failures",
                    result_count_new(r, VERDICT_FAIL) + r->n_stale);
    attribute_count(w, "errors",
                    result_count_new(r, VERDICT_ERROR) + (r->failure != NULL));
    attribute_seconds(w, "time", (double)(r->ended - r->started) / 1000);
}

static size_t count_skipped(const struct result *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_cases; i++) {
        const char *element = element_for(&r->cases[i]);
        n += element && strcmp(element, "skipped") == 0;
    }
    return n;
}

static void suite_properties(xmlTextWriterPtr w, const struct result *r)
{
    xmlTextWriterStartElement(w, xml("properties"));
    property(w, "tool", r->tool);
    property(w, "suite", r->suite);
    property(w, "target", r->target);
    property(w, "profile", r->server.profile);
    property(w, "failure", r->failure);
    property(w, "interrupted", r->interrupted ? "true" : "false");
    xmlTextWriterEndElement(w);
}

/* A run that could not test is an error of its own: a suite in which
 * everything was skipped would look fine. */
static void run_failure(xmlTextWriterPtr w, const struct result *r)
{
    if (!r->failure)
        return;
    xmlTextWriterStartElement(w, xml("testcase"));
    attribute(w, "name", "smtpspec/run");
    attribute(w, "classname", "smtpspec");
    xmlTextWriterStartElement(w, xml("error"));
    attribute(w, "message", r->failure);
    attribute(w, "type", "could not test");
    xmlTextWriterEndElement(w);
    xmlTextWriterEndElement(w);
}

static void stale_entry(xmlTextWriterPtr w, const struct result_stale *s)
{
    char name[300];

    snprintf(name, sizeof name, "smtpspec/baseline/%s", s->id);
    xmlTextWriterStartElement(w, xml("testcase"));
    attribute(w, "name", name);
    attribute(w, "classname", "smtpspec");
    xmlTextWriterStartElement(w, xml("failure"));
    attribute(w, "message", s->why);
    attribute(w, "type", "stale");
    xmlTextWriterEndElement(w);
    xmlTextWriterEndElement(w);
}

static void document(xmlTextWriterPtr w, const struct result *r)
{
    char at[40];

    report_time(r->started, at, sizeof at);
    at[19] = '\0'; /* the schema knows no zone and no fraction */
    xmlTextWriterSetIndent(w, 1);
    xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(w, xml("testsuites"));
    attribute(w, "name", "smtpspec");
    counts(w, r);
    xmlTextWriterStartElement(w, xml("testsuite"));
    attribute(w, "name", r->target);
    attribute(w, "timestamp", at);
    attribute(w, "hostname", "localhost");
    counts(w, r);
    attribute_count(w, "skipped", count_skipped(r));
    suite_properties(w, r);
    run_failure(w, r);
    for (size_t i = 0; i < r->n_stale; i++)
        stale_entry(w, &r->stale[i]);
    for (size_t i = 0; i < r->n_cases; i++)
        test_case(w, &r->cases[i]);
    xmlTextWriterEndDocument(w);
}

/* The library prints errors of its own: it is told of none, the stream
 * remembers. */
static int write_out(void *context, const char *buffer, int n)
{
    fwrite(buffer, 1, (size_t)n, context);
    return n;
}

int report_junit_write(const struct result *r, const struct report_options *o,
                       FILE *out)
{
    xmlOutputBufferPtr buffer =
        xmlOutputBufferCreateIO(write_out, NULL, out, NULL);
    xmlTextWriterPtr w = buffer ? xmlNewTextWriter(buffer) : NULL;

    (void)o;
    if (!w) {
        if (buffer)
            xmlOutputBufferClose(buffer);
        errno = ENOMEM;
        return -1;
    }
    document(w, r);
    xmlFreeTextWriter(w);
    return ferror(out) ? -1 : 0;
}
