#include "model.h"

#include "fuzz.h"
#include "smtp/code.h"
#include "smtp/ehlo.h"
#include "smtp/enhanced.h"
#include "smtp/param.h"

/* ---- what is sent ------------------------------------------------------- */

static size_t behind(const char *p, size_t n, const char *end, size_t k)
{
    const char *hit = n >= k ? memmem(p, n, end, k) : NULL;
    return hit ? (size_t)(hit - p) + k : 0;
}

size_t model_unit(const struct model *m, const char *p, size_t n)
{
    switch (m->state) {
    case MODEL_COMMAND:
    case MODEL_AUTH:
        return behind(p, n, "\r\n", 2);
    case MODEL_CONTENT:
        if (n >= 3 && memcmp(p, ".\r\n", 3) == 0)
            return 3;
        return behind(p, n, "\r\n.\r\n", 5);
    case MODEL_CHUNK:
        return m->chunk <= n ? (size_t)m->chunk : 0;
    case MODEL_CLOSED:
        break;
    }
    return 0;
}

void model_command(struct model *m, const char *p, size_t n)
{
    struct smtp_command_scan scan = {0};
    struct smtp_param param;
    ssize_t k = smtp_command_parse(
        &scan, SMTP_COMMAND_STRICT_END | SMTP_COMMAND_UTF8, p, n,
        &m->command);
    if (k < 0)
        m->command = (struct smtp_command){.id = SMTP_VERB_UNKNOWN};
    else
        FUZZ_CHECK((size_t)k == n);
    m->notify = m->command.id == SMTP_VERB_RCPT &&
                smtp_params_find(m->command.params, SMTP_PARAM_OF_RCPT,
                                 SMTP_PARAM_NOTIFY, &param);
}

struct model_count model_expected(const struct model *m)
{
    bool lmtp = m->mode == SERVER_LMTP;
    const struct smtp_command *c = &m->command;
    struct model_count one = {1, 1};
    if (m->state == MODEL_CONTENT && lmtp) /* RFC 2033 4.2 */
        return (struct model_count){m->rcpts, m->rcpts};
    bool last = c->id == SMTP_VERB_BDAT && c->last;
    if (m->state == MODEL_CHUNK && lmtp && last)
        return (struct model_count){m->rcpts ? 1 : 0,
                                    m->rcpts ? m->rcpts : 1};
    if (m->state != MODEL_COMMAND || c->id != SMTP_VERB_BDAT)
        return one;
    /* RFC 3030 2: the reply comes behind the chunk, if there is one. */
    if (c->size == UINT64_MAX || (!smtp_flaws_any(&c->flaws) && c->size == 0))
        return (struct model_count){lmtp && last && !m->rcpts ? 0 : 1,
                                    lmtp && last && m->rcpts ? m->rcpts : 1};
    if (c->size > 0 && !smtp_flaws_any(&c->flaws))
        return (struct model_count){0, 0};
    return (struct model_count){0, 1};
}

/* ---- what comes back ---------------------------------------------------- */

static const uint32_t EVENTS[SMTP_VERB_COUNT] = {
    [SMTP_VERB_UNKNOWN] = SMTP_ON_UNKNOWN,
    [SMTP_VERB_HELO] = SMTP_ON_EHLO,
    [SMTP_VERB_EHLO] = SMTP_ON_EHLO,
    [SMTP_VERB_LHLO] = SMTP_ON_EHLO,
    [SMTP_VERB_MAIL] = SMTP_ON_MAIL,
    [SMTP_VERB_RCPT] = SMTP_ON_RCPT,
    [SMTP_VERB_DATA] = SMTP_ON_DATA,
    [SMTP_VERB_BDAT] = SMTP_ON_BDAT | SMTP_ON_MESSAGE,
    [SMTP_VERB_BURL] = SMTP_ON_BURL | SMTP_ON_MESSAGE,
    [SMTP_VERB_RSET] = SMTP_ON_RSET,
    [SMTP_VERB_NOOP] = SMTP_ON_NOOP,
    [SMTP_VERB_QUIT] = SMTP_ON_QUIT,
    [SMTP_VERB_VRFY] = SMTP_ON_VRFY,
    [SMTP_VERB_EXPN] = SMTP_ON_EXPN,
    [SMTP_VERB_HELP] = SMTP_ON_HELP,
    [SMTP_VERB_STARTTLS] = SMTP_ON_STARTTLS,
    [SMTP_VERB_AUTH] = SMTP_ON_AUTH,
    [SMTP_VERB_ETRN] = SMTP_ON_ETRN,
    [SMTP_VERB_ATRN] = SMTP_ON_ATRN,
};

/* The code is one that the registry has for this event, or for any. A line
 * that is too long, or no command by its arguments, gets what any may. */
static void check_code(const struct model *m, const struct smtp_reply *r)
{
    const struct smtp_code *code = smtp_code_find(r->code);
    uint32_t event = EVENTS[m->command.id];
    if (m->state == MODEL_CONTENT)
        event = SMTP_ON_MESSAGE;
    if (m->state == MODEL_AUTH)
        event = SMTP_ON_AUTH;
    FUZZ_CHECK(code != NULL);
    /* RFC 3207 4 exempts EHLO from the 530, and not HELO, which the registry
     * does not tell from it. */
    if (r->code == 530 && m->command.id == SMTP_VERB_HELO && !m->tls)
        return;
    FUZZ_CHECK(code->events & (event | SMTP_ON_ANY | SMTP_ON_UNKNOWN));
}

/* RFC 2034 4: the replies to EHLO and HELO have none. */
static void check_reply(const struct model *m, const struct smtp_reply *r)
{
    struct smtp_flaws flaws = r->flaws;
    enum smtp_verb v = m->command.id;
    bool hello = v == SMTP_VERB_EHLO || v == SMTP_VERB_HELO ||
                 v == SMTP_VERB_LHLO;
    bool host = hello && r->code == 250 && m->state == MODEL_COMMAND;
    if (host)
        smtp_ehlo_check(r, &flaws);
    else
        smtp_enhanced_check(r, &flaws);
    FUZZ_CHECK(!smtp_flaws_any(&flaws));
    check_code(m, r);
}

static void forget(struct model *m)
{
    m->mail = m->chunked = m->notifies = false;
    m->rcpts = 0;
}

void model_tls(struct model *m)
{
    forget(m);
    m->tls = true;
    m->hello = m->auth = false;
}

/* RFC 6409 4.3, RFC 4954 6, RFC 3207 4. */
static void check_allowed(const struct model *m)
{
    bool login = m->mode == SERVER_SUBMISSION ||
                 m->mode == SERVER_TLS_REQUIRED;
    FUZZ_CHECK(m->hello);
    FUZZ_CHECK(m->auth || !login);
    FUZZ_CHECK(m->tls || m->mode != SERVER_TLS_REQUIRED);
}

static void obeyed_hello(struct model *m, unsigned code)
{
    bool lhlo = m->command.id == SMTP_VERB_LHLO;
    FUZZ_CHECK(code == 250 && lhlo == (m->mode == SERVER_LMTP));
    forget(m);
    m->hello = true;
}

static void obeyed_auth(struct model *m, unsigned code)
{
    FUZZ_CHECK(m->hello && !m->auth && !m->mail);
    FUZZ_CHECK(code == 334 || code == 235);
    m->auth = code == 235;
    m->state = code == 334 ? MODEL_AUTH : MODEL_COMMAND;
}

/* A transaction goes on. */
static void obeyed_mail(struct model *m, unsigned code)
{
    switch (m->command.id) {
    case SMTP_VERB_MAIL:
        check_allowed(m);
        FUZZ_CHECK(!m->mail);
        m->mail = true;
        break;
    case SMTP_VERB_RCPT:
        FUZZ_CHECK(m->mail && !m->chunked);
        m->rcpts++;
        m->notifies = m->notifies || m->notify;
        break;
    default: /* DATA */
        FUZZ_CHECK(code == 354 && m->rcpts > 0 && !m->chunked);
        m->state = MODEL_CONTENT;
        break;
    }
}

/* A verb that was obeyed: 2yz or 3yz. Only what is right changes anything. */
static void obeyed(struct model *m, unsigned code)
{
    switch (m->command.id) {
    case SMTP_VERB_HELO:
    case SMTP_VERB_EHLO:
    case SMTP_VERB_LHLO:
        obeyed_hello(m, code);
        break;
    case SMTP_VERB_MAIL:
    case SMTP_VERB_RCPT:
    case SMTP_VERB_DATA:
        obeyed_mail(m, code);
        break;
    case SMTP_VERB_AUTH:
        obeyed_auth(m, code);
        break;
    case SMTP_VERB_STARTTLS:
        FUZZ_CHECK(code == 220 && !m->tls && m->hello && !m->mail);
        break;
    case SMTP_VERB_RSET:
        forget(m);
        break;
    case SMTP_VERB_QUIT:
        FUZZ_CHECK(code == 221);
        m->state = MODEL_CLOSED;
        break;
    case SMTP_VERB_NOOP: /* these change nothing */
    case SMTP_VERB_HELP:
    case SMTP_VERB_VRFY:
    case SMTP_VERB_EXPN:
    case SMTP_VERB_ETRN:
        break;
    default:
        fuzz_fail(__FILE__, __LINE__, "no server here knows this verb");
    }
}

/* The flaws that a server may pass over in a command that it obeys. */
static bool excusable(const struct smtp_command *c)
{
    static const enum smtp_flaw FLAWS[] = {
        SMTP_FLAW_COMMAND_SPACING,
        SMTP_FLAW_COMMAND_ARG_SYNTAX, /* of NOOP and HELP; HELO [1.2.3.4] */
        SMTP_FLAW_BASE64,             /* of AUTH: it is judged in decoding */
    };
    bool of_verb = c->id == SMTP_VERB_NOOP || c->id == SMTP_VERB_HELP ||
                   c->id == SMTP_VERB_HELO || c->id == SMTP_VERB_AUTH;
    return fuzz_flaws_none_but(&c->flaws, FLAWS, of_verb ? 3 : 1);
}

static void end_content(struct model *m, const struct smtp_reply *r,
                        unsigned n)
{
    bool taken = r[0].code / 100 == 2;
    for (unsigned i = 1; i < n; i++)
        FUZZ_CHECK(r[i].code == r[0].code);
    if (taken) {
        FUZZ_CHECK(m->rcpts > 0 && r[0].code == 250);
        m->messages++;
        m->reports += m->notifies;
    }
    forget(m);
    m->state = MODEL_COMMAND;
}

/* What came behind BDAT, or behind its chunk. */
static void end_chunk(struct model *m, const struct smtp_reply *r, unsigned n)
{
    bool last = m->command.last;
    bool sequence = n == 1 && r[0].code == 503;
    m->state = MODEL_COMMAND;
    if (n == 0)
        return;
    if (r[0].code / 100 == 2) {
        FUZZ_CHECK(m->rcpts > 0);
        m->chunked = true;
        if (last)
            end_content(m, r, n);
    } else if (m->rcpts > 0 && !sequence && r[0].code / 10 != 50) {
        m->chunked = true;
        if (last && r[0].code != 530)
            end_content(m, r, n);
    }
}

static void take_command(struct model *m, const struct smtp_reply *r,
                         unsigned n)
{
    const struct smtp_command *c = &m->command;
    if (n == 0 || c->id == SMTP_VERB_BDAT) {
        if (n == 0 && c->size > 0) {
            m->state = MODEL_CHUNK;
            m->chunk = c->size;
        } else {
            end_chunk(m, r, n);
        }
        return;
    }
    bool obeyed_it = r[0].code < 400;
    if (obeyed_it)
        FUZZ_CHECK(excusable(c));
    if (obeyed_it)
        obeyed(m, r[0].code);
    else if (c->id == SMTP_VERB_BURL && m->rcpts > 0 && r[0].code == 554)
        m->chunked = true;
    if (c->id == SMTP_VERB_QUIT && !smtp_flaws_any(&c->flaws))
        FUZZ_CHECK(r[0].code == 221);
}

void model_replies(struct model *m, const struct smtp_reply *r, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        check_reply(m, &r[i]);
    if (n > 0 && r[0].code == 421) {
        m->state = MODEL_CLOSED;
        return;
    }
    switch (m->state) {
    case MODEL_COMMAND:
        take_command(m, r, n);
        break;
    case MODEL_AUTH: /* RFC 4954 4 */
        FUZZ_CHECK(n == 1 && (r[0].code == 334 || r[0].code == 235 ||
                              r[0].code >= 400));
        m->auth = r[0].code == 235;
        m->state = r[0].code == 334 ? MODEL_AUTH : MODEL_COMMAND;
        break;
    case MODEL_CONTENT:
        end_content(m, r, n);
        break;
    case MODEL_CHUNK:
        end_chunk(m, r, n);
        break;
    case MODEL_CLOSED:
        FUZZ_CHECK(n == 0);
        break;
    }
}
