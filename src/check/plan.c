#include "check/plan.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "script/step.h"

const char *plan_or(const char *given, const char *otherwise)
{
    return given ? given : otherwise;
}

bool plan_match(const char *pattern, const char *id)
{
    size_t n = strlen(pattern);

    if (strpbrk(pattern, "*?["))
        return fnmatch(pattern, id, 0) == 0;
    if (strncmp(pattern, id, n) != 0)
        return false;
    return id[n] == '\0' || id[n] == '/' || (n > 0 && pattern[n - 1] == '/');
}

bool plan_matches(const struct check_patterns *set, const char *id)
{
    for (size_t i = 0; i < set->n; i++)
        if (plan_match(set->at[i], id))
            return true;
    return false;
}

bool plan_selected_id(const struct check_config *cfg, const char *id)
{
    return (cfg->select.n == 0 || plan_matches(&cfg->select, id)) &&
           !plan_matches(&cfg->exclude, id);
}

/* FNV-1a, then mixed as MurmurHash3 ends: FNV alone leaves ids that differ in
 * their last octet close together. */
bool plan_in_shard(const struct check_config *cfg, const char *id)
{
    uint64_t hash = 14695981039346656037u;

    if (cfg->shards == 0)
        return true;
    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 1099511628211u;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return (hash ^ hash >> 33) % cfg->shards == cfg->shard - 1;
}

bool plan_selected(const struct check_config *cfg, const struct script_case *c)
{
    return c->level <= cfg->level && plan_selected_id(cfg, c->id) &&
           plan_in_shard(cfg, c->id);
}

bool plan_needs(const struct script_case *c, enum script_need_kind kind)
{
    for (size_t i = 0; i < c->n_needs; i++)
        if (c->needs[i].kind == kind && !c->needs[i].not )
            return true;
    return false;
}

/* ---- needs: one function a kind, true when it is met ------------------- */

struct facts {
    const struct check_config *cfg;
    const struct probe *p;
    const char *account_why;
};

typedef bool need_fn(const struct facts *f, const char *arg, char *why,
                     size_t cap);

/* "AUTH=PLAIN" against an EHLO reply. */
static bool offers(const struct probe_reply *r, const char *arg)
{
    size_t n = strcspn(arg, "=");
    const char *param = arg[n] ? arg + n + 1 : "";

    return probe_offers(r, smtp_span_of(arg, n),
                        smtp_span_of(param, strlen(param)));
}

static bool need_ehlo(const struct facts *f, const char *arg, char *why,
                      size_t cap)
{
    if (f->p->ehlo.octets)
        snprintf(why, cap, "the server does not offer %s", arg);
    else
        snprintf(why, cap, "the server offers nothing: it got no EHLO");
    return offers(&f->p->ehlo, arg);
}

static bool need_tls_ehlo(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    snprintf(why, cap, "the server does not offer %s inside TLS", arg);
    return offers(f->cfg->target.tls ? &f->p->ehlo : &f->p->ehlo_tls, arg);
}

static bool need_tls(const struct facts *f, const char *arg, char *why,
                     size_t cap)
{
    bool on = strcmp(arg, "on") == 0;

    snprintf(why, cap,
             on ? "the target is not implicit TLS"
                : "the target is implicit TLS");
    return f->cfg->target.tls == on;
}

static bool need_tls_port(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    (void)arg;
    snprintf(why, cap, "no implicit-TLS port is known: give --tls-port");
    return f->cfg->tls_port_given || f->cfg->target.tls;
}

static bool need_policy(const struct facts *f, const char *arg, char *why,
                        size_t cap)
{
    if (strcmp(arg, "tls-required") == 0) {
        snprintf(why, cap, "the server does not require TLS");
        return f->p->tls_required;
    }
    if (strcmp(arg, "open") == 0) {
        snprintf(why, cap, "the service requires authentication");
        return !f->p->auth_required && !f->p->tls_required;
    }
    snprintf(why, cap, "the service does not require authentication");
    return f->p->auth_required;
}

static bool need_profile(const struct facts *f, const char *arg, char *why,
                         size_t cap)
{
    static const char *const name[] = {"auto", "mx", "submission", "lmtp"};

    snprintf(why, cap, "the target's profile is %s", name[f->p->profile]);
    return strcmp(arg, name[f->p->profile]) == 0;
}

static bool need_greeting(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    unsigned code = f->p->greeting.octets ? f->p->greeting.reply.code : 0;
    char text[8];

    snprintf(text, sizeof text, "%u", code);
    snprintf(why, cap, "the server's greeting is %s", text);
    return strcmp(arg, text) == 0;
}

static bool need_account(const struct facts *f, const char *arg, char *why,
                         size_t cap)
{
    (void)arg;
    snprintf(why, cap,
             f->cfg->user ? "no password is given: --password-file or "
                            "$SMTPSPEC_PASSWORD"
                          : "no account is given: --user and --password-file");
    return f->cfg->user && f->cfg->password;
}

static bool need_rcpt(const struct facts *f, const char *arg, char *why,
                      size_t cap)
{
    (void)arg;
    snprintf(why, cap, "no recipient is given: --rcpt");
    return f->cfg->rcpt != NULL;
}

/* A name at a name: what a case may take apart and put together again. */
static bool need_rcpt_domain(const struct facts *f, const char *arg, char *why,
                             size_t cap)
{
    const char *at = f->cfg->rcpt ? strrchr(f->cfg->rcpt, '@') : NULL;

    if (!f->cfg->rcpt)
        return need_rcpt(f, arg, why, cap);
    snprintf(why, cap, "--rcpt has no domain, or is not of the form a@b.c");
    return at && at > f->cfg->rcpt && at[1] && at[1] != '[' &&
           f->cfg->rcpt[0] != '"';
}

static bool need_bad_rcpt(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    (void)arg;
    snprintf(why, cap, "no unknown recipient is given: --bad-rcpt");
    return f->cfg->bad_rcpt != NULL;
}

static bool need_foreign_rcpt(const struct facts *f, const char *arg, char *why,
                              size_t cap)
{
    (void)arg;
    snprintf(why, cap, "no foreign recipient is given: --foreign-rcpt");
    return f->cfg->foreign_rcpt != NULL;
}

static bool need_delivery(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    (void)arg;
    snprintf(why, cap, "deliveries are not watched: --delivery");
    return f->cfg->delivery != NULL;
}

static bool need_complete(const struct facts *f, const char *arg, char *why,
                          size_t cap)
{
    (void)arg;
    snprintf(why, cap, "messages are not completed: --no-delivery");
    return f->cfg->complete;
}

static bool need_slow(const struct facts *f, const char *arg, char *why,
                      size_t cap)
{
    (void)arg;
    snprintf(why, cap, "it waits for minutes: --slow");
    return f->cfg->slow;
}

static bool need_pid(const struct facts *f, const char *arg, char *why,
                     size_t cap)
{
    (void)arg;
    snprintf(why, cap, "the server may not be ended: --server-pid");
    return f->cfg->terminate != NULL;
}

static need_fn *const need_fns[SCRIPT_NEED_COUNT] = {
    [SCRIPT_NEED_EHLO] = need_ehlo,
    [SCRIPT_NEED_TLS_EHLO] = need_tls_ehlo,
    [SCRIPT_NEED_TLS] = need_tls,
    [SCRIPT_NEED_TLS_PORT] = need_tls_port,
    [SCRIPT_NEED_POLICY] = need_policy,
    [SCRIPT_NEED_PROFILE] = need_profile,
    [SCRIPT_NEED_GREETING] = need_greeting,
    [SCRIPT_NEED_ACCOUNT] = need_account,
    [SCRIPT_NEED_RCPT] = need_rcpt,
    [SCRIPT_NEED_RCPT_DOMAIN] = need_rcpt_domain,
    [SCRIPT_NEED_BAD_RCPT] = need_bad_rcpt,
    [SCRIPT_NEED_FOREIGN_RCPT] = need_foreign_rcpt,
    [SCRIPT_NEED_DELIVERY] = need_delivery,
    [SCRIPT_NEED_COMPLETE] = need_complete,
    [SCRIPT_NEED_SLOW] = need_slow,
    [SCRIPT_NEED_PID] = need_pid,
};

/*
 * TLS that we cannot use, and an account or a recipient that is refused, do
 * not make a need unmet: what depends on them is BLOCKED, so that it is never
 * mistaken for a server that has nothing to test. A server whose TLS is broken
 * on its own side is another matter: that is for the cases of STARTTLS to find.
 */
static const char *unusable(const struct facts *f, const struct script_need *n)
{
    bool starttls =
        n->kind == SCRIPT_NEED_EHLO && strcasecmp(n->arg, "STARTTLS") == 0;

    if (n->not )
        return "";
    if (n->kind == SCRIPT_NEED_TLS_EHLO && f->p->starttls)
        return f->p->tls_why;
    if (starttls && f->p->starttls && f->p->tls_unverified)
        return f->p->tls_why;
    if (n->kind == SCRIPT_NEED_TLS_PORT && f->cfg->tls_port_given)
        return f->p->tls_port_why;
    if (n->kind == SCRIPT_NEED_ACCOUNT && f->account_why)
        return f->account_why;
    if (n->kind == SCRIPT_NEED_RCPT || n->kind == SCRIPT_NEED_RCPT_DOMAIN)
        return f->p->rcpt_why;
    return "";
}

static const char *thing(enum script_need_kind kind)
{
    if (kind == SCRIPT_NEED_RCPT || kind == SCRIPT_NEED_RCPT_DOMAIN)
        return "the recipient";
    return kind == SCRIPT_NEED_ACCOUNT ? "the account" : "TLS";
}

/* What is there and must not be, for the need "!...". */
static void say_present(const struct script_need *n, char *why, size_t cap)
{
    static const char *const says[SCRIPT_NEED_COUNT] = {
        [SCRIPT_NEED_EHLO] = "the server offers %s",
        [SCRIPT_NEED_TLS_EHLO] = "the server offers %s inside TLS",
        [SCRIPT_NEED_PROFILE] = "the target's profile is %s",
        [SCRIPT_NEED_GREETING] = "the server greets with %s",
    };
    const char *arg = n->arg ? n->arg : "";

    if (n->kind == SCRIPT_NEED_POLICY)
        snprintf(why, cap, "%s",
                 strcmp(arg, "tls-required") == 0    ? "the server requires TLS"
                 : strcmp(arg, "auth-required") == 0 ? "the server requires "
                                                       "authentication"
                                                     : "the service is open");
    else if (says[n->kind])
        snprintf(why, cap, says[n->kind], arg);
    else
        snprintf(why, cap, "it is for a run without %.60s", n->text + 1);
}

/* The first of the codes that go on: 2yz. */
static bool wants_success(const struct script_step *s)
{
    return s->op == SCRIPT_OP_EXPECT && s->n_expects &&
           s->expects[0].kind == SCRIPT_EXPECT_REPLY &&
           s->expects[0].n_codes && s->expects[0].codes[0].c[0] == '2';
}

/* True when the case sends `verb`, and the line behind it (of set-up alone
 * unless `tested`) wants that to be served. */
static bool relies_on(const struct script_case *c, const char *verb,
                      bool tested)
{
    size_t n = strlen(verb);

    for (size_t i = 0; i + 1 < c->n_steps; i++) {
        const struct script_step *s = &c->steps[i];
        if (s->op == SCRIPT_OP_SEND && s->data.n &&
            s->data.parts[0].kind == SCRIPT_PART_TEXT &&
            s->data.parts[0].text.n >= n &&
            strncasecmp(s->data.parts[0].text.p, verb, n) == 0 &&
            wants_success(&s[1]) && (tested || !s[1].under_test))
            return true;
    }
    return false;
}

/* True when the case says STARTTLS and goes on with a handshake in which all
 * versions and ciphers are offered. */
static bool relies_on_tls(const struct script_case *c)
{
    for (size_t i = 0; i < c->n_steps; i++) {
        enum net_tls_offer o = c->steps[i].offer;
        if (c->steps[i].op == SCRIPT_OP_TLS &&
            (o == NET_TLS_ALL || o == NET_TLS_NO_SNI || o == NET_TLS_OTHER_SNI))
            return relies_on(c, "STARTTLS", false);
    }
    return false;
}

/* True when it covers a requirement that begins so. */
static bool covers(const struct script_case *c, const char *requirement)
{
    for (size_t i = 0; i < c->n_covers; i++)
        if (strncmp(c->covers[i], requirement, strlen(requirement)) == 0)
            return true;
    return false;
}

/*
 * What a server refuses altogether is one finding, that of the case which is
 * about it. All others that rely on it have nothing to test: they are left
 * out, and say where to look.
 */
static bool refused(const struct facts *f, const struct script_case *c,
                    char *why, size_t cap)
{
    if (f->p->helo_only && relies_on(c, "EHLO", true) &&
        !covers(c, "RFC5321-2.2.1-b")) {
        snprintf(why, cap, "the server does not know EHLO: see "
                 "rfc5321/4.1.1.1/ehlo-250");
        return true;
    }
    if (f->p->starttls_refused && (plan_needs(c, SCRIPT_NEED_TLS_EHLO) ||
                                   relies_on(c, "STARTTLS", false))) {
        snprintf(why, cap, "STARTTLS is offered, and answered %u: see "
                 "rfc3207/3/offered-works", f->p->starttls_refused);
        return true;
    }
    if (f->p->tls_fails &&
        (plan_needs(c, SCRIPT_NEED_TLS_EHLO) || relies_on_tls(c))) {
        snprintf(why, cap, "no TLS handshake works: see "
                 "rfc3207/3/offered-works");
        return true;
    }
    if (f->p->rset_why[0] && relies_on(c, "RSET", false) &&
        !covers(c, "RFC5321-4.1.1.5-")) {
        snprintf(why, cap, "%s", f->p->rset_why);
        return true;
    }
    return false;
}

/* SKIP weighs more than BLOCKED: what is not there need not be usable. */
static enum plan_action judge_needs(const struct facts *f,
                                    const struct script_case *c, char *why,
                                    size_t cap)
{
    enum plan_action action = PLAN_PLAY;
    char unmet[300];

    for (size_t i = 0; i < c->n_needs; i++) {
        const struct script_need *n = &c->needs[i];
        const char *in_the_way = unusable(f, n);
        if (in_the_way[0]) {
            if (action == PLAN_PLAY)
                snprintf(why, cap, "%s cannot be used: %s", thing(n->kind),
                         in_the_way);
            action = PLAN_BLOCKED;
            continue;
        }
        if (need_fns[n->kind](f, n->arg, unmet, sizeof unmet) != n->not )
            continue;
        if (n->not ) /* the sentence is about the need's absence */
            say_present(n, why, cap);
        else
            snprintf(why, cap, "%s", unmet);
        return PLAN_SKIP;
    }
    return action;
}

/* The preamble's first variant whose needs are met; never a later one when
 * that cannot be used: what was to be said inside TLS is not said in clear. */
static enum plan_action choose_preamble(const struct facts *f,
                                        const struct script_set *suite,
                                        const char *name, struct plan_case *out)
{
    const struct script_case *p;
    char why[sizeof out->why] = "there is no such preamble";

    for (size_t i = 0; (p = script_preamble(suite, name, i)); i++) {
        enum plan_action action = judge_needs(f, p, why, sizeof why);
        if (action == PLAN_SKIP)
            continue;
        if (refused(f, p, out->why, sizeof out->why))
            return PLAN_SKIP;
        out->preamble = p;
        if (action == PLAN_BLOCKED)
            snprintf(out->why, sizeof out->why, "%s", why);
        return action;
    }
    snprintf(out->why, sizeof out->why, "it cannot start from \"%s\": %.300s",
             name, why);
    return PLAN_SKIP;
}

enum plan_action plan_preamble(const struct check_config *cfg,
                               const struct probe *p,
                               const struct script_set *suite, const char *name,
                               struct plan_case *out)
{
    struct facts f = {cfg, p, NULL};

    *out = (struct plan_case){0};
    out->action = choose_preamble(&f, suite, name, out);
    return out->action;
}

void plan_case(const struct check_config *cfg, const struct probe *p,
               const char *account_why, const struct script_set *suite,
               const struct script_case *c, struct plan_case *out)
{
    struct facts f = {cfg, p, account_why};
    char why[sizeof out->why] = "";
    enum plan_action own;

    *out = (struct plan_case){.script = c};
    own = judge_needs(&f, c, why, sizeof why);
    if (own != PLAN_SKIP && refused(&f, c, why, sizeof why))
        own = PLAN_SKIP;
    if (own != PLAN_SKIP && c->start)
        out->action = choose_preamble(&f, suite, c->start, out);
    if (own != PLAN_PLAY && out->action != PLAN_SKIP) {
        out->action = own;
        snprintf(out->why, sizeof out->why, "%s", why);
    }
    if (out->action == PLAN_PLAY && c->start &&
        (p->state == PROBE_DECLINES || p->state == PROBE_BUSY)) {
        out->action = PLAN_BLOCKED;
        snprintf(out->why, sizeof out->why, "%s", p->why);
    }
}
