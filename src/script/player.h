/*
 * player: the state of one run, shared by run, auth and judge.
 */
#ifndef SCRIPT_PLAYER_H
#define SCRIPT_PLAYER_H

#include "script/expand.h"
#include "script/session.h"

#define SCRIPT_MAILS 8 /* read of those that were delivered */

struct script_player {
    const struct script_env *env;
    struct script_outcome *out;
    const struct script_case *c; /* being played: the preamble, the case */
    bool preamble;
    bool keeps;                  /* content is compared with what arrives */
    struct script_session sessions[SCRIPT_CONNS];
    struct script_vars vars;
    struct script_buffer buf;    /* what is sent */
    struct script_mail mails[SCRIPT_MAILS]; /* as <delivered> found them */
    size_t n_mails;
    bool drip;                   /* the next write goes octet by octet */
    uint64_t drip_time;
    bool away;                   /* env->away was told so */
};

/* How long what the server owes is waited for, where a script says `time`; a
 * minute and more is what the RFC gives it, and not a matter of patience. */
uint64_t script_patience(const struct script_player *p, uint64_t time);

/* A wait that a script asks for. */
uint64_t script_hurried(const struct script_player *p, uint64_t time);

/*
 * What an event means for a step: matched, noted, or the end of the case,
 * with the outcome set. True: the case goes on.
 */
bool script_judge(struct script_player *p, const struct script_step *step,
                  const struct script_event *ev);

/* Ends the case as BLOCKED. Returns false. */
bool script_blocked(struct script_player *p, const struct script_step *step,
                    enum script_cause cause, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Ends the case as ERROR: our own fault. Returns false. */
bool script_error(struct script_player *p, const struct script_step *step,
                  const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Sends octets. A connection that the server ended is no mistake here: the
 * next server line says what came of it. */
bool script_send(struct script_player *p, const struct script_step *step,
                 struct smtp_span s);

/* Expands t to buf. */
bool script_expand_step(struct script_player *p,
                        const struct script_step *step,
                        const struct script_template *t,
                        struct script_buffer *buf);

/* True when the case has a line that compares what arrived with what was
 * sent. */
bool script_delivery_compares(const struct script_case *c);

/* Plays a server line about deliveries; and frees what it read. */
bool script_delivery(struct script_player *p, const struct script_step *step,
                     uint64_t timeout);
void script_delivery_free(struct script_player *p);

/* Plays <auth>. */
bool script_auth(struct script_player *p, const struct script_step *step);

#endif
