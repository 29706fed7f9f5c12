/*
 * session: one connection of a run, seen as replies.
 */
#include "script/session.h"

#include <poll.h>

#include "smtp/ehlo.h"

#define LINGER NET_S /* for the rest of a reply that broke a silence */
#define RECENT (200 * NET_S / 1000000) /* a read that needs no other so soon */
#define REST   (200 * NET_MS) /* for that of a reply that nobody asked for */

static bool over_limit(const struct script_session *s)
{
    return s->octets + net_conn_pending(s->net).n > SCRIPT_SESSION_MAX;
}

void script_session_open(struct script_session *s, struct net_conn *net)
{
    memset(s, 0, offsetof(struct script_session, exchange));
    s->net = net;
    script_exchange_open(&s->exchange);
}

/* The event of a read that brought nothing. */
static void no_octets(struct script_session *s, enum net_status how,
                      struct script_event *ev)
{
    static const enum script_came came[] = {
        [NET_EOF] = SCRIPT_CAME_END,
        [NET_RESET] = SCRIPT_CAME_END,
        [NET_TIMEOUT] = SCRIPT_CAME_TIMEOUT,
        [NET_STOPPED] = SCRIPT_CAME_STOPPED,
        [NET_FULL] = SCRIPT_CAME_LIMIT,
        [NET_TLS] = SCRIPT_CAME_END,
    };

    ev->how = how;
    ev->octets = net_conn_pending(s->net);
    ev->came = (size_t)how < sizeof(came) / sizeof(*came) && came[how]
                   ? came[how]
                   : SCRIPT_CAME_TROUBLE;
}

static void until(struct script_session *s, uint64_t deadline,
                  struct script_event *ev)
{
    uint64_t begun = net_now();

    for (;;) {
        struct smtp_span p = net_conn_pending(s->net);
        ssize_t n = p.n ? smtp_reply_parse(&s->scan, p.p, p.n, &ev->reply)
                        : 0;
        if (n > 0) {
            ev->came = SCRIPT_CAME_REPLY;
            s->heard = net_now();
            ev->waited = s->heard - begun;
            return;
        }
        enum net_status how =
            n < 0 || over_limit(s) ? NET_FULL
                                   : net_conn_read(s->net, deadline);
        if (how != NET_OK) {
            s->scan = (struct smtp_reply_scan){0};
            no_octets(s, how, ev);
            return;
        }
    }
}

void script_session_wait(struct script_session *s, uint64_t timeout,
                         struct script_event *ev)
{
    *ev = (struct script_event){.waited = timeout};
    until(s, net_deadline(timeout), ev);
}

void script_session_hush(struct script_session *s, uint64_t timeout,
                         struct script_event *ev)
{
    enum net_status how = NET_OK;

    *ev = (struct script_event){.waited = timeout};
    if (net_conn_pending(s->net).n == 0)
        how = net_conn_read(s->net, net_deadline(timeout));
    if (how == NET_TIMEOUT) {
        ev->came = SCRIPT_CAME_SILENCE;
        return;
    }
    if (how != NET_OK) {
        no_octets(s, how, ev);
        return;
    }
    until(s, net_deadline(LINGER), ev);
    /* It spoke, so it was not silent, however the rest went. */
    if (ev->came == SCRIPT_CAME_TIMEOUT || ev->came == SCRIPT_CAME_END)
        ev->came = SCRIPT_CAME_OCTETS;
}

void script_session_octets(struct script_session *s, struct smtp_span want,
                           uint64_t timeout, struct script_event *ev)
{
    uint64_t deadline = net_deadline(timeout);

    *ev = (struct script_event){.waited = timeout};
    for (;;) {
        struct smtp_span p = net_conn_pending(s->net);
        size_t n = p.n < want.n ? p.n : want.n;
        if (n == want.n || (n && memcmp(p.p, want.p, n) != 0)) {
            ev->came = SCRIPT_CAME_OCTETS;
            ev->octets = p;
            return;
        }
        enum net_status how = net_conn_read(s->net, deadline);
        if (how != NET_OK) {
            no_octets(s, how, ev);
            return;
        }
    }
}

void script_session_drop(struct script_session *s, size_t n)
{
    net_conn_consume(s->net, n);
    s->octets += n;
    s->scan = (struct smtp_reply_scan){0};
}

/* Keeps what an EHLO reply says that matters later. */
static void learn_ehlo(struct script_session *s, const struct smtp_reply *r)
{
    struct smtp_ehlo_line line;

    s->enhanced = smtp_ehlo_find(r, SMTP_SPAN("ENHANCEDSTATUSCODES"), NULL);
    s->n_mechs = 0;
    if (smtp_ehlo_find(r, SMTP_SPAN("AUTH"), &line)) {
        s->n_mechs = line.params.n < sizeof(s->mechs) ? line.params.n
                                                      : sizeof(s->mechs);
        memcpy(s->mechs, line.params.p, s->n_mechs);
    }
}

static void learn(struct script_session *s, const struct script_reply *r)
{
    uint16_t code = r->reply->code;

    if (code)
        s->last_code = code;
    if (r->verb == SMTP_VERB_AUTH && code == 235)
        s->authenticated = true;
    if (code != 250 || r->stage != SCRIPT_COMMAND)
        return;
    if (r->verb == SMTP_VERB_EHLO || r->verb == SMTP_VERB_LHLO)
        learn_ehlo(s, r->reply);
    if (r->verb == SMTP_VERB_HELO)
        s->enhanced = false;
}

void script_session_report(struct script_session *s, unsigned conn,
                           const struct script_env *env,
                           const struct script_event *ev)
{
    struct script_reply out = {
        .reply = &ev->reply,
        .conn = conn,
        .tls = net_conn_in_tls(s->net),
        .authenticated = s->authenticated,
        .enhanced = s->enhanced,
        .proof = s->proof,
        .waited = ev->waited,
    };

    s->proof = SCRIPT_PROOF_NONE;
    script_exchange_reply(&s->exchange, &out);
    if (env->on_reply)
        env->on_reply(env->ctx, &out);
    learn(s, &out);
}

static bool whole_reply(const struct script_session *s)
{
    struct smtp_span p = net_conn_pending(s->net);
    struct smtp_reply_scan scan = {0};
    struct smtp_reply reply;

    return p.n && smtp_reply_parse(&scan, p.p, p.n, &reply) != 0;
}

/* That nothing came is no news for the transcript: it is read what is there.
 * A reply may come in pieces. */
void script_session_late(struct script_session *s, uint64_t time)
{
    struct pollfd p = {.fd = net_conn_fd(s->net), .events = POLLIN};
    uint64_t end = net_deadline(time);

    if (!script_exchange_quiet(&s->exchange))
        return;
    for (;;) {
        uint64_t now = net_now();
        if (whole_reply(s) || now >= end ||
            poll(&p, 1, (int)((end - now) / NET_MS) + 1) <= 0 ||
            net_conn_read(s->net, 0) != NET_OK)
            return;
    }
}

/* Reads what is there, without a wait. A reply that has just been read came
 * with all that was there: to ask again at once is a system call in vain. */
static void read_now(struct script_session *s, bool last)
{
    struct pollfd p = {.fd = net_conn_fd(s->net), .events = POLLIN};

    if (!last && net_now() - s->heard < RECENT)
        return;
    if (poll(&p, 1, 0) > 0 && p.revents & POLLIN)
        (void)net_conn_read(s->net, 0);
    if (last && net_conn_pending(s->net).n)
        script_session_late(s, REST);
}

void script_session_unsolicited(struct script_session *s, unsigned conn,
                                const struct script_env *env, bool last)
{
    if (!script_exchange_quiet(&s->exchange))
        return;
    read_now(s, last);
    for (;;) {
        struct smtp_span p = net_conn_pending(s->net);
        struct script_event ev = {0};
        ssize_t n = p.n ? smtp_reply_parse(&s->scan, p.p, p.n, &ev.reply) : 0;
        /* A 421 may come at any time (RFC 5321 3.8). It stays, for the
         * next server line to say why the session ended. */
        if (n <= 0 || ev.reply.code == 421) {
            s->scan = (struct smtp_reply_scan){0};
            return;
        }
        script_session_report(s, conn, env, &ev);
        script_session_drop(s, (size_t)n);
    }
}

enum net_status script_session_end(struct script_session *s, uint64_t timeout)
{
    uint64_t deadline = net_deadline(timeout);
    enum net_status how;

    do {
        script_session_drop(s, net_conn_pending(s->net).n);
        how = over_limit(s) ? NET_FULL : net_conn_read(s->net, deadline);
    } while (how == NET_OK);
    return how;
}

void script_session_tls(struct script_session *s)
{
    script_exchange_tls(&s->exchange);
    s->enhanced = false;
    s->n_mechs = 0;
}

void script_session_close(struct script_session *s)
{
    if (!s->net)
        return;
    net_conn_close(s->net);
    script_exchange_free(&s->exchange);
    s->net = NULL;
}
