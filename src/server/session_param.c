/*
 * session_param: the parameters of MAIL and RCPT (RFC 5321 4.1.1.11 and the
 * extensions). This server delivers nothing: what it takes it only checks.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/session_int.h"
#include "smtp/param.h"

enum {
    HOLD_MAX = 10 * 86400, /* seconds: RFC 4865 4.1 */
    BY_MIN = 60            /* seconds: RFC 2852 3 */
};

/* What the parameters of one command say. */
struct taken {
    uint64_t facts;
    int64_t hold, by; /* seconds from now */
    bool held, timed;
};

/* The extension that a parameter belongs to; 0: to none of ours. */
static uint32_t extension_of(enum smtp_param_id id)
{
    static const uint32_t OF[SMTP_PARAM_COUNT] = {
        [SMTP_PARAM_SIZE] = EXT_SIZE,
        [SMTP_PARAM_BODY] = EXT_8BITMIME,
        [SMTP_PARAM_SMTPUTF8] = EXT_SMTPUTF8,
        [SMTP_PARAM_AUTH] = EXT_AUTH,
        [SMTP_PARAM_RET] = EXT_DSN,
        [SMTP_PARAM_ENVID] = EXT_DSN,
        [SMTP_PARAM_NOTIFY] = EXT_DSN,
        [SMTP_PARAM_ORCPT] = EXT_DSN,
        [SMTP_PARAM_REQUIRETLS] = EXT_REQUIRETLS,
        [SMTP_PARAM_MT_PRIORITY] = EXT_MT_PRIORITY,
        [SMTP_PARAM_HOLDFOR] = EXT_FUTURERELEASE,
        [SMTP_PARAM_HOLDUNTIL] = EXT_FUTURERELEASE,
        [SMTP_PARAM_BY] = EXT_DELIVERBY,
        [SMTP_PARAM_RRVS] = EXT_RRVS,
        [SMTP_PARAM_MTRK] = EXT_MTRK,
        [SMTP_PARAM_TRANSID] = EXT_CHECKPOINT,
        [SMTP_PARAM_SUBMITTER] = EXT_SUBMITTER,
        [SMTP_PARAM_CONPERM] = EXT_CONPERM,
        [SMTP_PARAM_CONNEG] = EXT_CONNEG,
        [SMTP_PARAM_SOLICIT] = EXT_SOLICITING,
    };
    return OF[id];
}

/* RFC 3030 3, RFC 6152 2: the fact that BODY states. */
static uint64_t body_fact(struct smtp_span value)
{
    if (smtp_span_ieq(value, SMTP_SPAN("BINARYMIME")))
        return FACT_BINARY;
    return smtp_span_ieq(value, SMTP_SPAN("8BITMIME")) ? FACT_8BIT : 0;
}

/* Whether this session may use the parameter: RFC 5321 2.2.1, none behind
 * HELO; 4.1.1.11, 555 for what is not recognized; RFC 8689 2. */
static bool param_known(const struct session *s, const struct smtp_param *p)
{
    uint32_t ext = extension_of(p->id);
    if (s->policy->params_unknown >> p->id & 1)
        return false;
    if (!(s->facts & FACT_EHLO) || !(s->policy->extensions & ext))
        return false;
    if (p->id == SMTP_PARAM_REQUIRETLS)
        return (s->facts & FACT_TLS) != 0;
    return p->id != SMTP_PARAM_BODY || body_fact(p->value) != FACT_BINARY ||
           (s->policy->extensions & EXT_BINARYMIME);
}

static int digits(const char *p, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (p[i] - '0');
    return v;
}

/* Seconds since 1970 of an RFC 3339 date-time, whose form was checked. */
static int64_t seconds_of(struct smtp_span t)
{
    if (t.n < 20) /* passed by a rule */
        return 0;
    struct tm tm = {.tm_year = digits(t.p, 4) - 1900,
                    .tm_mon = digits(t.p + 5, 2) - 1,
                    .tm_mday = digits(t.p + 8, 2),
                    .tm_hour = digits(t.p + 11, 2),
                    .tm_min = digits(t.p + 14, 2),
                    .tm_sec = digits(t.p + 17, 2)};
    int64_t at = timegm(&tm);
    const char *zone = t.p + t.n - 6;
    if (t.n < 25 || (*zone != '+' && *zone != '-'))
        return at;
    int64_t east = digits(zone + 1, 2) * 3600 + digits(zone + 4, 2) * 60;
    return *zone == '+' ? at - east : at + east;
}

/* RFC 3461 4.1: a list, in any case. */
static bool names_success(struct smtp_span list)
{
    static const struct smtp_span word = {"SUCCESS", 7};
    for (; list.n >= word.n; list = smtp_span_from(list, 1))
        if (smtp_span_ieq(smtp_span_of(list.p, word.n), word))
            return true;
    return false;
}

/* Notes what a parameter says. */
static void note(const struct session *s, const struct smtp_param *p,
                 struct taken *t)
{
    switch (p->id) {
    case SMTP_PARAM_BODY:
        t->facts |= body_fact(p->value);
        break;
    case SMTP_PARAM_NOTIFY: /* RFC 3461 4.1: NEVER stands alone */
        if (names_success(p->value))
            t->facts |= FACT_NOTIFY;
        break;
    case SMTP_PARAM_SMTPUTF8:
        t->facts |= FACT_UTF8;
        break;
    case SMTP_PARAM_MT_PRIORITY: /* RFC 6710 4.1: nobody is raised here */
        if ((int64_t)p->number > 0 && !(s->facts & FACT_AUTH))
            t->facts |= FACT_LOWERED;
        break;
    case SMTP_PARAM_HOLDFOR:
        t->hold = (int64_t)p->number;
        t->held = true;
        break;
    case SMTP_PARAM_HOLDUNTIL:
        t->hold = seconds_of(p->value) - s->seconds;
        t->held = true;
        break;
    case SMTP_PARAM_BY:
        t->by = (int64_t)p->number;
        t->timed = true;
        break;
    default:
        break;
    }
}

/* RFC 2852 4: whether the value of BY has the mode "R". */
static bool returns(struct smtp_span v)
{
    const char *mark = v.n > 0 ? memchr(v.p, ';', v.n - 1) : NULL;
    return mark && smtp_lower(mark[1]) == 'r';
}

/* Refuses a parameter by itself, or notes it. True: refused. */
static bool take(struct session *s, enum smtp_verb v,
                 const struct smtp_param *p, struct taken *t)
{
    if (!param_known(s, p) &&
        session_refuse(s, v, 555, "5.5.4", "Parameter not recognized"))
        return true;
    /* RFC 1870 6.1 */
    if (p->id == SMTP_PARAM_SIZE && p->number > s->policy->max_size &&
        session_refuse(s, v, 552, "5.3.4", "Message too big"))
        return true;
    /* RFC 3865 2.4: the one class of mail that is not wanted */
    if (p->id == SMTP_PARAM_SOLICIT &&
        smtp_span_ieq(p->value, SMTP_SPAN("net.example:ADV")) &&
        session_refuse(s, v, 550, "5.7.1", "No such mail"))
        return true;
    if (p->id == SMTP_PARAM_SIZE)
        s->declared = p->number;
    note(s, p, t);
    /* RFC 2852 4: below the minimum, and to be returned then */
    return p->id == SMTP_PARAM_BY && t->by < BY_MIN && returns(p->value) &&
           session_refuse(s, v, 555, "5.5.4", "By-time below the minimum");
}

bool session_take_params(struct session *s, const struct smtp_command *c,
                         uint64_t *facts)
{
    enum smtp_param_of of = c->id == SMTP_VERB_MAIL ? SMTP_PARAM_OF_MAIL
                                                    : SMTP_PARAM_OF_RCPT;
    struct smtp_param p;
    struct smtp_flaws flaws = {{0, 0}, 0, (enum smtp_flaw)0};
    struct taken t = {0};
    for (size_t at = 0; smtp_param_next(c->params, of, &at, &p, &flaws);)
        if (take(s, c->id, &p, &t))
            return true;
    *facts |= t.facts;
    /* RFC 4865 4.2, 5.2.2 */
    if (t.held && t.hold > HOLD_MAX &&
        session_refuse(s, c->id, 501, "5.5.4", "Held for too long"))
        return true;
    return t.held && t.timed && t.hold > t.by &&
           session_refuse(s, c->id, 501, "5.5.4", "Held beyond its by-time");
}

size_t session_list_params(const struct session *s, char *out)
{
    uint32_t on = s->policy->listed;
    struct tm tm;
    time_t end = (time_t)(s->seconds + HOLD_MAX);
    int at = 0;
    out[0] = '\0';
    if ((on & EXT_REQUIRETLS) && (s->facts & FACT_TLS))
        at += sprintf(out + at, "\nREQUIRETLS");
    if (on & EXT_DELIVERBY)
        at += sprintf(out + at, "\nDELIVERBY %d", BY_MIN);
    if ((on & EXT_FUTURERELEASE) && gmtime_r(&end, &tm))
        at += (int)strftime(out + at, 64, "\nFUTURERELEASE 864000 "
                            "%Y-%m-%dT%H:%M:%SZ", &tm);
    return (size_t)at;
}
