/* html: a whole document by both kinds of parser, inert, with everything in
 * it that the result has. */
#include <criterion/criterion.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>

#include "report/digest.h"
#include "report/severity.h"
#include "smtp/base64.h"
#include "tests/report/sample.h"

static xmlDocPtr load(const struct result *r)
{
    size_t n;
    char *text = sample_write(r, "html", &n);
    xmlDocPtr doc = xmlReadMemory(text, (int)n, NULL, NULL, XML_PARSE_NONET);

    cr_assert(doc, "%s", text);
    free(text);
    return doc;
}

/* How many nodes there are; the text of the first into out. */
static int find(xmlDocPtr doc, const char *path, char *out, size_t cap)
{
    xmlXPathContextPtr context = xmlXPathNewContext(doc);
    xmlXPathObjectPtr found =
        xmlXPathEvalExpression((const xmlChar *)path, context);
    int n = found && found->nodesetval ? found->nodesetval->nodeNr : 0;

    cr_assert(found, "%s", path);
    if (n && out) {
        xmlChar *text = xmlNodeGetContent(found->nodesetval->nodeTab[0]);
        snprintf(out, cap, "%s", (const char *)text);
        xmlFree(text);
    }
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return n;
}

static void expect_count(xmlDocPtr doc, const char *path, int want)
{
    int n = find(doc, path, NULL, 0);

    cr_expect_eq(n, want, "%s: %d, not %d", path, n, want);
}

Test(html, parts)
{
    static const struct {
        const char *path;
        int n;
    } rows[] = {
        {"/html[@lang='en']", 1},
        {"//main/section[@aria-labelledby = h2/@id]", 7},
        {"//h1", 1},
        {"//style", 1},
        {"//script", 1},
        {"//details[contains(@class,'case')]", VERDICT_COUNT},
        {"//section[@id='cases']//*[@data-v='FAIL'][@data-l='MUST NOT']", 1},
        {"//section[@id='findings']/table", 3}, /* high, medium, note */
        {"//section[@id='requirements']//tbody/tr", 2},
        {"//ul[@class='reasons']/li", 3},
        {"//th[not(@scope)]", 0},
        {"//table[not(caption)]", 0},
        {"//pre//mark[contains(., '250 last')]", VERDICT_COUNT - 1},
        {"//input[not(ancestor::label)] | //select[not(ancestor::label)]", 0},
        {"//*[@style] | //iframe | //img | //link | //object", 0},
    };
    struct result r;
    xmlDocPtr doc;

    sample_result(&r);
    doc = load(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_count(doc, rows[i].path, rows[i].n);
    xmlFreeDoc(doc);
    result_free(&r);
}

/* What ends at the same step of a script is one finding; a rule over all
 * sessions has no step, and is one by itself. */
Test(html, findings_by_cause)
{
    static const struct {
        const char *path;
        int n;
    } rows[] = {
        {"//section[@id='findings']//tbody/tr", 4},
        {"//section[@id='findings']//tr[td//a[contains(.,'FAIL')]]"
         "[td//a[contains(.,'PASS')]]", 1},
        {"//section[@id='findings']//summary[.='the same in 1 more']", 1},
    };
    struct result r;
    xmlDocPtr doc;

    sample_result(&r);
    r.cases[VERDICT_PASS].verdict = VERDICT_FAIL;
    r.cases[VERDICT_BLOCKED].verdict = VERDICT_FAIL;
    r.cases[VERDICT_BLOCKED].where = "";
    doc = load(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_count(doc, rows[i].path, rows[i].n);
    xmlFreeDoc(doc);
    result_free(&r);
}

/* Every link within the page leads somewhere, and no id is there twice. */
Test(html, links_lead_somewhere)
{
    struct result r;
    xmlDocPtr doc;

    sample_result(&r);
    doc = load(&r);
    cr_expect_gt(find(doc, "//a[starts-with(@href,'#case-')]", NULL, 0), 5);
    cr_expect_gt(find(doc, "//a[starts-with(@href,'#need-')]", NULL, 0), 1);
    expect_count(doc,
                 "//a[starts-with(@href,'#')]"
                 "[not(substring(@href,2) = //*/@id)]", 0);
    expect_count(doc, "//*[@id = following::*/@id]", 0);
    expect_count(doc, "//a[contains(@href,'rfc5321#section-3.8')]", 7 + 3);
    xmlFreeDoc(doc);
    result_free(&r);
}

static const char hostile[] =
    "</script><script>x</script> ]]> --> <!-- <img src=x onerror=x> "
    "\" onload=\"x ' &lt; &#x3c; \xff\xc0\xaf\x1b[2J\r\n\t";

/* What a server or a file says is text, wherever it stands. */
static void make_hostile(struct result *r)
{
    static const char *const list[] = {hostile};
    static const struct result_pair option = {hostile, hostile};
    static struct result_tls tls = {hostile, hostile, hostile,
                                    hostile, false,   hostile};
    struct result_case *c = &r->cases[VERDICT_FAIL];

    r->tool = r->target = r->failure = hostile;
    r->options = &option;
    r->server.greeting = SMTP_SPAN(hostile);
    r->server.profile = r->server.profile_why = hostile;
    r->server.ehlo = r->server.ehlo_tls = list;
    r->server.n_ehlo = r->server.n_ehlo_tls = 1;
    r->server.tls = &tls;
    c->id = c->title = c->spec = c->level = c->reason = hostile;
    c->expected = c->got = c->where = c->exploit = c->explain = hostile;
    c->fix = c->reproduce = hostile;
    c->covers = list;
    c->n_covers = 1;
    transcript_add(&c->log, TRANSCRIPT_RECEIVED, 0, false, hostile,
                   sizeof hostile);
    transcript_add(&c->log, TRANSCRIPT_NOTE, 0, false, hostile,
                   sizeof hostile);
}

Test(html, hostile_octets_are_text)
{
    static const char *const never[] = {
        "//img", "//*[@onerror] | //*[@onload] | //*[@src]",
        "//body//script", "//comment()", "//processing-instruction()"};
    struct result r;
    size_t n;
    char *text;
    xmlDocPtr doc;

    sample_result(&r);
    make_hostile(&r);
    doc = load(&r);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        expect_count(doc, never[i], 0);
    xmlFreeDoc(doc);
    text = sample_write(&r, "html", &n);
    doc = htmlReadMemory(text, (int)n, NULL, "utf-8",
                         HTML_PARSE_NONET | HTML_PARSE_NOERROR);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        expect_count(doc, never[i], 0);
    cr_expect_eq(memchr(text, '\x1b', n), NULL);
    cr_expect_eq(memchr(text, '\xff', n), NULL);
    xmlFreeDoc(doc);
    free(text);
    result_free(&r);
}

Test(html, carries_the_digest_of_the_json)
{
    char hex[REPORT_DIGEST_HEX] = "", shown[80] = "";
    struct report_digest d;
    struct result r;
    xmlDocPtr doc;
    size_t n;
    char *text;

    sample_result(&r);
    cr_assert(report_digest_json(&r, &d));
    text = sample_write(&r, "html", &n);
    cr_expect(report_digest_find(smtp_span_of(text, n), 0, hex));
    cr_expect_str_eq(hex, d.hex);
    doc = load(&r);
    find(doc, "//section[@id='evidence']//code[@class='digest']", shown,
         sizeof shown);
    cr_expect_str_eq(shown, d.hex);
    xmlFreeDoc(doc);
    free(text);
    result_free(&r);
}

/* The policy names the very octets that stand in the page. */
Test(html, policy_knows_style_and_script)
{
    static const char *const elements[] = {"//style", "//script"};
    char policy[400] = "";
    struct result r;
    xmlDocPtr doc;

    sample_result(&r);
    doc = load(&r);
    find(doc, "//meta[@http-equiv='Content-Security-Policy']/@content",
         policy, sizeof policy);
    cr_expect(strstr(policy, "default-src 'none'"), "%s", policy);
    cr_expect_eq(strstr(policy, "unsafe"), NULL, "%s", policy);
    for (size_t i = 0; i < 2; i++) {
        static char text[64 * 1024];
        char base64[SMTP_BASE64_ENCODED(REPORT_DIGEST_OCTETS) + 1] = "";
        struct report_digest d;

        find(doc, elements[i], text, sizeof text);
        cr_assert(report_digest_of(smtp_span_of(text, strlen(text)), &d));
        smtp_base64_encode(
            smtp_span_of((const char *)d.octets, sizeof d.octets), base64);
        cr_expect(strstr(policy, base64), "%s: %s in %s", elements[i],
                  base64, policy);
    }
    xmlFreeDoc(doc);
    result_free(&r);
}

Test(html, baseline_is_told)
{
    static const struct result_stale stale = {"rfc1/1/gone", "it passes"};
    struct result r;
    xmlDocPtr doc;

    sample_result(&r);
    r.stale = &stale;
    r.n_stale = 1;
    r.cases[VERDICT_FAIL].known = "known to <them>";
    r.cases[VERDICT_FAIL].until = "2027-02-20";
    doc = load(&r);
    expect_count(doc, "//details[@data-v='FAIL']//dt[.='Accepted']", 1);
    expect_count(doc, "//dd[.='known to <them> (by the baseline, until "
                      "2027-02-20)']", 1);
    expect_count(doc, "//p[@class='alert']"
                      "[contains(., 'rfc1/1/gone (it passes)')]", 1);
    xmlFreeDoc(doc);
    result_free(&r);
}

Test(html, nothing_to_show)
{
    struct result r;
    xmlDocPtr doc;

    cr_assert(result_init(&r));
    r.tool = "smtpspec test";
    r.target = "x";
    r.failure = "nobody answered";
    doc = load(&r);
    expect_count(doc, "//p[@class='alert'][contains(., 'nobody answered')]",
                 1);
    expect_count(doc, "//details[contains(@class,'case')]", 0);
    expect_count(doc, "//h3[contains(., 'How bad')]", 0);
    xmlFreeDoc(doc);
    result_free(&r);
}

/* Two runs as one document. The second one has no FAIL but a WARN. */
static xmlDocPtr load_two(enum several_mode mode)
{
    const struct report_format *f = report_format_find("html");
    static struct result a, b;
    const struct result *runs[] = {&a, &b};
    struct report_options o = {0};
    struct several s;
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    xmlDocPtr doc;

    sample_result(&a);
    sample_result(&b);
    b.target = "the other <server>";
    b.cases[VERDICT_FAIL].verdict = VERDICT_WARN;
    b.cases[VERDICT_PASS].verdict = VERDICT_FAIL;
    cr_assert(out && several_init(&s, mode, runs, 2));
    cr_expect_eq(f->write_several(&s, &o, out), 0);
    fclose(out);
    doc = xmlReadMemory(text, (int)n, NULL, NULL, XML_PARSE_NONET);
    cr_assert(doc, "%s", text);
    several_free(&s);
    result_free(&a);
    result_free(&b);
    free(text);
    return doc;
}

static void expect_sound(xmlDocPtr doc)
{
    expect_count(doc,
                 "//a[starts-with(@href,'#')]"
                 "[not(substring(@href,2) = //*/@id)]", 0);
    expect_count(doc, "//*[@id = following::*/@id]", 0);
    expect_count(doc, "//th[not(@scope)] | //table[not(caption)]", 0);
    expect_count(doc, "//meta[@name='" REPORT_DIGEST_META "']", 2);
}

Test(html, servers_side_by_side)
{
    static const struct {
        const char *path;
        int n;
    } rows[] = {
        {"//section[@id='summary']//tbody/tr", 2},
        {"//section[@id='cases']//tbody/tr[@class='case']", VERDICT_COUNT},
        {"//section[@id='cases']//tr[@data-v='FAIL WARN']/td[1]/a", 1},
        {"//tr[@data-v='FAIL WARN']/td[@class='WARN'][a='WARN']", 1},
        {"//tr[@data-v='FAIL PASS']/td[@class='PASS'][not(a)]", 1},
        {"//tr[@data-v='SKIP']", 1},
        {"//section[@id='answers']//details", VERDICT_COUNT - 1},
        {"//section[@id='answers']//div[@class='answer']",
         2 * (VERDICT_COUNT - 1) - 1},
        {"//section[@id='requirements']//tbody/tr", 2},
        {"//bdi[.='the other <server>, mx']", 2 + VERDICT_COUNT - 1},
    };
    xmlDocPtr doc = load_two(SEVERAL_SERVERS);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_count(doc, rows[i].path, rows[i].n);
    expect_sound(doc);
    xmlFreeDoc(doc);
}

Test(html, runs_compared)
{
    static const struct {
        const char *path;
        int n;
    } rows[] = {
        {"//section[@id='new']/details", 1},
        {"//section[@id='new']//span[@class='change']"
         "[span[1]='PASS'][span[3]='FAIL']", 1},
        {"//section[@id='changed']//span[@class='change']"
         "[span[1]='FAIL'][span[3]='WARN']", 1},
        {"//section[@id='fixed']/details", 0},
        {"//section[@id='fixed']/p[.='There is none.']", 1},
        {"//section[@id='same']//li[span='BLOCKED']", 1},
        {"//section[@id='same']//li[span='SKIP' or span='PASS']", 0},
    };
    xmlDocPtr doc = load_two(SEVERAL_COMPARE);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_count(doc, rows[i].path, rows[i].n);
    expect_sound(doc);
    xmlFreeDoc(doc);
}

Test(severity, of_level_and_exploit)
{
    static const struct {
        enum verdict verdict;
        const char *exploit;
        enum report_severity want;
    } rows[] = {
        {VERDICT_FAIL, "a gain", SEVERITY_HIGH},
        {VERDICT_FAIL, NULL, SEVERITY_MEDIUM},
        {VERDICT_WARN, "a gain", SEVERITY_MEDIUM},
        {VERDICT_WARN, NULL, SEVERITY_LOW},
        {VERDICT_INFO, "a gain", SEVERITY_NOTE},
        {VERDICT_PASS, "a gain", SEVERITY_NONE},
        {VERDICT_SKIP, NULL, SEVERITY_NONE},
        {VERDICT_BLOCKED, "a gain", SEVERITY_NONE},
        {VERDICT_ERROR, NULL, SEVERITY_NONE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result_case c = {.verdict = rows[i].verdict,
                                .exploit = rows[i].exploit};
        cr_expect_eq(report_severity_of(&c), rows[i].want, "%s %s",
                     verdict_name(rows[i].verdict),
                     rows[i].exploit ? rows[i].exploit : "");
    }
}
