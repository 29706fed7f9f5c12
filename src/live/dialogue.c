/*
 * dialogue: see dialogue.h.
 */
#include "live/dialogue.h"

#include <stdio.h>
#include <string.h>

#include "smtp/reply.h"

/* How long the reply to what may be no line, or a part of one, is waited
 * for: where a server sees none there, none will come. */
#define ODD_PATIENCE (NET_S / 4)
/* Behind so many refusals servers take their time on purpose: Postfix sleeps
 * a second before each line of a reply, and EHLO's has a dozen. */
#define ERRORS_SLOW 8u
#define SLOWNESS    3u

struct dialogue {
    struct net_conn *conn;
    const struct live_input *in;
    const struct live_dialogue_options *o;
    struct live_outcome *out;
    struct live_model model;
    struct smtp_reply_scan scan;
    size_t at, sent;     /* of the stream: units taken, octets written */
    size_t octets;       /* of replies */
    bool odd;            /* how many lines were sent is not certain */
    bool raw;            /* replies are not waited for any more: it is no
                            SMTP (220 to STARTTLS, and no handshake), or
                            what is a line to the server is not known */
    bool odd_content;    /* the same, of content */
    bool half_tls;       /* raw: the server waits for a handshake */
    bool injected;       /* octets went in clear behind STARTTLS */
    unsigned last_code;
    unsigned errors;     /* replies 4yz and 5yz */
};

void live_outcome_fire(struct live_outcome *out, enum live_oracle oracle,
                       unsigned state, unsigned step, unsigned code,
                       const char *detail)
{
    struct live_alarm *a = &out->alarms[oracle];

    if (out->fired & 1u << oracle)
        return;
    out->fired |= 1u << oracle;
    *a = (struct live_alarm){state, step, code, ""};
    snprintf(a->detail, sizeof a->detail, "%s", detail);
}

static void fire(struct dialogue *d, enum live_oracle oracle, unsigned step,
                 const char *detail)
{
    live_outcome_fire(d->out, oracle, live_model_state(&d->model), step,
                      d->last_code, detail);
}

/* ---- replies ----------------------------------------------------------- */

/* What contradicts a MUST or the grammar in a reply. */
static void judge_reply(struct dialogue *d, const struct smtp_reply *r,
                        unsigned step)
{
    const struct smtp_flaw_info *info;

    if (!smtp_flaws_any(&r->flaws))
        return;
    for (int f = 0; f < SMTP_FLAW_COUNT; f++) {
        info = smtp_flaw_info((enum smtp_flaw)f);
        if (smtp_flaws_has(&r->flaws, (enum smtp_flaw)f) &&
            info->level < SMTP_LEVEL_SHOULD)
            fire(d, LIVE_ORACLE_GRAMMAR, step, info->id);
    }
}

static enum net_status read_reply(struct dialogue *d, unsigned step,
                                  uint64_t deadline)
{
    struct smtp_reply r;
    enum net_status s;
    ssize_t n;

    for (;;) {
        struct smtp_span p = net_conn_pending(d->conn);

        n = p.n ? smtp_reply_parse(&d->scan, p.p, p.n, &r) : 0;
        if (n > 0)
            break;
        if (n < 0 || d->octets > LIVE_OCTETS_MAX)
            return NET_FULL;
        s = net_conn_read(d->conn, deadline);
        if (s != NET_OK)
            return s;
    }
    d->octets += (size_t)n;
    d->last_code = r.code;
    d->out->replies++;
    d->errors += r.code >= 400;
    judge_reply(d, &r, step);
    if (d->o->seen)
        d->o->seen(d->o->ctx, live_model_state(&d->model), step, r.code);
    net_conn_consume(d->conn, (size_t)n);
    return d->out->replies < LIVE_REPLIES_MAX ? NET_OK : NET_FULL;
}

/* A session that ended where a reply was due. */
static void judge_end(struct dialogue *d, enum net_status s, unsigned step)
{
    d->out->end = s;
    if (s == NET_TIMEOUT)
        fire(d, LIVE_ORACLE_HANG, step, "");
    else if (s == NET_FULL)
        fire(d, LIVE_ORACLE_FLOOD, step, "");
    /* A reset takes what was not read with it, such as a 221. */
    else if ((s == NET_EOF || (s == NET_RESET && !d->odd)) &&
             !d->model.closing && d->last_code < 400)
        fire(d, LIVE_ORACLE_LOST, step, "");
}

/* Until it is a hang. */
static uint64_t patience(const struct dialogue *d, unsigned step)
{
    uint64_t t = d->o->patience ? d->o->patience(d->o->ctx,
                                                 live_model_state(&d->model),
                                                 step)
                                : d->o->timeout;

    return t * (d->errors < ERRORS_SLOW ? 1 : SLOWNESS);
}

static uint64_t odd_patience(const struct dialogue *d)
{
    return d->o->timeout < ODD_PATIENCE ? d->o->timeout : ODD_PATIENCE;
}

/* The reply to a unit, against what is known of the server's state. */
static void judge_answer(struct dialogue *d, const struct live_unit *u,
                         unsigned step)
{
    unsigned wrong;

    /* To whom BDAT is no command, its chunk is commands; and CHUNKING is
     * offered in the reply to EHLO. */
    if (u->verb == SMTP_VERB_BDAT &&
        (d->last_code == 500 || d->last_code == 502 ||
         (d->last_code / 100 == 5 && !d->model.extended)))
        d->odd = true;
    /* Some part of what was sent was STARTTLS: see turn_to_tls(). */
    if (d->odd && d->last_code == 220 && u->verb != SMTP_VERB_STARTTLS)
        d->raw = d->half_tls = true;
    wrong = live_model_reply(&d->model, u, d->last_code);
    /* Behind such content a reply may be that to a part of it. */
    for (int i = 0; wrong && !d->odd && !d->odd_content && i < LIVE_ORACLES;
         i++)
        if (wrong & 1u << i)
            fire(d, (enum live_oracle)i, step, "");
}

static bool await(struct dialogue *d, const struct live_unit *u)
{
    unsigned step = live_step_of(u);
    bool prdr = false;
    enum net_status s;

    for (unsigned due = live_model_due(&d->model, u); due; due--) {
        s = read_reply(d, step, net_deadline(d->odd ? odd_patience(d)
                                                    : patience(d, step)));
        /* Whether it hangs shows at the end of the session. Behind odd
         * content it may be content that the server waits for. */
        if (s == NET_TIMEOUT && (d->odd || d->odd_content)) {
            d->odd = d->raw = true;
            return true;
        }
        if (s != NET_OK) {
            judge_end(d, s, step);
            return false;
        }
        if (d->out->units <= LIVE_CUTS && d->out->got[d->out->units - 1] < 255)
            d->out->got[d->out->units - 1]++;
        /* PRDR (draft-hall-prdr): one for each recipient, and a last one;
         * none for a recipient that was accepted and dropped. */
        if (d->last_code == 353 &&
            (u->kind == LIVE_CONTENT || u->verb == SMTP_VERB_BDAT)) {
            due += d->model.rcpts + 1;
            d->odd = prdr = true;
        }
        if (!prdr || due == 1)
            judge_answer(d, u, step);
    }
    return true;
}

/* ---- writing ----------------------------------------------------------- */

static enum net_status write_piece(struct dialogue *d, size_t n)
{
    const char *p = d->in->stream.p + d->sent;
    enum net_status s =
        net_conn_write(d->conn, p, n, net_deadline(d->o->timeout));

    d->sent += net_conn_written(d->conn);
    return s;
}

/* Writes the stream up to `to`, in the pieces that the input asks for. */
static enum net_status write_to(struct dialogue *d, size_t to)
{
    enum net_status s = NET_OK;
    size_t n, left = to > d->sent ? to - d->sent : 0;
    /* A write an octet of 64 KiB would be minutes of system calls. */
    size_t piece = d->in->piece && left / d->in->piece < 256 ? d->in->piece
                                                             : left;

    if (d->in->pacing == LIVE_SPLIT && left > 1)
        piece = left / 2;
    while (s == NET_OK && d->sent < to) {
        n = to - d->sent < piece ? to - d->sent : piece;
        s = write_piece(d, n);
    }
    return s;
}

/* Where the write that begins with unit u ends: u and what is sent with it. */
static size_t group_end(const struct dialogue *d, const struct live_unit *u)
{
    struct smtp_span s = d->in->stream;
    struct live_unit next = *u;
    size_t end = d->at + u->octets.n;

    if (d->in->pacing == LIVE_WHOLE)
        return s.n;
    for (unsigned i = d->out->units; d->in->pacing == LIVE_GROUPED &&
                                     d->in->groups >> (i & 7) & 1 &&
                                     !live_unit_turns(&next);
         i++) {
        if (!live_unit_next(smtp_span_from(s, end), LIVE_READY, &next))
            break;
        end += next.octets.n;
    }
    return end;
}

/* ---- TLS --------------------------------------------------------------- */

/* Behind 220 to STARTTLS. What already went in clear must not be answered
 * inside TLS (RFC 3207 4.2): it is skipped, and any reply to it is seen. */
static bool turn_to_tls(struct dialogue *d)
{
    if (d->last_code != 220)
        return true;
    if (!d->in->tls || d->model.tls) {
        /* A server waits for a handshake, skips what it has read in clear,
         * and may end the session at anything else: no reply is due. */
        d->odd = d->raw = d->half_tls = true;
        return true;
    }
    d->injected = d->sent > d->at;
    d->out->end =
        net_conn_starttls(d->conn, net_deadline(d->o->timeout));
    if (d->out->end != NET_OK)
        return false;
    net_conn_consume(d->conn, net_conn_pending(d->conn).n);
    d->model = (struct live_model){.lmtp = d->o->lmtp,
                                   .must_auth = d->o->must_auth,
                                   .tls = true};
    d->at = d->sent;
    return true;
}

/* ---- a session --------------------------------------------------------- */

/* Before the process may end. */
static void weigh(struct dialogue *d, unsigned step)
{
    uint64_t octets = d->o->weigh ? d->o->weigh(d->o->ctx) : 0;
    char text[64];

    if (octets == 0)
        return;
    snprintf(text, sizeof text, "%llu MiB more than the smallest session",
             (unsigned long long)(octets >> 20));
    fire(d, LIVE_ORACLE_MEMORY, step, text);
}

static bool play_unit(struct dialogue *d, const struct live_unit *u)
{
    size_t end = group_end(d, u);
    enum net_status s;

    if (u->verb == SMTP_VERB_QUIT)
        weigh(d, d->out->step);
    s = end > d->sent ? write_to(d, end) : NET_OK;
    d->at += u->octets.n;
    d->out->state = live_model_state(&d->model);
    d->out->step = live_step_of(u);
    if (d->out->units < LIVE_CUTS)
        d->out->cuts[d->out->units] = (uint32_t)d->at;
    d->out->units++;
    /* A server may answer what LMTP leaves without a reply. */
    if (u->kind == LIVE_COMMAND && live_model_due(&d->model, u) == 0)
        d->odd = true;
    if (u->odd) {
        if (u->kind == LIVE_CONTENT || d->model.phase == LIVE_IN_DATA)
            d->odd_content = true;
        else
            d->odd = true;
    }
    /* What the server said before it stopped reading is still there; inside
     * TLS its end is seen at once. */
    if (s != NET_OK && s != NET_RESET && s != NET_EOF) {
        judge_end(d, s, live_step_of(u));
        return false;
    }
    if (!await(d, u))
        return false;
    return u->verb != SMTP_VERB_STARTTLS || u->kind != LIVE_COMMAND ||
           turn_to_tls(d);
}

/* What is left, as one unit to which no reply is due. */
static void play_rest(struct dialogue *d)
{
    (void)write_to(d, d->in->stream.n);
    if (d->at == d->in->stream.n || d->out->units >= LIVE_CUTS)
        return;
    d->at = d->in->stream.n;
    d->out->cuts[d->out->units++] = (uint32_t)d->at;
}

static uint64_t drain_deadline(const struct dialogue *d)
{
    return net_deadline(d->half_tls ? odd_patience(d)
                                    : patience(d, LIVE_STEP_NONE));
}

/* Reads what comes behind the last unit, to the end of the session. Each
 * reply has its time: a server may take a pause before each refusal. */
static void drain(struct dialogue *d)
{
    uint64_t deadline;
    enum net_status s;

    if (!d->model.closing) {
        weigh(d, d->out->step);
        (void)net_conn_shutdown(d->conn, net_deadline(d->o->timeout));
    }
    deadline = drain_deadline(d);
    /* To some the end is an empty answer to a challenge. */
    d->odd |= d->model.phase == LIVE_IN_AUTH;
    while ((s = read_reply(d, LIVE_STEP_NONE, deadline)) == NET_OK) {
        if (d->last_code / 100 == 2 || d->last_code / 100 == 3)
            d->out->extra++;
        d->model.closing |= d->last_code == 421 || d->last_code == 221;
        d->half_tls |= d->odd && d->last_code == 220;
        deadline = drain_deadline(d);
    }
    d->out->end = s;
    if (s == NET_FULL)
        fire(d, LIVE_ORACLE_FLOOD, LIVE_STEP_NONE, "");
    /* How long a handshake is waited for is not SMTP's. */
    if (s == NET_TIMEOUT && !d->half_tls)
        fire(d, LIVE_ORACLE_HANG, LIVE_STEP_NONE, "");
    if (d->out->extra == 0 || d->odd)
        return;
    if (d->injected)
        fire(d, LIVE_ORACLE_INJECTED, LIVE_STEP_NONE, "");
    else
        fire(d, d->odd_content ? LIVE_ORACLE_SMUGGLED : LIVE_ORACLE_COUNT,
             LIVE_STEP_NONE, "");
}

void live_dialogue_play(struct net_conn *c, const struct live_input *in,
                        const struct live_dialogue_options *o,
                        struct live_outcome *out)
{
    struct dialogue d = {.conn = c, .in = in, .o = o, .out = out,
                         .model = {.lmtp = o->lmtp,
                                   .must_auth = o->must_auth}};
    struct live_unit u;
    enum net_status s;

    *out = (struct live_outcome){.end = NET_OK};
    s = read_reply(&d, LIVE_STEP_GREETING, net_deadline(o->timeout));
    if (s != NET_OK) {
        judge_end(&d, s, LIVE_STEP_GREETING);
        return;
    }
    d.model.closing = d.last_code != 220;
    while (!d.model.closing && !d.raw &&
           live_unit_next(smtp_span_from(in->stream, d.at), d.model.phase,
                          &u))
        if (!play_unit(&d, &u))
            return;
    if (d.raw)
        play_rest(&d);
    if (!in->abrupt)
        drain(&d);
}
