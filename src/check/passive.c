#include "check/passive.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/passive_rules.h"
#include "check/plan.h"

#define EVIDENCE_MAX 1024 /* octets of a reply or a command kept as proof */

#define WHY_MAX 160 /* of a rule's sentence */

/* What was seen for one rule. */
struct evidence {
    unsigned long applied, noted, contradicted;
    char id[256]; /* of the case in which it was first seen */
    char why[WHY_MAX];
    char noted_why[WHY_MAX + 128];
    struct transcript log; /* the command and the reply */
    bool logged;
    unsigned code;
};

struct passive {
    pthread_mutex_t lock;
    const struct catalogue *codes;
    struct evidence *of; /* one a rule */
};

struct passive *passive_new(const struct catalogue *codes)
{
    struct passive *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->of = calloc(passive_count(), sizeof *p->of);
    if (!p->of) {
        free(p);
        return NULL;
    }
    p->codes = codes;
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void passive_free(struct passive *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < passive_count(); i++)
        if (p->of[i].logged)
            transcript_free(&p->of[i].log);
    pthread_mutex_destroy(&p->lock);
    free(p->of);
    free(p);
}

/* The first contradiction of a rule is kept as its proof. */
static void keep(struct evidence *e, const char *id,
                 const struct script_reply *r, const char *why)
{
    struct smtp_span line = r->line;
    size_t n = r->reply->raw.n;

    snprintf(e->id, sizeof e->id, "%s", id);
    snprintf(e->why, sizeof e->why, "%s", why);
    transcript_init(&e->log, (size_t)2 * EVIDENCE_MAX);
    e->logged = true;
    e->code = r->reply->code;
    /* Credentials stay out of reports. */
    if (r->verb == SMTP_VERB_AUTH || r->stage == SCRIPT_AUTH_STEP)
        line = SMTP_SPAN("AUTH ****\r\n");
    if (line.n)
        transcript_add(&e->log, TRANSCRIPT_SENT, r->conn, r->tls, line.p,
                       line.n < EVIDENCE_MAX ? line.n : EVIDENCE_MAX);
    transcript_add(&e->log, TRANSCRIPT_RECEIVED, r->conn, r->tls,
                   r->reply->raw.p, n < EVIDENCE_MAX ? n : EVIDENCE_MAX);
}

static void add(struct evidence *e, const char *id,
                const struct script_reply *r, enum passive_finding f,
                const char *why)
{
    e->applied += f != PASSIVE_NOT_APPLICABLE;
    if (f == PASSIVE_NOTED && e->noted++ == 0)
        snprintf(e->noted_why, sizeof e->noted_why, "%s, in %.100s", why, id);
    if (f == PASSIVE_CONTRADICTS && e->contradicted++ == 0)
        keep(e, id, r, why);
}

void passive_reply(struct passive *p, const char *id,
                   const struct script_reply *r)
{
    for (size_t i = 0; i < passive_count(); i++) {
        char why[WHY_MAX] = "";
        enum passive_finding f = passive_judge(i, p->codes, r, why, sizeof why);

        if (f == PASSIVE_NOT_APPLICABLE)
            continue;
        pthread_mutex_lock(&p->lock);
        add(&p->of[i], id, r, f, why);
        pthread_mutex_unlock(&p->lock);
    }
}

static size_t listed(const char *const *list, size_t max)
{
    size_t n = 0;

    while (n < max && list[n])
        n++;
    return n;
}

/* A note on what was noted, and how often. */
static void add_note(struct result *r, struct result_case *c,
                     const struct evidence *e)
{
    struct result_note *n;

    if (e->noted == 0)
        return;
    n = result_alloc(r, sizeof *n);
    *n = (struct result_note){
        VERDICT_INFO,
        result_textf(r, "%s (%lu replies)", e->noted_why, e->noted)};
    c->notes = n;
    c->n_notes = 1;
}

/* The tour is no case: only a case that is can be selected as well. */
static const char *reproduce(const struct passive_rule *rule,
                             const struct evidence *e,
                             const struct check_config *cfg, struct result *r)
{
    const char *again = plan_or(cfg->again, cfg->target_text);

    if (e->contradicted == 0 || strncmp(e->id, "start/", 6) == 0)
        return result_textf(r, "smtpspec check --select '%s' %s", rule->id,
                            again);
    return result_textf(r, "smtpspec check --select '%s' --select '%s' %s",
                        rule->id, e->id, again);
}

/* What contradicts the rule goes to the result, with its proof. */
static void contradicted(const struct passive_rule *rule, struct evidence *e,
                         const struct check_config *cfg, struct result *r,
                         struct result_case *c)
{
    c->verdict = rule->grade;
    if (cfg->strict && rule->grade == VERDICT_WARN)
        c->verdict = VERDICT_FAIL;
    c->reason = result_textf(r, "%s (%lu of %lu replies; first in %s)", e->why,
                             e->contradicted, e->applied, e->id);
    c->expected = result_text(r, rule->title);
    c->log = e->log; /* the result owns it from here on */
    e->logged = false;
    if (c->log.n)
        c->got = result_escaped(
            r, transcript_octets(&c->log, &c->log.entries[c->log.n - 1]));
    c->code = e->code;
}

static void judge(const struct passive_rule *rule, struct evidence *e,
                  const struct check_config *cfg, struct result *r,
                  struct result_case *c)
{
    c->reproduce = reproduce(rule, e, cfg, r);
    if (e->applied == 0) {
        c->verdict = VERDICT_SKIP;
        c->reason = "no reply that it applies to was seen";
    } else if (e->contradicted) {
        contradicted(rule, e, cfg, r, c);
    } else if (e->noted) {
        c->verdict = VERDICT_INFO;
        c->reason = result_text(r, e->noted_why);
    }
}

/* True when the rule is selected, and its level is (DESIGN: --level). */
static bool selected(const struct check_config *cfg,
                     const struct passive_rule *rule)
{
    enum smtp_level level = SMTP_LEVEL_MUST;

    if (strcmp(rule->level, "GRAMMAR") == 0)
        level = SMTP_LEVEL_GRAMMAR;
    else if (strncmp(rule->level, "SHOULD", 6) == 0)
        level = SMTP_LEVEL_SHOULD;
    else if (strncmp(rule->level, "MAY", 3) == 0)
        level = SMTP_LEVEL_MAY;
    return level <= cfg->level && plan_selected_id(cfg, rule->id);
}

bool passive_selected(const struct check_config *cfg)
{
    for (size_t i = 0; i < passive_count(); i++)
        if (selected(cfg, passive_rule_at(i)))
            return true;
    return false;
}

size_t passive_results(struct passive *p, const struct check_config *cfg,
                       struct result *r, struct result_case *out)
{
    size_t n = 0;

    for (size_t i = 0; i < passive_count(); i++) {
        const struct passive_rule *rule = passive_rule_at(i);
        size_t covers =
            listed(rule->covers, sizeof rule->covers / sizeof *rule->covers);
        if (!selected(cfg, rule))
            continue;
        out[n] = (struct result_case){.id = rule->id,
                                      .title = rule->title,
                                      .spec = rule->spec,
                                      .level = rule->level,
                                      .covers = rule->covers,
                                      .n_covers = covers,
                                      .passive = true,
                                      .runs = 1,
                                      .reason = "",
                                      .expected = "",
                                      .got = "",
                                      .where = "",
                                      .reproduce = "",
                                      .explain = rule->explain,
                                      .fix = rule->fix};
        judge(rule, &p->of[i], cfg, r, &out[n]);
        add_note(r, &out[n], &p->of[i]);
        n++;
    }
    return n;
}
