#include "check/probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "check/dialogue.h"

/* Keeps a reply beyond the life of its buffer. */
static void keep(struct probe_reply *to, const struct smtp_reply *r)
{
    struct smtp_reply_scan scan = {0};

    free(to->octets);
    to->octets = malloc(r->raw.n);
    if (!to->octets)
        return;
    memcpy(to->octets, r->raw.p, r->raw.n);
    smtp_reply_parse(&scan, to->octets, r->raw.n, &to->reply);
}

void probe_free(struct probe *p)
{
    free(p->greeting.octets);
    free(p->ehlo.octets);
    free(p->ehlo_tls.octets);
    *p = (struct probe){0};
}

bool probe_offers(const struct probe_reply *r, struct smtp_span keyword,
                  struct smtp_span param)
{
    struct smtp_ehlo_line line;
    struct smtp_span word;
    size_t at = 0;

    if (!r->octets || !smtp_ehlo_find(&r->reply, keyword, &line))
        return false;
    if (param.n == 0)
        return true;
    while (smtp_ehlo_param(&line, &at, &word))
        if (smtp_span_ieq(word, param))
            return true;
    return false;
}

static bool is_lmtp(const struct check_config *cfg)
{
    return cfg->profile == CHECK_PROFILE_LMTP || cfg->target.scheme == NET_LMTP;
}

/* True when what the line of that verb is answered is 2yz. */
static bool greets_back(struct dialogue *d, const char *verb,
                        const struct check_config *cfg, struct smtp_reply *r)
{
    return dialogue_say(d, r, "%s %s", verb, cfg->helo) &&
           smtp_reply_class(r) == 2;
}

/* EHLO, or what else there is: HELO, and for LMTP (RFC 2033 4.1) LHLO. A
 * socket is tried for LMTP, since its name does not say what is behind it. */
static bool hello(struct dialogue *d, const struct check_config *cfg,
                  bool *lmtp, struct smtp_reply *r)
{
    if (is_lmtp(cfg)) {
        *lmtp = true;
        if (greets_back(d, "LHLO", cfg, r))
            return true;
    } else {
        if (greets_back(d, "EHLO", cfg, r) ||
            (!d->lost && greets_back(d, "HELO", cfg, r)))
            return true;
        *lmtp = !d->lost && cfg->profile == CHECK_PROFILE_AUTO &&
                greets_back(d, "LHLO", cfg, r);
        if (*lmtp)
            return true;
    }
    if (!d->why[0])
        snprintf(d->why, sizeof d->why,
                 "%s is answered %u: no session is "
                 "possible",
                 is_lmtp(cfg) ? "LHLO" : "EHLO", r->code);
    return false;
}

/* The state that a greeting stands for. */
static enum probe_state greeted(const struct smtp_reply *r, char *why,
                                size_t cap)
{
    switch (smtp_reply_class(r)) {
    case 2:
        return PROBE_OK;
    case 4:
        snprintf(why, cap, "the server greets with %u: not available now",
                 r->code);
        return PROBE_BUSY;
    case 5:
        snprintf(why, cap, "the server greets with %u: it takes no mail",
                 r->code);
        return PROBE_DECLINES;
    default:
        snprintf(why, cap, "the greeting's code is %u: expected 220", r->code);
        return PROBE_UNUSABLE;
    }
}

/* First session: greeting, EHLO, and MAIL for the policy, all in clear. */
static void probe_clear(const struct check_config *cfg, struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;

    p->state = PROBE_UNUSABLE;
    if (!dialogue_open(&d, cfg, &cfg->target, &r))
        goto out;
    keep(&p->greeting, &r);
    p->state = greeted(&r, d.why, sizeof d.why);
    if (p->state != PROBE_OK)
        goto out;
    p->state = PROBE_UNUSABLE;
    if (!hello(&d, cfg, &p->lmtp, &r))
        goto out;
    keep(&p->ehlo, &r);
    p->state = PROBE_OK;
    if (dialogue_say(&d, &r, "MAIL FROM:<%s>", cfg->from))
        p->mail_clear = r.code;
    if (net_conn_in_tls(d.conn)) {
        p->tls = *net_conn_tls_info(d.conn);
        p->tls_ok = true;
    }
out:
    if (p->state != PROBE_OK)
        snprintf(p->why, sizeof p->why, "%s", d.why);
    dialogue_end(&d);
}

/* Second session: STARTTLS, EHLO, MAIL. */
static void probe_tls(const struct check_config *cfg, struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;
    bool lmtp;

    if (!dialogue_open(&d, cfg, &cfg->target, &r) ||
        !hello(&d, cfg, &lmtp, &r) || !dialogue_say(&d, &r, "STARTTLS"))
        goto out;
    if (smtp_reply_class(&r) != 2) {
        snprintf(d.why, sizeof d.why, "STARTTLS is answered %u", r.code);
        goto out;
    }
    if (!dialogue_tls(&d))
        goto out;
    p->tls = *net_conn_tls_info(d.conn);
    p->tls_ok = true;
    if (!hello(&d, cfg, &lmtp, &r))
        goto out;
    keep(&p->ehlo_tls, &r);
    if (dialogue_say(&d, &r, "MAIL FROM:<%s>", cfg->from))
        p->mail_tls = r.code;
out:
    p->tls_unverified = d.unverified;
    if (!p->ehlo_tls.octets)
        snprintf(p->tls_why, sizeof p->tls_why, "%s", d.why);
    dialogue_end(&d);
}

/* Whether we accept the certificate of --tls-port. What else may be wrong
 * there is for the cases to find. */
static void probe_tls_port(const struct check_config *cfg, struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;

    dialogue_open(&d, cfg, &cfg->tls_target, &r);
    if (d.unverified)
        snprintf(p->tls_port_why, sizeof p->tls_port_why, "%s", d.why);
    dialogue_end(&d);
}

/* Another: whether AUTH is possible in clear, where MAIL is refused. An AUTH
 * without a mechanism cannot begin an exchange, whatever the server does. */
static void probe_auth(const struct check_config *cfg, struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;
    bool lmtp;

    if (dialogue_open(&d, cfg, &cfg->target, &r) && hello(&d, cfg, &lmtp, &r) &&
        dialogue_say(&d, &r, "AUTH"))
        p->auth_clear = r.code;
    dialogue_end(&d);
}

static void resolve_profile(const struct check_config *cfg, struct probe *p)
{
    /* In clear 530 may only ask for STARTTLS. */
    bool refused =
        (p->tls_ok && p->starttls ? p->mail_tls : p->mail_clear) == 530;

    p->profile = cfg->profile;
    p->profile_why = "as asked for";
    if (p->profile == CHECK_PROFILE_AUTO) {
        p->profile_why = "by the scheme";
        if (cfg->target.scheme == NET_LMTP)
            p->profile = CHECK_PROFILE_LMTP;
        else if (cfg->target.scheme == NET_SUBMISSION ||
                 cfg->target.scheme == NET_SMTPS)
            p->profile = CHECK_PROFILE_SUBMISSION;
    }
    if (p->profile == CHECK_PROFILE_AUTO && p->lmtp) {
        p->profile_why = "by what LHLO is answered";
        p->profile = CHECK_PROFILE_LMTP;
    }
    if (p->profile == CHECK_PROFILE_AUTO) {
        bool port = cfg->target.port == 587 || cfg->target.port == 465;
        p->profile_why = port ? "by the port" : "by what MAIL is answered";
        p->profile =
            port || refused ? CHECK_PROFILE_SUBMISSION : CHECK_PROFILE_MX;
    }
}

/*
 * Whether TLS is required (RFC 3207 4) shows when MAIL is refused with 530
 * in clear although STARTTLS is offered, and AUTH, which would be the other
 * way to satisfy a 530, is refused as well or not there.
 */
static void resolve_policy(struct probe *p)
{
    bool auth_there = probe_offers(&p->ehlo, SMTP_SPAN("AUTH"), SMTP_SPAN(""));

    p->tls_required = p->mail_clear == 530 && p->starttls &&
                      (!auth_there || p->auth_clear == 530);
    p->auth_required =
        p->profile == CHECK_PROFILE_SUBMISSION ||
        (p->starttls && p->tls_ok ? p->mail_tls == 530 : p->mail_clear == 530);
}

static void probe_more(const struct check_config *cfg, struct probe *p)
{
    /* Inside TLS a STARTTLS must not be offered; it is not tried there. */
    p->starttls = !cfg->target.tls &&
                  probe_offers(&p->ehlo, SMTP_SPAN("STARTTLS"), SMTP_SPAN(""));
    if (p->starttls && cfg->tls)
        probe_tls(cfg, p);
    if (!cfg->tls) {
        p->tls_unverified = true;
        snprintf(p->tls_why, sizeof p->tls_why, "there is no TLS on our side");
        snprintf(p->tls_port_why, sizeof p->tls_port_why, "%s", p->tls_why);
    } else if (cfg->tls_port_given && !cfg->target.tls) {
        probe_tls_port(cfg, p);
    }
    if (p->starttls && p->mail_clear == 530)
        probe_auth(cfg, p);
}

void probe_run(const struct check_config *cfg, struct probe *p)
{
    *p = (struct probe){0};
    probe_clear(cfg, p);
    if (p->state == PROBE_OK || cfg->forced)
        probe_more(cfg, p);
    resolve_profile(cfg, p);
    resolve_policy(p);
}

bool probe_canary(const struct check_config *cfg, bool declines, char *why,
                  size_t why_cap)
{
    struct dialogue d;
    struct smtp_reply r;
    bool ok = dialogue_open(&d, cfg, &cfg->target, &r), lmtp;

    if (ok && smtp_reply_class(&r) != (declines ? 5 : 2)) {
        snprintf(d.why, sizeof d.why, "the greeting is %u", r.code);
        ok = false;
    }
    ok = ok && (declines || hello(&d, cfg, &lmtp, &r));
    if (!ok)
        snprintf(why, why_cap, "%s", d.why);
    dialogue_end(&d);
    return ok;
}
