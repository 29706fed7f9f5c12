/*
 * session_mail: MAIL and RCPT with their parameters (RFC 5321 4.1.1.2,
 * 4.1.1.3 and the extensions).
 */
#include <string.h>

#include "server/session_int.h"
#include "smtp/param.h"

void mailbox_set(struct mailbox *m, struct smtp_span text)
{
    m->n = 0;
    if (text.n == 0 || text.n > sizeof(m->text))
        return;
    memcpy(m->text, text.p, text.n);
    m->n = (uint16_t)text.n;
}

void mailbox_set_path(struct mailbox *m, const struct smtp_path *p)
{
    size_t route = p->route.n > 0 ? p->route.n + 1 : 0; /* and its colon */
    mailbox_set(m, p->raw);
    if (route == 0 || route + 1 >= m->n)
        return;
    memmove(m->text + 1, m->text + 1 + route, m->n - 1 - route);
    m->n = (uint16_t)(m->n - route);
}

/* RFC 5321 2.4: domains are compared without regard to case. */
static bool is_ours(const struct smtp_path *p)
{
    return p->domain.n == 0 || /* <Postmaster>, RFC 5321 4.5.1 */
           smtp_span_ieq(p->domain, SMTP_SPAN(SERVER_DOMAIN)) ||
           smtp_span_ieq(p->domain, SMTP_SPAN(SERVER_HOST));
}

static bool is_nobody(const struct smtp_path *p)
{
    char local[64];
    size_t n = smtp_local_unquote(p->local, local, sizeof(local));
    return is_ours(p) && n <= sizeof(local) &&
           smtp_span_eq(smtp_span_of(local, n), SMTP_SPAN("nosuch"));
}

/* ---- MAIL ------------------------------------------------------------- */

static bool refuse_mail(struct session *s)
{
    /* RFC 5321 4.1.4 */
    if (!(s->facts & (FACT_EHLO | FACT_HELO)) &&
        session_refuse(s, SMTP_VERB_MAIL, 503, "5.5.1",
                       s->policy->lmtp ? "LHLO first" : "EHLO first"))
        return true;
    return (s->facts & FACT_MAIL) &&
           session_refuse(s, SMTP_VERB_MAIL, 503, "5.5.1",
                          "A transaction is open");
}

/* RFC 3461 4.4 */
static void take_envid(struct session *s, const struct smtp_command *c)
{
    struct smtp_param p;
    if (smtp_params_find(c->params, SMTP_PARAM_OF_MAIL, SMTP_PARAM_ENVID, &p))
        mailbox_set(&s->envid, p.value);
}

/* RFC 6409 4.2: the sender's domain gets what it lacks. */
static void complete(struct session *s, const struct smtp_path *p)
{
    static const char tail[] = "." SERVER_DOMAIN ">";
    struct mailbox *m = &s->sender;
    if (!session_completes(s, p->domain) || m->n == 0 ||
        m->n - 1 + sizeof(tail) > sizeof(m->text))
        return;
    memcpy(m->text + m->n - 1, tail, sizeof(tail) - 1);
    m->n = (uint16_t)(m->n - 1 + sizeof(tail) - 1);
}

void session_mail(struct session *s, const struct smtp_command *c)
{
    uint64_t facts = FACT_MAIL | (c->path.null ? FACT_NULL : 0);
    s->declared = 0;
    if (refuse_mail(s) || session_take_params(s, c, &facts))
        return;
    /* RFC 6531 3.5 */
    if (smtp_flaws_has(&c->flaws, SMTP_FLAW_PATH_8BIT) &&
        session_refuse(s, c->id, 550, "5.6.7",
                       "Non-ASCII address needs SMTPUTF8"))
        return;
    /* RFC 5321 3.3 */
    if (is_nobody(&c->path) &&
        session_refuse(s, c->id, 550, "5.1.8", "No such sender here"))
        return;
    if (c->path.domain.n > 0 && is_ours(&c->path))
        facts |= FACT_OUR_SENDER;
    session_forget(s);
    take_envid(s, c);
    s->facts |= facts & FACT_TRANSACTION;
    mailbox_set_path(&s->sender, &c->path);
    complete(s, &c->path);
    if (facts & FACT_LOWERED) /* RFC 6710 4.1 */
        session_reply(s, c->id, 250, "2.3.6", "0 is its priority");
    else
        session_reply(s, c->id, 250, "2.1.0", "Sender OK");
}

/* ---- RCPT ------------------------------------------------------------- */

/* RFC 5321 3.3: the sequence. */
static bool refuse_sequence(struct session *s)
{
    if (!(s->facts & FACT_MAIL) &&
        session_refuse(s, SMTP_VERB_RCPT, 503, "5.5.1", "MAIL first"))
        return true;
    /* RFC 3030 2: not between the chunks. */
    return (s->facts & FACT_BDAT) &&
           session_refuse(s, SMTP_VERB_RCPT, 503, "5.5.1",
                          "Not behind BDAT");
}

/* The address itself. */
static bool refuse_address(struct session *s, const struct smtp_path *p)
{
    /* RFC 6531 3.5 */
    if (p->utf8 && !(s->facts & FACT_UTF8) &&
        session_refuse(s, SMTP_VERB_RCPT, 553, "5.6.7",
                       "Non-ASCII address needs SMTPUTF8"))
        return true;
    /* RFC 5321 3.6.2, 7.9: also where the local part hides the address */
    if ((!is_ours(p) || (s->seen & FACT_HIDDEN)) &&
        !(s->facts & (FACT_AUTH | FACT_TRUSTED)) && !s->policy->relay &&
        session_refuse(s, SMTP_VERB_RCPT, 550, "5.7.1", "No relaying"))
        return true;
    if (is_nobody(p) && session_refuse(s, SMTP_VERB_RCPT, 550, "5.1.1",
                                       "No such user here"))
        return true;
    /* RFC 5321 4.5.3.1.10 */
    return s->rcpts >= s->policy->max_rcpt &&
           session_refuse(s, SMTP_VERB_RCPT, 452, "4.5.3",
                          "Too many recipients");
}

void session_rcpt(struct session *s, const struct smtp_command *c)
{
    uint64_t facts = 0;
    if (!is_ours(&c->path))
        s->seen |= FACT_FOREIGN;
    if (refuse_sequence(s) || session_take_params(s, c, &facts) ||
        refuse_address(s, &c->path))
        return;
    s->notify = s->notify || (facts & FACT_NOTIFY);
    if (s->rcpts++ == 0)
        mailbox_set_path(&s->rcpt, &c->path);
    s->facts |= FACT_RCPT;
    session_reply(s, c->id, 250, "2.1.5", "Recipient OK");
}
