/*
 * session_content: DATA (RFC 5321 4.1.1.4) and BDAT (RFC 3030 2), from the
 * command to the reply that says what became of the message.
 */
#include <string.h>

#include "server/session_int.h"

#define PIECE 4096 /* octets of content handled at a time */

/* ---- octets of content ------------------------------------------------ */

/* A CR without its LF or an LF without its CR is no line end and has no place
 * in a message (RFC 5321 2.3.8, 4.1.1.4). */
static void judge(struct session *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool lf = p[i] == '\n';
        if (s->last_cr != lf)
            s->bare = true;
        s->last_cr = p[i] == '\r';
        s->text_line++;
        if (s->policy->max_text && s->text_line > s->policy->max_text)
            s->over_text = true;
        if (lf)
            s->text_line = 0;
    }
}

/* Shows short lines to the rules. True: one of them ended the session. */
static bool watch(struct session *s, const char *p, size_t n)
{
    if (!(s->policy->points & AT_LINE))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '\n') {
            if (s->head_n < sizeof(s->head))
                s->head[s->head_n++] = p[i];
            continue;
        }
        size_t k = s->head_n;
        s->head_n = 0;
        if (k > 0 && k < sizeof(s->head) && s->head[k - 1] == '\r' &&
            session_line_event(s, smtp_span_of(s->head, k - 1)))
            return true;
    }
    return false;
}

static void take_content(struct session *s, const char *p, size_t n)
{
    judge(s, p, n);
    s->size += n;
    /* What will be refused is not stored any further. */
    if (s->size <= s->policy->max_size)
        session_header_content(s, p, n);
    if (watch(s, p, n))
        session_forget(s);
}

/* ---- the end of a message --------------------------------------------- */

/* What is wrong with the message; NULL: nothing. */
static const struct reply *judge_message(const struct session *s, bool chunked)
{
    static const struct reply TOO_BIG = {POINT_CONTENT, 552, "5.3.4",
                                         "Message too big"};
    static const struct reply TOO_LONG = {POINT_CONTENT, 500, "5.5.6",
                                          "Text line too long"};
    static const struct reply BARE = {POINT_CONTENT, 554, "5.6.0",
                                      "Bare CR or LF in the message"};
    static const struct reply LOST = {POINT_CONTENT, 451, "4.3.0",
                                      "Message could not be stored"};
    static const struct reply LOOP = {POINT_CONTENT, 554, "5.4.6",
                                      "Too many Received fields"};
    static const struct reply ADDRESS = {POINT_CONTENT, 554, "5.6.0",
                                         "Malformed address in the header"};
    if (s->size > s->policy->max_size)
        return &TOO_BIG;
    if (s->over_text)
        return &TOO_LONG;
    /* Octets of a chunk are what they are (RFC 3030 3). */
    if (s->bare && !chunked && !s->policy->lax_content)
        return &BARE;
    if (s->header.received > s->policy->max_received)
        return &LOOP;
    if (s->header.bad)
        return &ADDRESS;
    return s->store_failed ? &LOST : NULL;
}

/* One reply, or in LMTP one for each recipient (RFC 2033 4.2, 4.3). */
static void end_message(struct session *s, bool chunked)
{
    static const struct reply TAKEN = {POINT_CONTENT, 250, "2.0.0",
                                       "Message accepted"};
    static const struct reply LOST = {POINT_CONTENT, 451, "4.3.0",
                                      "Message could not be stored"};
    uint32_t times = s->policy->lmtp ? s->rcpts : 1;
    session_header_end(s);
    const struct reply *r = judge_message(s, chunked);
    if (!r)
        r = session_store_end(s) ? &TAKEN : &LOST;
    session_store_drop(s, DELIVER_REFUSED);
    session_forget(s);
    s->state = STATE_COMMAND;
    s->behind = true;
    if (r == &TAKEN)
        s->facts |= FACT_DONE;
    for (uint32_t i = 0; i < times; i++)
        session_reply(s, r->point, r->code, r->enhanced, r->text);
}

/* The facts as they are where content, or a chunk, ends. */
static void note_end(struct session *s, bool more)
{
    uint64_t mark = s->seen & FACT_MARK;
    s->seen = s->facts | mark;
    if (more)
        s->seen |= FACT_PIPELINED;
    if (s->behind)
        s->seen |= FACT_BEHIND;
}

/* ---- DATA ------------------------------------------------------------- */

static bool refuse_data(struct session *s)
{
    static const struct {
        uint64_t facts;
        bool when_set;
        const char *text;
    } CHECKS[] = {
        {FACT_MAIL,   false, "MAIL first"             },
        {FACT_RCPT,   false, "RCPT first"             },
        {FACT_BINARY, true,  "BINARYMIME needs BDAT"  }, /* RFC 3030 3 */
        {FACT_BDAT,   true,  "BDAT was used"          }, /* RFC 3030 2 */
    };
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        bool set = (s->facts & CHECKS[i].facts) != 0;
        if (set == CHECKS[i].when_set &&
            session_refuse(s, SMTP_VERB_DATA, 503, "5.5.1", CHECKS[i].text))
            return true;
    }
    return false;
}

void session_data(struct session *s, const struct smtp_command *c)
{
    if (refuse_data(s))
        return;
    session_store_begin(s);
    if (s->store_failed) {
        s->store_failed = false;
        session_reply(s, c->id, 451, "4.3.0", "No storage now");
        return;
    }
    s->data = (struct smtp_data){0};
    s->head_n = 0;
    session_eod_begin(s);
    s->state = STATE_DATA;
    session_reply(s, c->id, 354, NULL, "End with <CR><LF>.<CR><LF>");
}

/* What a server without patience does not read to its end. */
static bool impatient(const struct session *s)
{
    if (s->policy->eod_size && s->declared)
        return s->size >= s->declared;
    return s->policy->eod_early &&
           (s->over_text || s->size > s->policy->max_size);
}

/* A fault: a dot in front of another octet than a dot stays. */
static size_t one_line(struct session *s, const char *p, size_t n)
{
    const char *lf = memchr(p, '\n', n);
    if (n > 1 && p[0] == '.' && p[1] != '.' && p[1] != '\r' &&
        s->data.state == SMTP_DATA_LINE_START)
        s->data.state = SMTP_DATA_TEXT;
    return lf ? (size_t)(lf - p) + 1 : n;
}

size_t session_feed_data(struct session *s, const char *p, size_t n)
{
    char out[SMTP_DATA_UNSTUFFED(PIECE)];
    size_t written;
    bool met = false;
    size_t k = n < PIECE ? n : PIECE;
    if (s->policy->deliver & DELIVER_PAIRS)
        k = one_line(s, p, k);
    /* A fault: the dot is looked for inside what is read at once only. */
    if (s->policy->deliver & DELIVER_SEGMENT && s->kept.start &&
        s->data.state == SMTP_DATA_LINE_START)
        s->data.state = SMTP_DATA_TEXT;
    k = session_eod(s, p, k, &met);
    size_t used = smtp_data_unstuff(&s->data, p, k, out, &written);
    met = met && used == k;
    take_content(s, out, written);
    if (s->policy->size_raw)
        s->size += used - written;
    if (s->closing)
        return n;
    if (s->data.state == SMTP_DATA_DONE && s->policy->eod_whole && used < 5)
        s->data = (struct smtp_data){0};
    if (s->policy->eod_size && s->size < s->declared)
        s->data = (struct smtp_data){0};
    if (s->data.state == SMTP_DATA_DONE || met || impatient(s)) {
        note_end(s, used < n);
        end_message(s, false);
    }
    return used;
}

/* ---- BDAT ------------------------------------------------------------- */

void session_drop_chunk(struct session *s, uint64_t size,
                        const struct reply *r)
{
    s->after = *r;
    s->chunk = size;
    s->chunk_bad = true;
    s->state = STATE_CHUNK;
}

/* Why no chunk can be taken; NULL: it can. */
static const char *bdat_obstacle(const struct session *s, size_t i)
{
    switch (i) {
    case 0:
        return s->facts & FACT_MAIL ? NULL : "MAIL first";
    case 1:
        return s->facts & FACT_RCPT ? NULL : "RCPT first";
    default:
        return s->facts & FACT_BROKEN ? "RSET first" : NULL;
    }
}

static bool refuse_bdat(struct session *s, const struct smtp_command *c)
{
    for (size_t i = 0; i < 3; i++) {
        const char *why = bdat_obstacle(s, i);
        if (!why || session_rule_op(s, OP_PASS, c->id, 503))
            continue;
        struct reply r = {SMTP_VERB_BDAT, 503, "5.5.1", why};
        /* RFC 2033 4.3: one reply for each recipient, and there is none. */
        if (i == 1 && s->policy->lmtp && c->last)
            r.code = 0;
        if (c->size > 0 && !s->policy->keep_chunk)
            session_drop_chunk(s, c->size, &r);
        else if (r.code)
            session_reply(s, r.point, r.code, r.enhanced, r.text);
        return true;
    }
    return false;
}

static void end_chunk(struct session *s)
{
    s->state = STATE_COMMAND;
    s->behind = true;
    if (s->chunk_last) {
        end_message(s, true);
    } else if (s->size > s->policy->max_size) {
        s->facts |= FACT_BROKEN;
        session_reply(s, POINT_CHUNK, 552, "5.3.4", "Message too big");
    } else if (s->store_failed) {
        s->facts |= FACT_BROKEN;
        session_reply(s, POINT_CHUNK, 451, "4.3.0", "No storage now");
    } else {
        session_reply(s, POINT_CHUNK, 250, "2.0.0", "Chunk received");
    }
}

void session_bdat(struct session *s, const struct smtp_command *c)
{
    /* Where the next command begins nobody knows then. */
    if (c->size == UINT64_MAX) {
        session_reply(s, c->id, 501, "5.5.4", "Chunk size out of range");
        return;
    }
    if (refuse_bdat(s, c))
        return;
    if (!(s->facts & FACT_BDAT)) {
        session_store_begin(s);
        s->head_n = 0;
    }
    s->facts |= FACT_BDAT;
    s->seen |= FACT_BDAT;
    s->chunk = c->size;
    s->chunk_last = c->last;
    s->chunk_bad = false;
    s->state = STATE_CHUNK;
    if (s->chunk == 0)
        end_chunk(s);
}

size_t session_feed_chunk(struct session *s, const char *p, size_t n)
{
    size_t k = n < s->chunk ? n : (size_t)s->chunk;
    s->chunk -= k;
    if (!s->chunk_bad)
        take_content(s, p, k);
    if (s->closing)
        return n;
    if (s->chunk > 0)
        return k;
    if (s->chunk_bad) {
        s->state = STATE_COMMAND;
        s->behind = true;
        if (s->after.code)
            session_reply(s, s->after.point, s->after.code,
                          s->after.enhanced, s->after.text);
    } else {
        note_end(s, k < n);
        end_chunk(s);
    }
    return k;
}
