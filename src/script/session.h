/*
 * session: one connection of a run, seen as replies.
 */
#ifndef SCRIPT_SESSION_H
#define SCRIPT_SESSION_H

#include "script/exchange.h"
#include "script/run.h"

#define SCRIPT_SESSION_MAX ((uint64_t)16 * 1024 * 1024) /* octets of a server */

/* What came. */
enum script_came {
    SCRIPT_CAME_REPLY,   /* a whole reply */
    SCRIPT_CAME_OCTETS,  /* octets that are no whole reply */
    SCRIPT_CAME_END,     /* end of stream, or a reset: how */
    SCRIPT_CAME_TIMEOUT, /* nothing whole in time */
    SCRIPT_CAME_SILENCE, /* nothing at all, as it was asked for */
    SCRIPT_CAME_LIMIT,   /* more than we keep */
    SCRIPT_CAME_DONE,    /* our own stage worked */
    SCRIPT_CAME_FAIL,    /* it did not: how */
    SCRIPT_CAME_STOPPED, /* stop_fd */
    SCRIPT_CAME_TROUBLE, /* the system failed us */
    SCRIPT_CAME_MAIL     /* deliveries were looked at */
};

struct script_event {
    enum script_came came;
    enum net_status how;
    struct smtp_reply reply; /* REPLY */
    struct smtp_span octets; /* pending, if not a reply */
    uint64_t waited;         /* REPLY: nanoseconds it took to come; TIMEOUT:
                                nanoseconds allowed */
    bool late;               /* MAIL: not enough of them came in time */
    /* MAIL */
    const struct script_mail *mails;
    size_t n_mails;
    bool wrong;              /* SAME, TRACE: they are not as they must be */
    const char *text;        /* what came, for people */
};

struct script_session {
    struct net_conn *net; /* NULL: not open, and nothing else is set */
    struct smtp_reply_scan scan;
    uint64_t octets;      /* received and consumed */
    uint64_t heard;       /* net_now() of the last reply's read */
    uint64_t unanswered; /* <auth> has waited so long in vain, or 0 */
    uint16_t last_code;
    bool authenticated, enhanced;
    enum script_proof proof; /* of the next reply */
    size_t n_mechs;
    struct script_exchange exchange;
    char mechs[512];      /* of the AUTH line last seen */
};

/* Begins with a connection that was just opened. */
void script_session_open(struct script_session *s, struct net_conn *net);

/* Waits for the next whole reply. It stays pending until taken. */
void script_session_wait(struct script_session *s, uint64_t timeout,
                         struct script_event *ev);

/* Expects nothing for `timeout`. When something came after all, waits a
 * little for the whole of it. */
void script_session_hush(struct script_session *s, uint64_t timeout,
                         struct script_event *ev);

/* Waits for n octets, or for fewer when they differ from p[0..n): then the
 * event is OCTETS either way. */
void script_session_octets(struct script_session *s, struct smtp_span want,
                           uint64_t timeout, struct script_event *ev);

/* Reports a reply to the passive rules. It stays pending. */
void script_session_report(struct script_session *s, unsigned conn,
                           const struct script_env *env,
                           const struct script_event *ev);

/* Drops n pending octets. */
void script_session_drop(struct script_session *s, size_t n);

/* Reports and drops replies that came when none was due. Does not wait, and
 * does not look at the socket when it has just been read, unless it is for
 * the last time. */
void script_session_unsolicited(struct script_session *s, unsigned conn,
                                const struct script_env *env, bool last);

/* Gives a reply that nobody asked for up to `time` nanoseconds to come whole,
 * when none is due. */
void script_session_late(struct script_session *s, uint64_t time);

/* Waits for the end of stream; returns how the wait ended. */
enum net_status script_session_end(struct script_session *s,
                                   uint64_t timeout);

/* Forgets what was learned in clear (RFC 3207 4.2). */
void script_session_tls(struct script_session *s);

void script_session_close(struct script_session *s);

#endif
