/*
 * session: the loop over the input, by state, and the events from outside.
 */
#include "server/session.h"

#include <stdlib.h>
#include <string.h>

#include "server/session_int.h"

struct session *session_new(const struct session_config *cfg)
{
    struct session *s = malloc(sizeof(*s));
    if (!s)
        return NULL;
    /* The output buffer, its last member, needs no zeros. */
    memset(s, 0, offsetof(struct session, out));
    s->cfg = *cfg;
    s->policy = cfg->policy;
    s->want = SESSION_READ;
    if (cfg->implicit_tls)
        s->facts = FACT_TLS | FACT_IMPLICIT;
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    session_store_drop(s, DELIVER_LOST);
    session_forget(s);
    sasl_free(s->sasl);
    free(s);
}

void session_set_time(struct session *s, int64_t seconds, int east)
{
    s->seconds = seconds;
    s->east = east;
}

uint32_t session_wait_ms(const struct session *s)
{
    return s->wait_ms;
}

/* What the caller is to do now. */
static enum session_want settle(struct session *s)
{
    if (s->wait_ms)
        return SESSION_WAIT;
    if (s->want == SESSION_RESET)
        return SESSION_RESET;
    if (s->closing) {
        s->state = STATE_END;
        return SESSION_CLOSE;
    }
    return s->state == STATE_TLS ? SESSION_TLS : SESSION_READ;
}

/* ---- a line that is too long ------------------------------------------ */

/* Octets up to and with the CRLF that ends it; then the reply, once (RFC
 * 5321 4.5.3.1.4 wants the session to survive). */
static size_t skip_line(struct session *s, const char *p, size_t n)
{
    size_t at = 0;
    while (at < n) {
        const char *lf = memchr(p + at, '\n', n - at);
        if (!lf)
            break;
        size_t i = (size_t)(lf - p);
        bool cr = i > 0 ? p[i - 1] == '\r' : s->skip_cr;
        at = i + 1;
        if (!cr)
            continue;
        struct reply r = s->after;
        s->state = STATE_COMMAND;
        s->skip_cr = 0;
        s->seen = s->facts;
        session_reply(s, r.point, r.code, r.enhanced, r.text);
        return at;
    }
    if (!s->policy->forget_cr)
        s->skip_cr = n > 0 && p[n - 1] == '\r';
    return n;
}

static size_t begin_skip(struct session *s, const char *p, size_t n,
                         const struct reply *r)
{
    memset(&s->scan, 0, sizeof(s->scan));
    s->state = STATE_SKIP;
    s->skip_cr = 0;
    s->after = *r;
    return skip_line(s, p, n);
}

/* ---- command lines ---------------------------------------------------- */

static unsigned parse_options(const struct session *s)
{
    unsigned opts = 0;
    if (!s->policy->bare_lf)
        opts |= SMTP_COMMAND_STRICT_END;
    if (s->policy->extensions & EXT_SMTPUTF8)
        opts |= SMTP_COMMAND_UTF8;
    return opts;
}

/* The facts of this command alone. */
static void note_command(struct session *s, const struct smtp_command *c,
                         bool more)
{
    s->seen = s->facts;
    if (s->commands++ == 0)
        s->seen |= FACT_FIRST;
    if (more)
        s->seen |= FACT_PIPELINED;
    if (s->behind)
        s->seen |= FACT_BEHIND;
    if (s->partial)
        s->seen |= FACT_SPLIT;
    if (smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_SPACING))
        s->seen |= FACT_SPACE;
    if (c->arg.n > 0)
        s->seen |= FACT_ARG;
    s->seen |= session_argument_facts(c);
    if (c->id == SMTP_VERB_MAIL && c->path.null)
        s->seen |= FACT_NULL;
    s->behind = true;
    s->partial = false;
    s->word = c->verb;
    s->arg = c->arg;
}

/* A lax server: p[0..k) is obeyed as if CRLF stood behind it. */
static bool obey(struct session *s, const char *p, size_t k)
{
    char line[514];
    if (k == 0 || k + 2 > sizeof(line))
        return false;
    struct smtp_command_scan scan = {0};
    struct smtp_command c;
    memcpy(line, p, k);
    memcpy(line + k, "\r\n", 2);
    if (smtp_command_parse(&scan, parse_options(s), line, k + 2, &c) <= 0)
        return false;
    note_command(s, &c, true);
    session_command(s, &c);
    s->word = (struct smtp_span){NULL, 0};
    memset(&s->scan, 0, sizeof(s->scan));
    return true;
}

/* Octets of a line that ends in a bare CR, if it was obeyed. */
static size_t read_cr_line(struct session *s, const char *p, size_t n)
{
    const char *cr = memchr(p, '\r', n);
    size_t k = cr ? (size_t)(cr - p) : n;
    if (k + 1 >= n || p[k + 1] == '\n')
        return 0;
    return obey(s, p, k) ? k + 1 : 0;
}

/* A lax server: what did not fit is refused, the rest is another line. */
static size_t cut_line(struct session *s, size_t n, const struct reply *r)
{
    memset(&s->scan, 0, sizeof(s->scan));
    s->seen = s->facts;
    session_reply(s, r->point, r->code, r->enhanced, r->text);
    return n;
}

static size_t read_command(struct session *s, const char *p, size_t n)
{
    static const struct reply too_long = {POINT_LONG, 500, "5.5.6",
                                          "Line too long"};
    struct smtp_command c;
    size_t lax = s->policy->bare_cr ? read_cr_line(s, p, n) : 0;
    if (lax)
        return lax;
    ssize_t k = smtp_command_parse(&s->scan, parse_options(s), p, n, &c);
    /* No limit of any verb is beyond that of an AUTH line. */
    if (k < 0 || (k == 0 && n > s->policy->max_auth + 2))
        return s->policy->cut_line ? cut_line(s, n, &too_long)
                                   : begin_skip(s, p, n, &too_long);
    if (k == 0 && s->policy->early_line && !memchr(p, '\r', n) &&
        obey(s, p, n))
        return n;
    if (k == 0) {
        s->partial = true;
        return 0;
    }
    note_command(s, &c, (size_t)k < n);
    session_command(s, &c);
    s->word = s->arg = (struct smtp_span){NULL, 0};
    return (size_t)k;
}

/* ---- lines of an AUTH exchange ---------------------------------------- */

/* Offset of the first CRLF in p[from..n), or n. */
static size_t find_crlf(const char *p, size_t n, size_t from)
{
    while (from < n) {
        const char *lf = memchr(p + from, '\n', n - from);
        if (!lf)
            return n;
        size_t i = (size_t)(lf - p);
        if (i > 0 && p[i - 1] == '\r')
            return i - 1;
        from = i + 1;
    }
    return n;
}

/* These lines are never commands, whatever they say (RFC 4954 4). */
static size_t read_auth(struct session *s, const char *p, size_t n)
{
    static const struct reply too_long = {POINT_AUTH, 500, "5.5.6",
                                          "Authentication line too long"};
    size_t end = find_crlf(p, n, s->scan.at > 0 ? s->scan.at - 1 : 0);
    /* Without its end, a CR may be the first half of that. */
    if (end > s->policy->max_auth + (end == n)) {
        session_auth_long(s);
        return begin_skip(s, p, n, &too_long);
    }
    if (end == n) {
        s->scan.at = n;
        return 0;
    }
    s->scan.at = 0;
    s->seen = s->facts;
    if (!session_line_event(s, smtp_span_of(p, end)))
        session_auth_line(s, smtp_span_of(p, end));
    return end + 2;
}

/* ---- the loop --------------------------------------------------------- */

static size_t step(struct session *s, const char *p, size_t n)
{
    switch ((enum session_state)s->state) {
    case STATE_COMMAND:
        return read_command(s, p, n);
    case STATE_SKIP:
        return skip_line(s, p, n);
    case STATE_AUTH:
        return read_auth(s, p, n);
    case STATE_DATA:
        return session_feed_data(s, p, n);
    case STATE_CHUNK:
        return session_feed_chunk(s, p, n);
    case STATE_TLS:
        /* What was sent in clear behind STARTTLS never counts (RFC 3207
         * 4.2): not now, and not inside TLS. */
        return s->policy->clear_octets == CLEAR_DISCARD ? n : 0;
    case STATE_END:
        return n;
    }
    return 0;
}

enum session_want session_feed(struct session *s, const char *p, size_t n,
                               size_t *used)
{
    *used = 0;
    s->behind = false;
    while (settle(s) == SESSION_READ && *used < n) {
        uint8_t state = s->state;
        size_t k = step(s, p + *used, n - *used);
        *used += k;
        if (s->lose)
            *used = n;
        s->lose = false;
        if (k == 0 && s->state == state)
            break;
    }
    if (s->state == STATE_TLS)
        *used += step(s, p + *used, n - *used);
    session_flush(s);
    return settle(s);
}

enum session_want session_start(struct session *s)
{
    static const struct {
        unsigned code;
        const char *text;
    } TEXTS[] = {
        {220, "%h ESMTP ready"                     },
        {554, "%h No SMTP service here"            },
        {521, "%h Server does not accept mail"     },
        {421, "%h Service not available, try later"},
    };
    unsigned code = s->cfg.busy ? 421 : s->policy->greeting;
    const char *text = s->policy->lmtp ? "%h LMTP ready" : TEXTS[0].text;
    for (size_t i = 1; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
        if (TEXTS[i].code == code)
            text = TEXTS[i].text;
    s->seen = s->facts;
    s->closing = code == 421 || (code >= 500 && s->policy->refuse_closes);
    session_reply(s, POINT_GREETING, code, NULL, text);
    session_flush(s);
    return settle(s);
}

enum session_want session_resume(struct session *s)
{
    s->wait_ms = 0;
    s->late = false;
    s->ready = s->used;
    session_flush(s);
    return settle(s);
}

enum session_want session_interrupt(struct session *s)
{
    if (s->late) {
        s->used = s->ready;
        s->late = false;
        s->wait_ms = 0;
    }
    return settle(s);
}

uint64_t session_facts(const struct session *s)
{
    return s->facts;
}

void session_trust(struct session *s, bool trusted)
{
    s->facts &= ~FACT_TRUSTED;
    if (trusted)
        s->facts |= FACT_TRUSTED;
}

enum session_want session_tls(struct session *s, bool done)
{
    memset(&s->scan, 0, sizeof(s->scan));
    s->state = STATE_COMMAND;
    s->seen = s->facts;
    if (!done) {
        s->closing = !s->policy->fall_back;
        session_event(s, POINT_NO_TLS);
        return settle(s);
    }
    /* RFC 3207 4.2: all that the client said before is forgotten. */
    uint64_t kept = s->facts & (s->policy->tls_keeps | FACT_MARK);
    if (!(kept & FACT_MAIL))
        session_forget(s);
    s->facts = kept | FACT_TLS | FACT_STARTTLS;
    s->seen |= FACT_TLS | FACT_STARTTLS;
    session_event(s, POINT_TLS);
    session_flush(s);
    return settle(s);
}

/* 421 and the end, whatever the client was about to do. */
static enum session_want end(struct session *s, unsigned point,
                             const char *enhanced, const char *text)
{
    if (s->state == STATE_END)
        return settle(s);
    s->wait_ms = 0;
    s->ready = s->used;
    s->seen = s->facts;
    s->closing = true;
    session_reply(s, point, 421, enhanced, text);
    session_flush(s);
    return settle(s);
}

enum session_want session_idle(struct session *s)
{
    return end(s, POINT_IDLE, "4.4.2", "%h Timeout, closing channel");
}

enum session_want session_shutdown(struct session *s)
{
    return end(s, POINT_SHUTDOWN, "4.3.2", "%h Shutting down, closing channel");
}
