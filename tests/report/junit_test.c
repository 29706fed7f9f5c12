/* junit: well-formed, with the elements that CI systems count. */
#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "tests/report/sample.h"

static xmlDocPtr load(const struct result *r)
{
    size_t n;
    char *text = sample_write(r, "junit", &n);
    xmlDocPtr doc = xmlReadMemory(text, (int)n, NULL, NULL, XML_PARSE_NONET);

    cr_assert(doc, "%s", text);
    free(text);
    return doc;
}

static xmlNodePtr child(xmlNodePtr of, const char *name, size_t i)
{
    for (xmlNodePtr n = of->children; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE &&
            strcmp((const char *)n->name, name) == 0 && i-- == 0)
            return n;
    return NULL;
}

static char *attribute(xmlNodePtr n, const char *name)
{
    return (char *)xmlGetProp(n, (const xmlChar *)name);
}

static void expect_attribute(xmlNodePtr n, const char *name, const char *want)
{
    char *got = attribute(n, name);

    cr_expect(got && strcmp(got, want) == 0, "%s: %s, not %s", name,
              got ? got : "none", want);
    xmlFree(got);
}

Test(junit, elements)
{
    static const struct {
        enum verdict verdict;
        const char *element; /* NULL: none */
    } rows[] = {
        {VERDICT_PASS, NULL},         {VERDICT_INFO, NULL},
        {VERDICT_SKIP, "skipped"},    {VERDICT_WARN, NULL},
        {VERDICT_BLOCKED, "skipped"}, {VERDICT_FAIL, "failure"},
        {VERDICT_ERROR, "skipped"}, /* the baseline lists it */
    };
    static const char *const all[] = {"failure", "error", "skipped"};
    struct result r;
    xmlDocPtr doc;
    xmlNodePtr suite;

    sample_result(&r);
    doc = load(&r);
    suite = child(xmlDocGetRootElement(doc), "testsuite", 0);
    cr_assert(suite);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        xmlNodePtr n = child(suite, "testcase", 1 + rows[i].verdict);
        cr_assert(n, "%s", verdict_name(rows[i].verdict));
        expect_attribute(n, "classname", "RFC5321.3.8");
        for (size_t k = 0; k < 3; k++)
            cr_expect_eq(child(n, all[k], 0) != NULL,
                         rows[i].element &&
                             strcmp(rows[i].element, all[k]) == 0,
                         "%s: <%s>", verdict_name(rows[i].verdict), all[k]);
        cr_expect(child(n, "system-out", 0));
    }
    xmlFreeDoc(doc);
    result_free(&r);
}

Test(junit, counts)
{
    struct result r;
    xmlDocPtr doc;
    xmlNodePtr suite;

    sample_result(&r);
    r.failure = "no server";
    doc = load(&r);
    suite = child(xmlDocGetRootElement(doc), "testsuite", 0);
    cr_assert(suite);
    expect_attribute(suite, "tests", "9");
    expect_attribute(suite, "failures", "2");
    expect_attribute(suite, "errors", "1");
    expect_attribute(suite, "skipped", "3");
    expect_attribute(suite, "time", "2.500");
    expect_attribute(suite, "timestamp", "2026-11-20T21:04:04");
    xmlFreeDoc(doc);
    result_free(&r);
}

Test(junit, warning_is_said)
{
    struct result r;
    xmlDocPtr doc;
    xmlNodePtr n;
    char *text;

    sample_result(&r);
    doc = load(&r);
    n = child(xmlDocGetRootElement(doc), "testsuite", 0);
    n = child(n, "testcase", 1 + VERDICT_WARN);
    text = (char *)xmlNodeGetContent(child(n, "system-out", 0));
    cr_expect_eq(strncmp(text, "WARN: ", 6), 0, "%s", text);
    cr_expect(strstr(text, "250 last"), "the session stands there");
    xmlFree(text);
    xmlFreeDoc(doc);
    result_free(&r);
}

/* A case that the baseline does not list is an error; an entry that is not
 * right any more is a failure. */
Test(junit, baseline)
{
    struct result r;
    xmlDocPtr doc;
    xmlNodePtr suite, n;
    char *text;

    sample_result(&r);
    r.cases[VERDICT_FAIL].known = "next year";
    r.cases[VERDICT_FAIL].until = "2027-02-20";
    r.cases[VERDICT_ERROR].known = NULL;
    doc = load(&r);
    suite = child(xmlDocGetRootElement(doc), "testsuite", 0);
    n = child(suite, "testcase", 0); /* the stale one stands in front */
    cr_expect(child(n, "failure", 0));
    n = child(suite, "testcase", 1 + VERDICT_FAIL);
    cr_expect_null(child(n, "failure", 0));
    text = (char *)xmlNodeGetContent(child(n, "skipped", 0));
    cr_expect_str_eq(text, "known until 2027-02-20: next year");
    cr_expect(child(child(suite, "testcase", 1 + VERDICT_ERROR), "error", 0));
    expect_attribute(suite, "failures", "1");
    expect_attribute(suite, "errors", "1");
    xmlFree(text);
    xmlFreeDoc(doc);
    result_free(&r);
}
