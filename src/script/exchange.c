/*
 * exchange: which reply answers what.
 */
#include "script/exchange.h"

#include <stdlib.h>

/* A longer line may be cut in two by a server (RFC 4954 4.: 12288). */
#define LINE_MAX_CLEAN 12288

static char *octets_of(struct script_exchange *x)
{
    return x->octets ? x->octets : x->octets_inline;
}

static struct script_sent *sent_of(struct script_exchange *x)
{
    return x->sent ? x->sent : x->sent_inline;
}

static void clear(struct script_exchange *x)
{
    x->parsed = x->n_octets = 0;
    x->head = x->n = 0;
    x->scan = (struct smtp_command_scan){0};
    x->waits = x->multi = false;
}

void script_exchange_odd(struct script_exchange *x)
{
    x->odd = x->lost = true;
    clear(x);
}

void script_exchange_free(struct script_exchange *x)
{
    free(x->octets);
    free(x->sent);
    free(x->content);
    x->content = NULL;
    x->octets = NULL;
    x->sent = NULL;
}

/* Room for `more` behind n elements; false: none, or over max. */
static bool grow(void **p, const void *room, size_t item, size_t n,
                 size_t *cap, size_t more, size_t max)
{
    size_t want = *cap;

    if (n + more <= want)
        return true;
    if (n + more > max)
        return false;
    while (want < n + more)
        want *= 2;
    void *q = reallocarray(*p, want, item);
    if (!q)
        return false;
    if (!*p)
        memcpy(q, room, n * item);
    *p = q;
    *cap = want;
    return true;
}

static bool keep_octets(struct script_exchange *x, struct smtp_span s)
{
    void *p = x->octets;

    if (!x->cap_octets)
        x->cap_octets = SCRIPT_OCTETS_INLINE;
    if (!grow(&p, x->octets_inline, 1, x->n_octets, &x->cap_octets, s.n,
              SCRIPT_PENDING_MAX))
        return false;
    x->octets = p;
    memcpy(octets_of(x) + x->n_octets, s.p, s.n);
    x->n_octets += s.n;
    return true;
}

/* A thing that will be answered; its line is the `len` octets at parsed. */
static void push(struct script_exchange *x, enum script_stage stage,
                 enum smtp_verb verb, size_t len, bool pipelined)
{
    void *p = x->sent;

    if (!x->cap)
        x->cap = SCRIPT_SENT_INLINE;
    if (!grow(&p, x->sent_inline, sizeof(*x->sent), x->n, &x->cap, 1,
              SCRIPT_SENT_MAX)) {
        script_exchange_odd(x);
        return;
    }
    x->sent = p;
    sent_of(x)[x->n++] = (struct script_sent){
        (uint32_t)x->parsed, (uint32_t)len, (uint8_t)stage, (uint8_t)verb,
        pipelined};
}

/* Bare CR, bare LF or NUL in content: servers differ about where it ends. */
static bool content_is_clean(struct script_exchange *x, struct smtp_span s)
{
    char last = x->last;

    if (memchr(s.p, '\0', s.n))
        return false;
    x->last = s.p[s.n - 1];
    if (last == '\r' && s.p[0] != '\n')
        return false;
    for (size_t at = 0; at < s.n;) {
        const char *lf = memchr(s.p + at, '\n', s.n - at);
        size_t to = lf ? (size_t)(lf - s.p) : s.n;
        const char *cr = memchr(s.p + at, '\r', to - at);
        if (cr && (size_t)(cr - s.p) + 1 != to)
            return false;
        if (lf && !(to ? s.p[to - 1] == '\r' : last == '\r'))
            return false;
        at = to + 1;
    }
    return true;
}

/* A message begins. */
static void keep_begin(struct script_exchange *x)
{
    x->n_content = 0;
    x->ended = x->lost = false;
}

/* Content, as it is to arrive. */
static void keep(struct script_exchange *x, struct smtp_span s, bool stuffed)
{
    struct smtp_data data = x->data;
    size_t want = x->n_content + SMTP_DATA_UNSTUFFED(s.n), n = s.n;

    if (!x->keeps || x->lost)
        return;
    if (want > x->cap_content) {
        size_t cap = 2 * want;
        char *p = want <= SCRIPT_CONTENT_MAX ? realloc(x->content, cap) : NULL;
        x->lost = !p;
        if (!p)
            return;
        x->content = p;
        x->cap_content = cap;
    }
    if (stuffed)
        smtp_data_unstuff(&data, s.p, s.n, x->content + x->n_content, &n);
    else
        memcpy(x->content + x->n_content, s.p, s.n);
    x->n_content += n;
}

bool script_exchange_content(const struct script_exchange *x,
                             struct smtp_span *out)
{
    *out = smtp_span_of(x->content, x->n_content);
    return x->content && x->ended && !x->lost;
}

/* Takes content; returns the octets used. */
static size_t take_content(struct script_exchange *x, struct smtp_span s)
{
    keep(x, s, true);
    size_t used = smtp_data_scan(&x->data, s.p, s.n);

    if (!content_is_clean(x, smtp_span_of(s.p, used))) {
        script_exchange_odd(x);
        return used;
    }
    if (x->data.state == SMTP_DATA_DONE) {
        x->mode = SCRIPT_IN_COMMANDS;
        x->ended = true;
        push(x, SCRIPT_END_OF_DATA, SMTP_VERB_DATA, 0, false);
    }
    return used;
}

static size_t take_chunk(struct script_exchange *x, struct smtp_span s)
{
    size_t n = s.n < x->chunk ? s.n : (size_t)x->chunk;

    keep(x, smtp_span_of(s.p, n), false);
    x->chunk -= n;
    if (x->chunk == 0) {
        x->mode = SCRIPT_IN_COMMANDS;
        x->ended = x->last_chunk;
    }
    return n;
}

static bool is_clean(const struct smtp_command *c)
{
    return !smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_BARE_LF) &&
           !smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_BARE_CR) &&
           !smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_NUL) &&
           !smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_CONTROL) &&
           !smtp_flaws_has(&c->flaws, SMTP_FLAW_COMMAND_8BIT) &&
           c->raw.n <= LINE_MAX_CLEAN && c->size != UINT64_MAX;
}

/* Takes one line; 0: there is none yet. */
static size_t take_line(struct script_exchange *x, struct smtp_span s,
                        bool grouped)
{
    struct smtp_command c;
    ssize_t n = smtp_command_parse(&x->scan, SMTP_COMMAND_STRICT_END |
                                   SMTP_COMMAND_UTF8, s.p, s.n, &c);
    bool pipelined = grouped || x->head != x->n;

    if (n == 0)
        return 0;
    if (n < 0 || !is_clean(&c)) {
        script_exchange_odd(x);
        return 0;
    }
    if (x->mode == SCRIPT_IN_AUTH) {
        push(x, SCRIPT_AUTH_STEP, SMTP_VERB_AUTH, (size_t)n, pipelined);
        x->waits = true;
        return (size_t)n;
    }
    bool last = c.id == SMTP_VERB_BDAT && c.last;
    push(x, last ? SCRIPT_END_OF_DATA : SCRIPT_COMMAND, c.id, (size_t)n,
         pipelined);
    x->waits = c.id == SMTP_VERB_DATA || c.id == SMTP_VERB_AUTH ||
               c.id == SMTP_VERB_STARTTLS;
    if (c.id == SMTP_VERB_BDAT && !x->chunking)
        keep_begin(x);
    if (c.id == SMTP_VERB_BDAT) {
        x->last_chunk = last;
        x->chunking = !last;
        x->ended = last && c.size == 0;
    }
    if (c.id == SMTP_VERB_BDAT && c.size) {
        x->mode = SCRIPT_IN_CHUNK;
        x->chunk = c.size;
    }
    return (size_t)n;
}

static size_t take(struct script_exchange *x, struct smtp_span s, bool grouped)
{
    switch (x->mode) {
    case SCRIPT_IN_DATA:
        return take_content(x, s);
    case SCRIPT_IN_CHUNK:
        return take_chunk(x, s);
    case SCRIPT_IN_AUTH:
    case SCRIPT_IN_COMMANDS:
        return take_line(x, s, grouped);
    }
    return 0;
}

/* Reads what was sent, as far as it is known how. */
static void advance(struct script_exchange *x, bool grouped)
{
    while (!x->odd && !x->waits && x->parsed < x->n_octets) {
        struct smtp_span s = {octets_of(x) + x->parsed,
                              x->n_octets - x->parsed};
        size_t n = take(x, s, grouped);
        if (n == 0)
            break;
        if (!x->odd)
            x->parsed += n;
    }
}

void script_exchange_open(struct script_exchange *x)
{
    memset(x, 0, offsetof(struct script_exchange, octets_inline));
    push(x, SCRIPT_GREETING, SMTP_VERB_UNKNOWN, 0, false);
}

void script_exchange_tls(struct script_exchange *x)
{
    clear(x);
    x->odd = false;
    x->mode = SCRIPT_IN_COMMANDS;
}

/* True when s holds more than one line. */
static bool is_group(struct smtp_span s)
{
    const char *lf = memchr(s.p, '\n', s.n);

    return lf && (size_t)(lf - s.p) + 1 < s.n;
}

void script_exchange_sent(struct script_exchange *x, struct smtp_span s)
{
    bool plain = x->n_octets == x->parsed && !x->waits;

    if (s.n == 0)
        return;
    /* Content of any size goes by without being kept. */
    while (!x->odd && plain && s.n &&
           (x->mode == SCRIPT_IN_DATA || x->mode == SCRIPT_IN_CHUNK))
        s = smtp_span_from(s, take(x, s, false));
    if (x->odd || s.n == 0)
        return;
    if (x->head == x->n && plain)
        x->parsed = x->n_octets = x->head = x->n = 0;
    if (!keep_octets(x, s)) {
        script_exchange_odd(x);
        return;
    }
    advance(x, is_group(s));
}

bool script_exchange_quiet(const struct script_exchange *x)
{
    return !x->odd && x->head == x->n && x->parsed == x->n_octets &&
           x->mode == SCRIPT_IN_COMMANDS;
}

/* What a reply changes: how what follows is to be read. */
static void learn(struct script_exchange *x, const struct script_sent *e,
                  const struct smtp_reply *r)
{
    bool good = smtp_reply_class(r) == 2;

    if (e->verb == SMTP_VERB_RCPT && good)
        x->rcpts++;
    if ((e->verb == SMTP_VERB_MAIL || e->verb == SMTP_VERB_RSET) && good) {
        x->rcpts = 0;
        x->chunking = false;
    }
    if (e->verb == SMTP_VERB_LHLO && good)
        x->lmtp = true;
    if ((e->verb == SMTP_VERB_EHLO || e->verb == SMTP_VERB_HELO) && good)
        x->lmtp = false;
    if (!x->waits || x->head != x->n)
        return;
    if (e->verb == SMTP_VERB_STARTTLS && r->code == 220)
        return; /* the handshake ends the wait */
    x->waits = false;
    if (e->verb == SMTP_VERB_DATA && r->code == 354) {
        x->mode = SCRIPT_IN_DATA;
        x->data = (struct smtp_data){0};
        x->last = '\n';
        keep_begin(x);
    } else if (e->verb == SMTP_VERB_AUTH) {
        x->mode = r->code == 334 ? SCRIPT_IN_AUTH : SCRIPT_IN_COMMANDS;
    }
}

/* LMTP answers content once per recipient; false: more are to come. */
static bool last_of_row(struct script_exchange *x, const struct script_sent *e)
{
    if (e->stage != SCRIPT_END_OF_DATA || !x->lmtp)
        return true;
    if (!x->multi) {
        x->multi = true;
        x->left = x->rcpts ? x->rcpts : 1;
    }
    if (--x->left)
        return false;
    x->multi = false;
    x->rcpts = 0;
    return true;
}

/* True when nothing is outstanding, but a server that takes a bare CR or LF
 * for a line end has something to answer: part of a line, content up to a
 * CR, what stands behind STARTTLS. */
static bool half_sent(const struct script_exchange *x)
{
    return x->head == x->n &&
           (x->parsed < x->n_octets ||
            (x->mode == SCRIPT_IN_DATA && x->last == '\r'));
}

void script_exchange_reply(struct script_exchange *x, struct script_reply *r)
{
    if (!x->odd && half_sent(x))
        script_exchange_odd(x);
    r->verb = SMTP_VERB_UNKNOWN;
    r->line = smtp_span_of(NULL, 0);
    r->pipelined = false;
    r->stage = x->odd ? SCRIPT_ODD : SCRIPT_UNSOLICITED;
    /* What follows is no command, but where it ends is not known. */
    if (x->odd && smtp_reply_class(r->reply) == 3)
        x->mode = SCRIPT_IN_DATA;
    if (x->odd || x->head == x->n)
        return;
    struct script_sent e = sent_of(x)[x->head];
    r->stage = (enum script_stage)e.stage;
    r->verb = (enum smtp_verb)e.verb;
    r->line = smtp_span_of(octets_of(x) + e.off, e.len);
    r->pipelined = e.pipelined;
    if (!last_of_row(x, &e))
        return;
    x->head++;
    learn(x, &e, r->reply);
    advance(x, true);
}
