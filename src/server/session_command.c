/*
 * session_command: what stands in the way of a command, and the commands
 * that need no file of their own.
 */
#include <string.h>

#include "server/session_int.h"
#include "smtp/path.h"

void session_forget(struct session *s)
{
    if (!(s->policy->deliver & DELIVER_OLD))
        session_store_drop(s, DELIVER_RESET);
    s->facts &= ~FACT_TRANSACTION;
    s->rcpts = 0;
    s->sender.n = s->rcpt.n = 0;
    if (!(s->policy->report & REPORT_OLD_ENVID))
        s->envid.n = 0;
    s->notify = false;
    s->size = 0;
    s->bare = s->over_text = false;
    s->last_cr = 0;
    s->text_line = 0;
    s->data = (struct smtp_data){0};
}

/* ---- refusals that do not depend on the arguments --------------------- */

struct refusal {
    unsigned code;
    const char *enhanced, *text;
};

static const struct refusal AFTER_554 = {503, "5.5.1",
                                         "No service here, only QUIT"};
static const struct refusal AFTER_521 = {521, "5.3.2",
                                         "%h Server does not accept mail"};
static const struct refusal NO_TLS = {530, "5.7.0",
                                      "Must issue a STARTTLS command first"};
static const struct refusal NO_AUTH = {530, "5.7.0",
                                       "Authentication required"};
static const struct refusal NOT_HERE = {500, "5.5.1",
                                        "Command unrecognized"};
static const struct refusal NOT_DONE = {502, "5.5.1",
                                        "Command not implemented"};

static bool has(uint32_t verbs, enum smtp_verb v)
{
    return (verbs >> v & 1) != 0;
}

/* Commands that this server knows of, but only with an extension. */
static uint32_t needed_extension(enum smtp_verb v)
{
    switch (v) {
    case SMTP_VERB_STARTTLS:
        return EXT_STARTTLS;
    case SMTP_VERB_AUTH:
        return EXT_AUTH;
    case SMTP_VERB_BDAT:
        return EXT_CHUNKING;
    case SMTP_VERB_ETRN:
        return EXT_ETRN;
    case SMTP_VERB_BURL:
        return EXT_BURL;
    case SMTP_VERB_ATRN:
        return EXT_ATRN;
    default:
        return 0;
    }
}

/* The verb has no meaning in this protocol or on this server. */
static const struct refusal *refuse_verb(const struct session *s,
                                         enum smtp_verb v)
{
    static const uint32_t never = (uint32_t)(
        AT(SMTP_VERB_TURN) | AT(SMTP_VERB_SEND) | AT(SMTP_VERB_SOML) |
        AT(SMTP_VERB_SAML));
    /* RFC 2033 4.1: HELO and EHLO of SMTP, LHLO of LMTP. */
    bool smtp = v == SMTP_VERB_HELO || v == SMTP_VERB_EHLO;
    if (s->policy->lmtp ? smtp : v == SMTP_VERB_LHLO)
        return &NOT_HERE;
    uint32_t ext = needed_extension(v);
    if (has(never, v) || (ext && !(s->policy->extensions & ext)))
        return &NOT_DONE;
    if (v == SMTP_VERB_STARTTLS && !s->cfg.tls_possible)
        return &NOT_DONE;
    return NULL;
}

/* The service, TLS or AUTH stands in the way. */
static const struct refusal *refuse_policy(const struct session *s,
                                           enum smtp_verb v, size_t i)
{
    const struct server_policy *p = s->policy;
    bool quit = v == SMTP_VERB_QUIT;
    switch (i) {
    case 0: /* RFC 5321 3.1 */
        return p->greeting == 554 && !quit ? &AFTER_554 : NULL;
    case 1: /* RFC 7504 3 */
        return p->greeting == 521 && !quit ? &AFTER_521 : NULL;
    case 2:
        return refuse_verb(s, v);
    case 3: /* RFC 3207 4 */
        return p->need_tls && !(s->facts & (FACT_TLS | FACT_TRUSTED)) &&
                       !has(p->tls_exempt, v) ? &NO_TLS : NULL;
    case 4: /* RFC 4954 6, RFC 6409 4.3 */
        return p->need_auth && !(s->facts & (FACT_AUTH | FACT_TRUSTED)) &&
                       !has(p->auth_exempt, v) ? &NO_AUTH : NULL;
    default:
        return NULL;
    }
}
#define POLICY_CHECKS 5

/* Says r, behind the chunk if the command announces one (RFC 3030 2: the
 * octets are read whatever becomes of them). */
static void say(struct session *s, const struct smtp_command *c,
                const struct refusal *r)
{
    if (c->id == SMTP_VERB_BDAT && c->size > 0 && c->size < UINT64_MAX &&
        !s->policy->keep_chunk)
        session_drop_chunk(s, c->size, &(struct reply){
            SMTP_VERB_BDAT, r->code, r->enhanced, r->text});
    else
        session_reply(s, c->id, r->code, r->enhanced, r->text);
}

static bool refuse(struct session *s, const struct smtp_command *c)
{
    for (size_t i = 0; i < POLICY_CHECKS; i++) {
        const struct refusal *r = refuse_policy(s, c->id, i);
        if (r && !session_rule_op(s, OP_PASS, c->id, r->code)) {
            say(s, c, r);
            return true;
        }
    }
    return false;
}

/* ---- EHLO, HELO, LHLO ------------------------------------------------- */

static size_t add(char *out, size_t at, const char *text)
{
    size_t n = strlen(text);
    memcpy(out + at, text, n + 1);
    return at + n;
}

/* Appends text and a number. */
static size_t add_number(char *out, size_t at, const char *text, uint32_t v)
{
    char number[24] = {0};
    char *p = number + sizeof(number) - 1;
    for (; v || !*p; v /= 10)
        *--p = (char)('0' + v % 10);
    return add(out, add(out, at, text), p);
}

/* Extensions with nothing to compute. */
static const struct {
    uint32_t ext;
    const char *line;
} LINES[] = {
    {EXT_PIPELINING, "PIPELINING"         },
    {EXT_8BITMIME,   "8BITMIME"           },
    {EXT_BINARYMIME, "BINARYMIME"         },
    {EXT_CHUNKING,   "CHUNKING"           },
    {EXT_SMTPUTF8,   "SMTPUTF8"           },
    {EXT_DSN,        "DSN"                },
    {EXT_ETRN,       "ETRN"               },
    {EXT_BURL,       "BURL imap"          },
    {EXT_ENHANCED,   "ENHANCEDSTATUSCODES"},
    {EXT_MT_PRIORITY, "MT-PRIORITY"       },
    {EXT_RRVS,       "RRVS"               },
    {EXT_ATRN,       "ATRN"               },
    {EXT_CHECKPOINT, "CHECKPOINT"         },
    {EXT_SUBMITTER,  "SUBMITTER"          },
    {EXT_MTRK,       "MTRK"               },
    {EXT_SOLICITING, "NO-SOLICITING net.example:ADV"},
    {EXT_CONPERM,    "CONPERM"            },
    {EXT_CONNEG,     "CONNEG"             },
};

/* The lines of the reply to EHLO (RFC 5321 4.1.1.1); the host comes first. */
static void list_extensions(const struct session *s, char *out)
{
    uint32_t on = s->policy->listed;
    size_t at = add(out, 0, "%h");
    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++)
        if (on & LINES[i].ext)
            at = add(out, add(out, at, "\n"), LINES[i].line);
    if (on & EXT_SIZE)
        at = add_number(out, at, "\nSIZE ", s->policy->max_size);
    if (on & EXT_LIMITS)
        at = add_number(out, at, "\nLIMITS RCPTMAX=", s->policy->max_rcpt);
    /* RFC 3207 4.2: not inside TLS. */
    if ((on & EXT_STARTTLS) && s->cfg.tls_possible && !(s->facts & FACT_TLS))
        at = add(out, at, "\nSTARTTLS");
    char mechs[80];
    session_mechs(s, mechs, sizeof(mechs));
    bool useless = s->policy->need_tls && !(s->facts & FACT_TLS);
    if ((on & EXT_AUTH) && mechs[0] && !useless)
        at = add(out, add(out, at, "\nAUTH "), mechs);
    at += session_list_params(s, out + at);
    add(out, at, "\nEXPN\nHELP");
}

/* RFC 5321 4.1.4: a greeting that is accepted resets, one that is not
 * changes nothing. */
static void identify(struct session *s, const struct smtp_command *c,
                     uint64_t fact)
{
    session_forget(s);
    if (s->facts & (FACT_EHLO | FACT_HELO))
        s->facts |= FACT_EHLO_AGAIN;
    s->facts &= ~(FACT_EHLO | FACT_HELO);
    s->facts |= fact;
    mailbox_set(&s->helo, c->arg);
}

static void run_ehlo(struct session *s, const struct smtp_command *c)
{
    char text[640];
    identify(s, c, FACT_EHLO);
    list_extensions(s, text);
    session_reply(s, c->id, 250, NULL, text);
}

static void run_helo(struct session *s, const struct smtp_command *c)
{
    identify(s, c, FACT_HELO);
    session_reply(s, c->id, 250, NULL, "%h");
}

/* ---- the small ones --------------------------------------------------- */

static void run_rset(struct session *s, const struct smtp_command *c)
{
    session_forget(s);
    s->facts |= FACT_RSET;
    session_reply(s, c->id, 250, "2.0.0", "Reset");
}

static void run_noop(struct session *s, const struct smtp_command *c)
{
    session_reply(s, c->id, 250, "2.0.0", "OK");
}

static void run_quit(struct session *s, const struct smtp_command *c)
{
    /* An open transaction is aborted (RFC 5321 4.1.1.10). */
    session_store_drop(s, DELIVER_QUIT);
    session_forget(s);
    s->closing = true;
    s->facts |= FACT_QUIT;
    session_reply(s, c->id, 221, "2.0.0", "%h Closing channel");
}

/* RFC 5321 7.3: what verification would tell is not told. */
static void run_vrfy(struct session *s, const struct smtp_command *c)
{
    session_reply(s, c->id, 252, "2.0.0",
                  "Not verified, but mail for it will be tried");
}

static void run_help(struct session *s, const struct smtp_command *c)
{
    session_reply(s, c->id, 214, "2.0.0",
                  "This server follows RFC 5321 to the letter\n"
                  "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT\n"
                  "VRFY EXPN HELP STARTTLS AUTH");
}

static void run_starttls(struct session *s, const struct smtp_command *c)
{
    if ((s->facts & FACT_TLS) &&
        session_refuse(s, c->id, 503, "5.5.1", "TLS is active"))
        return;
    if (!(s->facts & FACT_EHLO) &&
        session_refuse(s, c->id, 503, "5.5.1", "EHLO first"))
        return;
    if ((s->facts & FACT_MAIL) &&
        session_refuse(s, c->id, 503, "5.5.1", "Not in a mail transaction"))
        return;
    s->state = STATE_TLS;
    session_reply(s, c->id, 220, "2.0.0", "%h Ready to start TLS");
}

static void run_etrn(struct session *s, const struct smtp_command *c)
{
    if ((s->facts & FACT_MAIL) &&
        session_refuse(s, c->id, 503, "5.5.1", "Not in a mail transaction"))
        return;
    if (!(s->facts & FACT_AUTH) &&
        session_refuse(s, c->id, 459, "4.7.1", "Node not allowed"))
        return;
    session_reply(s, c->id, 251, "2.0.0", "OK, no messages waiting for it");
}

/* RFC 2645 5.2.1: mail for our own domain could be fetched, but there is
 * none. The connection is never turned. */
static void run_atrn(struct session *s, const struct smtp_command *c)
{
    if ((s->facts & FACT_MAIL) &&
        session_refuse(s, c->id, 503, "5.5.1", "Not in a mail transaction"))
        return;
    if (!(s->facts & FACT_AUTH) &&
        session_refuse(s, c->id, 530, "5.7.0", "Authentication required"))
        return;
    if (c->arg.n > 0 && !smtp_span_ieq(c->arg, SMTP_SPAN(SERVER_DOMAIN)) &&
        session_refuse(s, c->id, 450, "4.7.1", "ATRN request refused"))
        return;
    session_reply(s, c->id, 453, "4.2.0", "You have no mail");
}

/* RFC 4468 6: there is no IMAP server that this one trusts, so that no URL
 * can be fetched. The content is lost then, as with a chunk. */
static void run_burl(struct session *s, const struct smtp_command *c)
{
    if (!(s->facts & FACT_RCPT) &&
        session_refuse(s, c->id, 503, "5.5.0", "Valid RCPT TO required"))
        return;
    s->facts |= FACT_BDAT | FACT_BROKEN;
    session_reply(s, c->id, 554, "5.6.6", "IMAP URL resolution failed");
}

/* ---- dispatch --------------------------------------------------------- */

static void (*const RUN[SMTP_VERB_COUNT])(struct session *,
                                          const struct smtp_command *) = {
    [SMTP_VERB_HELO] = run_helo,
    [SMTP_VERB_EHLO] = run_ehlo,
    [SMTP_VERB_LHLO] = run_ehlo,
    [SMTP_VERB_MAIL] = session_mail,
    [SMTP_VERB_RCPT] = session_rcpt,
    [SMTP_VERB_DATA] = session_data,
    [SMTP_VERB_BDAT] = session_bdat,
    [SMTP_VERB_RSET] = run_rset,
    [SMTP_VERB_NOOP] = run_noop,
    [SMTP_VERB_QUIT] = run_quit,
    [SMTP_VERB_VRFY] = run_vrfy,
    [SMTP_VERB_EXPN] = run_vrfy,
    [SMTP_VERB_HELP] = run_help,
    [SMTP_VERB_STARTTLS] = run_starttls,
    [SMTP_VERB_AUTH] = session_auth,
    [SMTP_VERB_ETRN] = run_etrn,
    [SMTP_VERB_ATRN] = run_atrn,
    [SMTP_VERB_BURL] = run_burl,
};

/* RFC 5321 4.5.3.1.4 and what the extensions in force add. */
static bool over_limit(const struct session *s, const struct smtp_command *c)
{
    size_t limit = s->policy->max_line;
    if (limit == 0)
        limit = smtp_command_limit(c->id, session_line_ext(s));
    if (limit > s->policy->max_auth + 2)
        limit = s->policy->max_auth + 2;
    return c->raw.n > limit;
}

void session_command(struct session *s, const struct smtp_command *c)
{
    const struct server_rule *r =
        session_rule_op(s, OP_REFUSE, c->id, 0);
    if (r) {
        say(s, c, &(struct refusal){(unsigned)r->value, NULL, r->text});
    } else if (over_limit(s, c)) {
        session_reply(s, POINT_LONG, 500, "5.5.6", "Line too long");
    } else if (c->id == SMTP_VERB_UNKNOWN) {
        /* RFC 5321 3.8: however many there are, the session goes on. */
        if (!refuse(s, c))
            session_reply(s, c->id, 500, "5.5.1", "Command unrecognized");
    } else if (!refuse(s, c) && !session_bad_syntax(s, c)) {
        if (RUN[c->id])
            RUN[c->id](s, c);
        else
            session_reply(s, c->id, 250, "2.0.0", "OK");
    }
}
