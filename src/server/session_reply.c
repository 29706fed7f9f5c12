/*
 * session_reply: replies, in the form of RFC 5321 4.2, and what the rules
 * make of them.
 *
 * A reply is made ready for one write together with those in front of it,
 * except where RFC 2920 3.2 wants it sent at once.
 */
#include <string.h>

#include "server/session_int.h"

/* What the rules that match one reply come to. */
struct effect {
    unsigned code, code_last;
    const char *enhanced, *enhanced_last, *text;
    const char *first, *add; /* lines: instead of the first; at the end */
    const char *separator, *separator_last;
    const struct server_rule *eol, *eol_last;
    const struct server_rule *before, *after, *instead, *late;
    uint64_t more;      /* times it is sent again */
    uint64_t cut;       /* its first octets only */
    uint32_t delay_ms;
    uint64_t set, clear;
    bool drop, hold, unsay, is_cut;
    bool close, close_after, reset, open, mute, lose;
};

/* Replies that may wait for the next one (RFC 2920 3.2: not those to EHLO,
 * DATA, VRFY, EXPN, TURN, QUIT, NOOP and to unknown commands). */
#define MAY_WAIT                                                              \
    (AT(SMTP_VERB_MAIL) | AT(SMTP_VERB_RCPT) | AT(SMTP_VERB_RSET) |           \
     AT(SMTP_VERB_BDAT) | AT_CONTENT | AT_CHUNK)

void session_flush(struct session *s)
{
    if (s->ready == 0)
        return;
    s->cfg.write(s->cfg.ctx, s->out, s->ready);
    memmove(s->out, s->out + s->ready, s->used - s->ready);
    s->used -= s->ready;
    s->ready = 0;
}

/* Appends octets to the output; a full buffer goes out at once. */
static void put(struct session *s, const char *p, size_t n)
{
    while (n > 0) {
        if (s->used == OUT_MAX) {
            s->ready = s->used;
            session_flush(s);
        }
        size_t k = OUT_MAX - s->used;
        if (k > n)
            k = n;
        memcpy(s->out + s->used, p, k);
        s->used += k;
        p += k;
        n -= k;
    }
}

/* Appends text in which "%h" stands for the server's name. */
static void put_text(struct session *s, const char *p, size_t n)
{
    while (n > 0) {
        const char *mark = memchr(p, '%', n);
        size_t k = mark ? (size_t)(mark - p) : n;
        put(s, p, k);
        p += k;
        n -= k;
        if (n >= 2 && p[1] == 'h') {
            put(s, SERVER_HOST, sizeof(SERVER_HOST) - 1);
            p += 2;
            n -= 2;
        } else if (n > 0) {
            put(s, p++, 1);
            n--;
        }
    }
}

/* Appends the octets of a rule. */
static void put_rule(struct session *s, const struct server_rule *r)
{
    if (r && r->text)
        put_text(s, r->text, r->text_n ? r->text_n : strlen(r->text));
}

/* One line of a reply, without its end. */
static void put_line(struct session *s, const struct effect *e, bool last,
                     const char *text, size_t n)
{
    unsigned code = last && e->code_last ? e->code_last : e->code;
    const char digits[3] = {(char)('0' + code / 100 % 10),
                      (char)('0' + code / 10 % 10), (char)('0' + code % 10)};
    put(s, digits, 3);
    const char *sep = last ? " " : "-";
    if (last && e->separator_last)
        sep = e->separator_last;
    else if (e->separator)
        sep = e->separator;
    put(s, sep, strlen(sep));
    const char *enh = last && e->enhanced_last ? e->enhanced_last
                                               : e->enhanced;
    if (enh && enh[0]) {
        put(s, enh, strlen(enh));
        put(s, " ", n > 0);
    }
    put_text(s, text, n);
}

static void put_end(struct session *s, const struct effect *e, bool last)
{
    if (last && e->eol_last)
        put_rule(s, e->eol_last);
    else if (e->eol)
        put_rule(s, e->eol);
    else
        put(s, "\r\n", 2);
}

/* All lines of a reply. */
static void put_lines(struct session *s, const struct effect *e)
{
    const char *text = e->text;
    const char *first = e->first;
    for (bool last = false; !last;) {
        size_t n = strcspn(text, "\n");
        bool end = text[n] == '\0';
        last = end && !e->add;
        if (first)
            put_line(s, e, last, first, strlen(first));
        else
            put_line(s, e, last, text, n);
        first = NULL;
        put_end(s, e, last);
        if (end)
            break;
        text += n + 1;
    }
    if (e->add) {
        put_line(s, e, true, e->add, strlen(e->add));
        put_end(s, e, true);
    }
}

/* The effects on the reply's lines. True when the op was one of these. */
static bool apply_line_op(struct effect *e, const struct server_rule *r)
{
    switch ((enum server_op)r->op) {
    case OP_CODE:
        e->code = (unsigned)r->value;
        return true;
    case OP_CODE_LAST:
        e->code_last = (unsigned)r->value;
        return true;
    case OP_ENHANCED:
        e->enhanced = r->text;
        return true;
    case OP_ENHANCED_LAST:
        e->enhanced_last = r->text;
        return true;
    case OP_TEXT:
        e->text = r->text;
        return true;
    case OP_FIRST:
        e->first = r->text;
        return true;
    case OP_ADD:
        e->add = r->text;
        return true;
    case OP_SEPARATOR:
        e->separator = r->text;
        return true;
    case OP_SEPARATOR_LAST:
        e->separator_last = r->text;
        return true;
    case OP_EOL:
        e->eol = r;
        return true;
    case OP_EOL_LAST:
        e->eol_last = r;
        return true;
    default:
        return false;
    }
}

/* The effects on the reply as a whole. True when the op was one of these. */
static bool apply_reply_op(struct effect *e, const struct server_rule *r)
{
    switch ((enum server_op)r->op) {
    case OP_BEFORE:
        e->before = r;
        return true;
    case OP_AFTER:
        e->after = r;
        return true;
    case OP_INSTEAD:
        e->instead = r;
        return true;
    case OP_TWICE:
        e->more = r->value ? r->value : 1;
        return true;
    case OP_DROP:
        e->drop = true;
        return true;
    case OP_HOLD:
        e->hold = true;
        return true;
    case OP_UNSAY:
        e->unsay = true;
        return true;
    case OP_CUT:
        e->is_cut = true;
        e->cut = r->value;
        return true;
    case OP_DELAY:
        e->delay_ms = (uint32_t)r->value;
        return true;
    case OP_AFTER_LATE:
        e->late = r;
        return true;
    default:
        return false;
    }
}

/* The effects on the connection and on the session. */
static void apply_session_op(struct effect *e, const struct server_rule *r)
{
    switch ((enum server_op)r->op) {
    case OP_CLOSE:
        e->close = e->drop = true;
        break;
    case OP_CLOSE_AFTER:
        e->close_after = true;
        break;
    case OP_RESET:
        e->reset = e->drop = true;
        break;
    case OP_OPEN:
        e->open = true;
        break;
    case OP_MUTE:
        e->mute = true;
        break;
    case OP_LOSE:
        e->lose = true;
        break;
    case OP_SET:
        e->set |= r->value;
        break;
    case OP_CLEAR:
        e->clear |= r->value;
        break;
    default:
        break;
    }
}

static void collect(struct session *s, unsigned point, unsigned code,
                    struct effect *e)
{
    size_t at = 0;
    const struct server_rule *r;
    while ((r = session_rule(s, point, code, &at)))
        if (!apply_line_op(e, r) && !apply_reply_op(e, r))
            apply_session_op(e, r);
}

/* The octets of the reply, or of what stands for it. */
static void put_reply(struct session *s, const struct effect *e, bool event)
{
    put_rule(s, e->before);
    if (event || e->drop) {
        put_rule(s, e->after);
        return;
    }
    size_t start = s->used;
    for (uint64_t i = 0; i <= e->more; i++) {
        if (e->instead)
            put_rule(s, e->instead);
        else
            put_lines(s, e);
    }
    /* A cut reply is one of a few octets: it never left the buffer. */
    if (e->is_cut && s->used - start > e->cut && start <= s->used)
        s->used = start + e->cut;
    put_rule(s, e->after);
}

/* What happens once the reply stands in the buffer. */
static void finish(struct session *s, const struct effect *e)
{
    s->facts = (s->facts | e->set) & ~e->clear;
    s->seen |= e->set;
    s->lose = s->lose || e->lose;
    if (e->open)
        s->closing = false;
    if (e->close || e->close_after)
        s->closing = true;
    if (e->mute) {
        s->closing = false;
        s->state = STATE_END;
    }
    if (e->reset)
        s->want = SESSION_RESET;
    if (e->late) {
        s->late = true;
        s->wait_ms = (uint32_t)e->late->value;
        put_rule(s, e->late);
    }
}

static void emit(struct session *s, const struct reply *r)
{
    const char *enhanced = r->enhanced;
    if (!(s->policy->extensions & EXT_ENHANCED))
        enhanced = NULL;
    struct effect e = {.code = r->code, .enhanced = enhanced, .text = r->text};
    bool event = r->code == 0;
    collect(s, r->point, r->code, &e);
    if (r->code >= 400 && r->point != POINT_GREETING)
        s->facts |= FACT_ERROR;
    if (e.unsay)
        s->used = s->ready = 0;
    if (e.delay_ms) {
        session_flush(s);
        s->wait_ms = e.delay_ms;
    }
    put_reply(s, &e, event);
    if (!e.hold && !e.delay_ms)
        s->ready = s->used;
    finish(s, &e);
    bool wait = (MAY_WAIT >> r->point & 1) || s->policy->hold_all;
    if (!wait || s->closing)
        session_flush(s);
}

void session_reply(struct session *s, unsigned point, unsigned code,
                   const char *enhanced, const char *text)
{
    emit(s, &(struct reply){point, code, enhanced, text});
}

bool session_refuse(struct session *s, unsigned point, unsigned code,
                    const char *enhanced, const char *text)
{
    if (session_rule_op(s, OP_PASS, point, code))
        return false;
    session_reply(s, point, code, enhanced, text);
    return true;
}

void session_event(struct session *s, unsigned point)
{
    emit(s, &(struct reply){.point = point, .text = ""});
}

bool session_line_event(struct session *s, struct smtp_span line)
{
    if (!(s->policy->points & AT_LINE))
        return false;
    s->word = line;
    session_event(s, POINT_LINE);
    s->word = (struct smtp_span){NULL, 0};
    return s->closing;
}
