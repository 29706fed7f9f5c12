#include "check/summary.h"

#include <string.h>

static const char *const profile_names[] = {
    [CHECK_PROFILE_AUTO] = "auto",
    [CHECK_PROFILE_MX] = "mx",
    [CHECK_PROFILE_SUBMISSION] = "submission",
    [CHECK_PROFILE_LMTP] = "lmtp",
};

/* The extension lines of an EHLO reply, escaped. */
static const char *const *extensions(struct result *r,
                                     const struct probe_reply *reply, size_t *n)
{
    struct smtp_ehlo_line line;
    const char **list;
    size_t at = 0;

    *n = 0;
    if (!reply->octets)
        return NULL;
    list = result_alloc(r, reply->reply.lines * sizeof *list);
    while (smtp_ehlo_next(&reply->reply, &at, &line, NULL)) {
        struct smtp_span all = line.keyword;
        if (line.params.n) /* both are parts of one line */
            all.n = (size_t)(line.params.p + line.params.n - all.p);
        list[(*n)++] = result_escaped(r, all);
    }
    return list;
}

static const struct result_tls *tls_of(struct result *r,
                                       const struct net_tls_info *info)
{
    struct result_tls *t = result_alloc(r, sizeof *t);

    t->version = result_text(r, info->version);
    t->cipher = result_text(r, info->cipher);
    t->subject = result_text(r, info->subject);
    t->fingerprint = result_text(r, info->fingerprint);
    t->verified = info->verified;
    t->verify_error = result_text(r, info->verify_error);
    return t;
}

void summary_server(struct result *r, const struct probe *p)
{
    struct result_server *s = &r->server;

    if (p->greeting.octets) {
        size_t n = p->greeting.reply.raw.n;
        char *copy = result_alloc(r, n);
        memcpy(copy, p->greeting.octets, n);
        s->greeting = smtp_span_of(copy, n);
    }
    s->profile = profile_names[p->profile];
    s->profile_why = p->profile_why;
    s->auth_required = p->auth_required;
    s->tls_required = p->tls_required;
    s->ehlo = extensions(r, &p->ehlo, &s->n_ehlo);
    s->ehlo_tls = extensions(r, &p->ehlo_tls, &s->n_ehlo_tls);
    if (p->tls_ok)
        s->tls = tls_of(r, &p->tls);
}

static enum result_status status_of_verdict(enum verdict v)
{
    switch (v) {
    case VERDICT_PASS:
        return RESULT_PASS;
    case VERDICT_INFO:
        return RESULT_INFO;
    case VERDICT_WARN:
        return RESULT_WARN;
    case VERDICT_FAIL:
        return RESULT_FAIL;
    case VERDICT_SKIP:
    case VERDICT_BLOCKED:
    case VERDICT_ERROR:
    case VERDICT_COUNT:
        break;
    }
    return RESULT_NOT_RUN;
}

static bool covers(const struct result_case *c, const char *id)
{
    for (size_t i = 0; i < c->n_covers; i++)
        if (strcmp(c->covers[i], id) == 0)
            return true;
    return false;
}

static enum result_status status_of(const struct result *r,
                                    const struct catalogue_requirement *row)
{
    enum result_status worst =
        catalogue_is_observable(row) ? RESULT_UNCOVERED : RESULT_UNTESTABLE;

    for (size_t i = 0; i < r->n_cases; i++) {
        enum result_status s;
        if (!covers(&r->cases[i], row->id))
            continue;
        s = status_of_verdict(r->cases[i].verdict);
        if (s > worst)
            worst = s;
    }
    return worst;
}

void summary_requirements(struct result *r, const struct catalogue *c)
{
    struct result_requirement *list =
        result_alloc(r, (catalogue_count(c) + 1) * sizeof *list);
    size_t n = 0;

    for (size_t i = 0; i < catalogue_count(c); i++) {
        const struct catalogue_requirement *row = catalogue_at(c, i);
        if (!catalogue_is_server(row))
            continue;
        list[n++] =
            (struct result_requirement){.id = result_text(r, row->id),
                                        .rfc = result_text(r, row->rfc),
                                        .section = result_text(r, row->section),
                                        .level = result_text(r, row->level),
                                        .text = result_text(r, row->text),
                                        .reason = result_text(r, row->reason),
                                        .status = status_of(r, row)};
    }
    r->requirements = list;
    r->n_requirements = n;
}
