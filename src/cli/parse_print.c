/*
 * parse_print: see parse_print.h.
 */
#include "cli/parse_print.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/page.h"
#include "smtp/code.h"
#include "smtp/enhanced.h"
#include "smtp/param.h"

#define VALUES 14 /* column of the values */
#define WIDTH  80

static const char *const level_names[] = {
    [SMTP_LEVEL_GRAMMAR] = "GRAMMAR",
    [SMTP_LEVEL_MUST] = "MUST",
    [SMTP_LEVEL_SHOULD] = "SHOULD",
    [SMTP_LEVEL_MAY] = "MAY",
};

static const char *const domain_names[] = {
    [SMTP_DOMAIN_NONE] = "",
    [SMTP_DOMAIN_NAME] = "domain",
    [SMTP_DOMAIN_IPV4] = "IPv4 literal",
    [SMTP_DOMAIN_IPV6] = "IPv6 literal",
    [SMTP_DOMAIN_GENERAL] = "general literal",
};

static struct smtp_span span(const char *s)
{
    return smtp_span_of(s, strlen(s));
}

void parse_head(struct parse_print *p, const char *what, struct smtp_span raw)
{
    fprintf(p->out, "%s%s %u: %zu octets\n", p->number ? "\n" : "", what,
            p->number + 1, raw.n);
    p->number++;
}

void parse_field(struct parse_print *p, const char *name,
                 struct smtp_span value)
{
    struct page page = {.out = p->out, .width = WIDTH};
    size_t n = report_escape(value, NULL, 0) + 1;
    char *text = value.n ? malloc(n) : NULL;

    if (!text)
        return;
    report_escape(value, text, n);
    page_put(&page, PAGE_PLAIN, "  ");
    page_cell(&page, PAGE_PLAIN, name, VALUES);
    page_line(&page, PAGE_PLAIN, VALUES, text, true);
    free(text);
}

/* Each flaw with its rule. Only the first one's place is known; the others
 * come at or behind it. */
static void put_flaws(struct parse_print *p, const struct smtp_flaws *flaws)
{
    struct page page = {.out = p->out, .width = WIDTH};

    for (unsigned f = 0; f < SMTP_FLAW_COUNT; f++) {
        const struct smtp_flaw_info *info;
        char text[400];

        if (!smtp_flaws_has(flaws, (enum smtp_flaw)f))
            continue;
        info = smtp_flaw_info((enum smtp_flaw)f);
        page_put(&page, PAGE_PLAIN, "  ");
        page_cell(&page, PAGE_PLAIN, "flaw", VALUES);
        snprintf(text, sizeof text, "%s at octet %zu%s: %s (%s %s, %s)",
                 info->id, flaws->first_at,
                 (enum smtp_flaw)f == flaws->first ? "" : " or behind",
                 info->sentence, info->rfc, info->section,
                 level_names[info->level]);
        page_words(&page, PAGE_PLAIN, VALUES, text);
    }
}

static void put_code(struct parse_print *p, unsigned code)
{
    const struct smtp_code *row = smtp_code_find(code);
    const char *class = smtp_code_class(code / 100);
    char text[200];

    snprintf(text, sizeof text, "%03u %s%s%s", code,
             row ? row->name : "not registered", class ? "; " : "",
             class ? class : "");
    parse_field(p, "code", span(text));
}

static void put_enhanced(struct parse_print *p, struct smtp_span text)
{
    struct smtp_enhanced e;
    size_t n = smtp_enhanced_parse(text, &e);
    const char *meaning = n ? smtp_enhanced_meaning(&e) : NULL;
    char line[200];

    if (n == 0)
        return;
    snprintf(line, sizeof line, "%.*s %s", (int)n, text.p,
             meaning ? meaning : "not registered");
    parse_field(p, "enhanced", span(line));
}

void parse_print_reply(struct parse_print *p, const struct smtp_reply *r)
{
    struct smtp_reply_line line;
    size_t at = 0;

    parse_head(p, "reply", r->raw);
    if (r->code)
        put_code(p, r->code);
    put_enhanced(p, r->text);
    while (smtp_reply_next(r, &at, &line))
        parse_field(p, line.last ? "last line" : "line", line.raw);
    put_flaws(p, &r->flaws);
}

static void put_path(struct parse_print *p, const struct smtp_path *path)
{
    parse_field(p, "path", path->raw);
    if (path->null)
        parse_field(p, "null", SMTP_SPAN("the empty reverse-path"));
    parse_field(p, "source route", path->route);
    parse_field(p, path->quoted ? "quoted local" : "local part", path->local);
    parse_field(p, "domain", path->domain);
    parse_field(p, "domain kind", span(domain_names[path->kind]));
}

static void put_params(struct parse_print *p, const struct smtp_command *c)
{
    enum smtp_param_of of =
        c->id == SMTP_VERB_RCPT ? SMTP_PARAM_OF_RCPT : SMTP_PARAM_OF_MAIL;
    struct smtp_flaws known = {0}; /* the command's own hold them already */
    struct smtp_param param;
    size_t at = 0;

    while (smtp_param_next(c->params, of, &at, &param, &known))
        parse_field(p, param.id == SMTP_PARAM_OTHER ? "param (new)" : "param",
                    param.raw);
}

void parse_print_command(struct parse_print *p, const struct smtp_command *c)
{
    char number[40];

    parse_head(p, "command", c->raw);
    parse_field(p, "verb", c->verb);
    if (c->id == SMTP_VERB_UNKNOWN)
        parse_field(p, "known", SMTP_SPAN("no"));
    parse_field(p, "argument", c->arg);
    put_path(p, &c->path);
    put_params(p, c);
    parse_field(p, "mechanism", c->mech);
    parse_field(p, "initial", c->initial);
    parse_field(p, "uri", c->uri);
    if (c->id == SMTP_VERB_BDAT) {
        snprintf(number, sizeof number, "%llu%s",
                 (unsigned long long)c->size, c->last ? ", the last" : "");
        parse_field(p, "chunk", span(number));
    }
    put_flaws(p, &c->flaws);
}

bool parse_print_path(struct parse_print *p, struct smtp_span path)
{
    unsigned opts = SMTP_PATH_UTF8 | SMTP_PATH_NULL | SMTP_PATH_POSTMASTER;
    struct smtp_flaws flaws = {0};
    struct smtp_path out = {0};
    size_t n = 0;

    parse_head(p, "path", path);
    if (path.n && path.p[0] == '<')
        n = smtp_path_parse(path, opts, &out, &flaws);
    else
        smtp_mailbox_parse(path, opts | SMTP_PATH_LOCAL, &out, &flaws);
    put_path(p, &out);
    if (n && n < path.n)
        parse_field(p, "behind it", smtp_span_from(path, n));
    put_flaws(p, &flaws);
    return smtp_flaws_any(&flaws) || (n && n < path.n);
}
