/*
 * html_head: <head>, and who was tested. See html.h.
 *
 * The policy in <meta> lets the page run our own script and style, known by
 * their hashes, and nothing else (W3C Content Security Policy 3, 2.3.1).
 */
#include <stdio.h>
#include <string.h>

#include "report/assets.h"
#include "report/digest.h"
#include "report/escape.h"
#include "report/formats.h"
#include "report/html.h"
#include "smtp/base64.h"

static void meta(struct html *h, const char *name, const char *content)
{
    html_open(h, "meta", NULL);
    html_attribute(h, "name", name);
    html_attribute(h, "content", content);
    html_void(h);
}

/* 'sha256-...' of what stands between the tags. */
static void source_hash(struct smtp_span text, char *out, size_t cap)
{
    char base64[SMTP_BASE64_ENCODED(REPORT_DIGEST_OCTETS)];
    struct report_digest d;
    size_t n = 0;

    if (report_digest_of(text, &d))
        n = smtp_base64_encode(
            smtp_span_of((const char *)d.octets, sizeof d.octets), base64);
    snprintf(out, cap, "'sha256-%.*s'", (int)n, base64);
}

static void policy(struct html *h)
{
    char style[80], script[80], text[300];

    source_hash(report_html_style(), style, sizeof style);
    source_hash(report_html_script(), script, sizeof script);
    snprintf(text, sizeof text,
             "default-src 'none'; style-src %s; script-src %s; "
             "base-uri 'none'; form-action 'none'",
             style, script);
    html_open(h, "meta", NULL);
    html_attribute(h, "http-equiv", "Content-Security-Policy");
    html_attribute(h, "content", text);
    html_void(h);
}

/* Raw text: neither may be encoded, and both are ours. */
static void raw(struct html *h, const char *element, struct smtp_span text)
{
    html_open(h, element, NULL);
    xmlTextWriterWriteRawLen(h->w, (const xmlChar *)text.p, (int)text.n);
    html_close(h);
}

/* Whom the report is about. */
static void subject(struct html *h)
{
    if (h->s->mode == SEVERAL_SERVERS)
        html_textf(h, "%zu servers side by side", h->s->n);
    else if (h->s->mode == SEVERAL_COMPARE)
        html_textf(h, "%s, before and now", h->s->runs[1]->target);
    else
        html_text(h, h->r->target);
}

void html_head(struct html *h)
{
    html_open(h, "head", NULL);
    html_open(h, "meta", NULL);
    html_attribute(h, "charset", "utf-8");
    html_void(h);
    policy(h);
    meta(h, "viewport", "width=device-width, initial-scale=1");
    meta(h, "color-scheme", "light dark");
    meta(h, "generator", h->r->tool);
    for (size_t i = 0; i < h->s->n; i++)
        meta(h, REPORT_DIGEST_META, h->digests[i].hex);
    html_open(h, "title", NULL);
    html_text(h, "SMTP conformance: ");
    subject(h);
    html_close(h);
    raw(h, "style", report_html_style());
    raw(h, "script", report_html_script());
    html_close(h);
}

/* ---- who was tested --------------------------------------------------- */

static void term(struct html *h, const char *name)
{
    html_open(h, "div", NULL);
    html_leaf(h, "dt", NULL, name);
    html_open(h, "dd", NULL);
}

static void term_end(struct html *h)
{
    html_close(h);
    html_close(h);
}

static void item(struct html *h, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    term(h, name);
    html_text(h, value);
    term_end(h);
}

/* A few lines of it: a greeting may be of any length. */
static void greeting(struct html *h, struct smtp_span rest)
{
    unsigned lines = 0;

    if (!rest.n)
        return;
    term(h, "Greeting");
    html_open(h, "code", NULL);
    while (rest.n && lines++ < 4) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.p) + 1 : rest.n;
        char line[600];

        report_escape(smtp_span_of(rest.p, n), line, sizeof line);
        if (lines > 1)
            html_text(h, "\n");
        html_text(h, line);
        rest = smtp_span_from(rest, n);
    }
    html_text(h, rest.n ? "\n..." : "");
    html_close(h);
    term_end(h);
}

static void extensions(struct html *h, const char *name,
                       const char *const *list, size_t n)
{
    if (n == 0)
        return;
    term(h, name);
    html_open(h, "details", NULL);
    html_leaff(h, "summary", NULL, "%zu extension%s", n, n == 1 ? "" : "s");
    html_open(h, "ul", "words");
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_leaf(h, "code", NULL, list[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    term_end(h);
}

static void tls(struct html *h, const struct result_tls *t)
{
    if (!t) {
        item(h, "TLS", "not negotiated");
        return;
    }
    term(h, "TLS");
    html_textf(h, "%s, %s; certificate of %s, %s%s", t->version, t->cipher,
               t->subject[0] ? t->subject : "nobody",
               t->verified ? "verified" : "NOT verified: ",
               t->verified ? "" : t->verify_error);
    term_end(h);
    term(h, "Certificate, SHA-256");
    html_leaf(h, "code", NULL, t->fingerprint);
    term_end(h);
}

static void profile(struct html *h, const struct result_server *s)
{
    if (!s->profile)
        return;
    term(h, "Tested as");
    html_textf(h, "%s (%s)%s%s", s->profile,
               s->profile_why ? s->profile_why : "",
               s->auth_required ? "; requires authentication" : "",
               s->tls_required ? "; requires TLS" : "");
    term_end(h);
}

static void when(struct html *h)
{
    char at[40];

    report_time(h->r->started, at, sizeof at);
    term(h, "Date");
    html_open(h, "time", NULL);
    html_attribute(h, "datetime", at);
    html_textf(h, "%.10s, %.8s UTC", at, at + 11);
    html_close(h);
    html_textf(h, ", %.1f s", (double)(h->r->ended - h->r->started) / 1000);
    term_end(h);
}

static void identity(struct html *h)
{
    const struct result_server *s = &h->r->server;

    html_open(h, "dl", "identity");
    when(h);
    term(h, "Tool and suite");
    html_text(h, h->r->tool);
    if (h->r->suite && h->r->suite[0]) {
        html_text(h, ", suite ");
        html_leaf(h, "code", NULL, h->r->suite);
    }
    term_end(h);
    profile(h, s);
    greeting(h, s->greeting);
    tls(h, s->tls);
    extensions(h, "Offers", s->ehlo, s->n_ehlo);
    extensions(h, "Offers within TLS", s->ehlo_tls, s->n_ehlo_tls);
    html_close(h);
}

void html_identity(struct html *h)
{
    html_open(h, "header", NULL);
    html_leaf(h, "p", "kind", "SMTP conformance report");
    html_open(h, "h1", NULL);
    html_open(h, "bdi", NULL);
    subject(h);
    html_close(h);
    html_close(h);
    if (h->s->mode == SEVERAL_SINGLE)
        identity(h);
    html_close(h);
}
