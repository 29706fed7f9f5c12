#include "check/probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "check/dialogue.h"
#include "report/escape.h"

#define STARTTLS_TRIES 3
#define STARTTLS_PAUSE (300 * NET_MS)

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

/* A reply's first line, as far as it is worth showing. */
static struct smtp_span shown(const struct smtp_reply *r)
{
    struct smtp_reply_line line;
    size_t at = 0;

    if (!smtp_reply_next(r, &at, &line))
        return r->raw;
    while (line.raw.n && (line.raw.p[line.raw.n - 1] == '\n' ||
                          line.raw.p[line.raw.n - 1] == '\r'))
        line.raw.n--;
    return line.raw;
}

enum hello { BY_NOTHING, BY_EHLO, BY_LHLO, BY_HELO };

/* EHLO, or what else there is: HELO, and for LMTP (RFC 2033 4.1) LHLO. A
 * socket is tried for LMTP, since its name does not say what is behind it. */
static enum hello hello(struct dialogue *d, const struct check_config *cfg,
                        struct smtp_reply *r)
{
    bool lmtp = is_lmtp(cfg);
    unsigned code;
    char said[80];

    if (greets_back(d, lmtp ? "LHLO" : "EHLO", cfg, r))
        return lmtp ? BY_LHLO : BY_EHLO;
    if (d->lost)
        return BY_NOTHING;
    code = r->code;
    report_escape(shown(r), said, sizeof said);
    if (!lmtp && greets_back(d, "HELO", cfg, r))
        return code == 500 || code == 502 ? BY_HELO : BY_EHLO;
    if (!lmtp && !d->lost && cfg->profile == CHECK_PROFILE_AUTO &&
        greets_back(d, "LHLO", cfg, r))
        return BY_LHLO;
    if (!d->why[0])
        snprintf(d->why, sizeof d->why,
                 "%s is answered \"%s\": no session is possible%s",
                 lmtp ? "LHLO" : "EHLO", said,
                 code == 500 || code == 502
                     ? ""
                     : "; if it is the name of the client: --helo");
    return BY_NOTHING;
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

/* Whether MAIL is served once more behind RSET, as it was in front of it. */
static void ask_for_more(struct dialogue *d, const struct check_config *cfg,
                         struct probe *p)
{
    struct smtp_reply r;
    bool reset = dialogue_say(d, &r, "RSET");

    if (reset && r.code != 250)
        snprintf(p->rset_why, sizeof p->rset_why,
                 "RSET is answered %u: see rfc5321/4.1.1.5/rset-250", r.code);
    else if (reset && dialogue_say(d, &r, "MAIL FROM:<%s>", cfg->from)
                 ? smtp_reply_class(&r) == 5
                 : d->status == NET_EOF || d->status == NET_RESET)
        snprintf(p->rset_why, sizeof p->rset_why,
                 "behind RSET no MAIL is served: see "
                 "rfc5321/4.1.1.5/mail-after-rset");
}

/*
 * The code of MAIL; 530 as well when that comes at RCPT only. Many servers
 * put all refusals off until then.
 */
static unsigned ask_for_mail(struct dialogue *d, const struct check_config *cfg,
                             struct probe *p)
{
    struct smtp_reply r;
    unsigned code;

    if (!dialogue_say(d, &r, "MAIL FROM:<%s>", cfg->from))
        return 0;
    code = r.code;
    if (code == 250 && dialogue_say(d, &r, "RCPT TO:<%s>",
                                    cfg->rcpt ? cfg->rcpt : "postmaster")) {
        p->rcpt = cfg->rcpt ? r.code : 0;
        code = r.code == 530 ? 530 : code;
    }
    if (code == 250 && !d->lost && r.code != 421)
        ask_for_more(d, cfg, p);
    return code;
}

/* Opens a session when the gate's rate allows it. */
static bool begin(struct dialogue *d, const struct check_config *cfg,
                  const struct net_target *target, struct gate *gate,
                  struct smtp_reply *r)
{
    if (!gate || gate_pace(gate))
        return dialogue_open(d, cfg, target, r);
    *d = (struct dialogue){.lost = true, .status = NET_STOPPED};
    snprintf(d->why, sizeof d->why, "interrupted");
    return false;
}

static void finish(struct dialogue *d, struct probe *p)
{
    if (d->lost && d->conn && d->status != NET_STOPPED && !p->broke[0])
        snprintf(p->broke, sizeof p->broke, "%s", d->why);
    dialogue_end(d);
}

/* First session: greeting, EHLO, and MAIL for the policy, all in clear. */
static void probe_clear(const struct check_config *cfg, struct gate *gate,
                        struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;
    enum hello by;

    p->state = PROBE_UNUSABLE;
    if (!begin(&d, cfg, &cfg->target, gate, &r))
        goto out;
    keep(&p->greeting, &r);
    p->state = greeted(&r, d.why, sizeof d.why);
    if (p->state != PROBE_OK)
        goto out;
    p->state = PROBE_UNUSABLE;
    by = hello(&d, cfg, &r);
    if (by == BY_NOTHING)
        goto out;
    p->lmtp = is_lmtp(cfg) || by == BY_LHLO;
    p->helo_only = by == BY_HELO;
    keep(&p->ehlo, &r);
    p->state = PROBE_OK;
    p->mail_clear = ask_for_mail(&d, cfg, p);
    if (net_conn_in_tls(d.conn)) {
        p->tls = *net_conn_tls_info(d.conn);
        p->tls_ok = true;
    }
out:
    if (p->state != PROBE_OK)
        snprintf(p->why, sizeof p->why, "%s", d.why);
    finish(&d, p);
}

/* Second session: STARTTLS, EHLO, MAIL. */
static void probe_tls(const struct check_config *cfg, struct gate *gate,
                      struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;

    if (!begin(&d, cfg, &cfg->target, gate, &r) || !hello(&d, cfg, &r) ||
        !dialogue_say(&d, &r, "STARTTLS"))
        goto out;
    p->starttls_refused = smtp_reply_class(&r) == 2 ? 0 : r.code;
    if (p->starttls_refused) {
        snprintf(d.why, sizeof d.why, "STARTTLS is answered %u", r.code);
        goto out;
    }
    p->tls_fails = !dialogue_tls(&d) && !d.unverified;
    if (p->tls_fails || d.unverified)
        goto out;
    p->tls = *net_conn_tls_info(d.conn);
    p->tls_ok = true;
    if (!hello(&d, cfg, &r))
        goto out;
    keep(&p->ehlo_tls, &r);
    p->mail_tls = ask_for_mail(&d, cfg, p);
out:
    p->tls_unverified = d.unverified;
    if (!p->ehlo_tls.octets)
        snprintf(p->tls_why, sizeof p->tls_why, "%s", d.why);
    finish(&d, p);
}

/* A refusal for now (RFC 3207 4: 454) is believed when it lasts, and a
 * handshake that fails when it fails again. */
static void try_starttls(const struct check_config *cfg, struct gate *gate,
                         struct probe *p)
{
    for (int i = 1;; i++) {
        probe_tls(cfg, gate, p);
        if (p->starttls_refused / 100 != 4 && (!p->tls_fails || i > 1))
            return;
        if (i == STARTTLS_TRIES ||
            net_sleep_until(net_deadline(STARTTLS_PAUSE), cfg->stop_fd))
            return;
    }
}

/* Whether we accept the certificate of --tls-port. What else may be wrong
 * there is for the cases to find. */
static void probe_tls_port(const struct check_config *cfg, struct gate *gate,
                           struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;

    begin(&d, cfg, &cfg->tls_target, gate, &r);
    if (d.unverified)
        snprintf(p->tls_port_why, sizeof p->tls_port_why, "%s", d.why);
    finish(&d, p);
}

/* Another: whether AUTH is possible in clear, where MAIL is refused. An AUTH
 * without a mechanism cannot begin an exchange, whatever the server does. */
static void probe_auth(const struct check_config *cfg, struct gate *gate,
                       struct probe *p)
{
    struct dialogue d;
    struct smtp_reply r;

    if (begin(&d, cfg, &cfg->target, gate, &r) && hello(&d, cfg, &r) &&
        dialogue_say(&d, &r, "AUTH"))
        p->auth_clear = r.code;
    finish(&d, p);
}

static void resolve_profile(const struct check_config *cfg, struct probe *p)
{
    /* In clear 530 may only ask for STARTTLS. */
    bool refused = (p->tls_ok && p->starttls ? p->mail_tls
                                             : p->mail_clear) == 530;

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
 * in clear although STARTTLS is offered, and TLS satisfies that. Where it is
 * refused inside TLS as well, a 530 may ask for AUTH alone, wherever that is
 * offered; but to AUTH itself it can only mean TLS (RFC 4954 6).
 */
static void resolve_policy(struct probe *p)
{
    bool satisfied = p->mail_tls != 0 && p->mail_tls != 530;

    p->tls_required = p->mail_clear == 530 && p->starttls &&
                      (satisfied || p->auth_clear == 530);
    p->auth_required =
        p->profile == CHECK_PROFILE_SUBMISSION ||
        (p->starttls && p->tls_ok ? p->mail_tls == 530 : p->mail_clear == 530);
}

/* A recipient that the server does not know, most often by a mistake in
 * --rcpt. Before AUTH a refusal says nothing of it. */
static void resolve_rcpt(const struct check_config *cfg, struct probe *p)
{
    if (p->rcpt / 100 == 5 && p->rcpt != 503 && !p->auth_required &&
        !p->tls_required)
        snprintf(p->rcpt_why, sizeof p->rcpt_why,
                 "RCPT TO:<%.100s> is answered %u: is --rcpt right?", cfg->rcpt,
                 p->rcpt);
}

static void probe_more(const struct check_config *cfg, struct gate *gate,
                       struct probe *p)
{
    /* Inside TLS a STARTTLS must not be offered; it is not tried there. */
    p->starttls =
        !cfg->target.tls &&
        probe_offers(&p->ehlo, SMTP_SPAN("STARTTLS"), SMTP_SPAN(""));
    if (p->starttls && cfg->tls)
        try_starttls(cfg, gate, p);
    if (!cfg->tls) {
        p->tls_unverified = true;
        snprintf(p->tls_why, sizeof p->tls_why, "there is no TLS on our side");
        snprintf(p->tls_port_why, sizeof p->tls_port_why, "%s", p->tls_why);
    } else if (cfg->tls_port_given && !cfg->target.tls) {
        probe_tls_port(cfg, gate, p);
    }
    if (p->starttls && p->mail_clear == 530)
        probe_auth(cfg, gate, p);
}

void probe_run(const struct check_config *cfg, struct gate *gate,
               struct probe *p)
{
    *p = (struct probe){0};
    probe_clear(cfg, gate, p);
    if (p->state == PROBE_OK || cfg->forced)
        probe_more(cfg, gate, p);
    resolve_profile(cfg, p);
    resolve_policy(p);
    resolve_rcpt(cfg, p);
}

bool probe_canary(const struct check_config *cfg, bool declines, char *why,
                  size_t why_cap)
{
    struct dialogue d;
    struct smtp_reply r;
    bool ok = dialogue_open(&d, cfg, &cfg->target, &r);

    if (ok && smtp_reply_class(&r) != (declines ? 5 : 2)) {
        snprintf(d.why, sizeof d.why, "the greeting is %u", r.code);
        ok = false;
    }
    ok = ok && (declines || hello(&d, cfg, &r));
    if (!ok)
        snprintf(why, why_cap, "%s", d.why);
    dialogue_end(&d);
    return ok;
}
