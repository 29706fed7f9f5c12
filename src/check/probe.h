/*
 * probe: what the runner has to know of a server before it can plan.
 *
 * The probe is also the first canary: one good session. It asks for nothing
 * that a server may be strict about, and judges nothing.
 */
#ifndef CHECK_PROBE_H
#define CHECK_PROBE_H

#include "check/config.h"
#include "check/gate.h"
#include "smtp/ehlo.h"
#include "smtp/reply.h"

/* A reply with memory of its own. */
struct probe_reply {
    char *octets;            /* NULL: there was none */
    struct smtp_reply reply; /* spans into octets */
};

enum probe_state {
    PROBE_OK,       /* a session is possible */
    PROBE_DECLINES, /* greets with 5yz: takes no mail at all */
    PROBE_BUSY,     /* greets with 4yz */
    PROBE_UNUSABLE  /* no connection, no greeting, no EHLO */
};

struct probe {
    enum probe_state state;
    char why[320];              /* one line, unless PROBE_OK */
    struct probe_reply greeting;
    struct probe_reply ehlo;     /* the first EHLO reply */
    struct probe_reply ehlo_tls; /* the one inside STARTTLS */
    bool lmtp;                   /* it is greeted with LHLO */
    bool helo_only;              /* it does not know EHLO, but HELO */
    bool starttls;               /* offered in clear */
    char tls_why[400];           /* why there is no ehlo_tls although it is
                                    offered, or "" */
    unsigned starttls_refused;   /* its code each time STARTTLS was tried, 0:
                                    it is served, or was not tried */
    bool tls_fails;              /* it is served, and the handshake fails on
                                    its side */
    bool tls_unverified;         /* because we do not accept its certificate,
                                    or have no TLS: our side's doing */
    char tls_port_why[400];      /* the same of --tls-port, or "" */
    struct net_tls_info tls;     /* valid when tls_ok */
    bool tls_ok;                 /* a handshake succeeded */
    unsigned mail_clear;         /* code of MAIL in clear, 0: not tried; 530
                                    also when RCPT got it */
    unsigned mail_tls;           /* the same inside TLS */
    unsigned rcpt;               /* code of RCPT with --rcpt where MAIL was
                                    served, of the last session; 0: none */
    char rcpt_why[200];          /* why --rcpt cannot be used, or "" */
    char rset_why[80];           /* why nothing can be begun again with RSET,
                                    and the case about it; or "" */
    unsigned auth_clear;         /* code of AUTH with no argument in clear */
    char broke[320];             /* how the first session ended that broke
                                    off: "STARTTLS: the server closed the
                                    connection", or "" */
    enum check_profile profile;  /* resolved: never AUTO */
    const char *profile_why;
    bool auth_required, tls_required;
};

/* Fills *p, which the caller frees. Its sessions keep to the rate of the gate,
 * unless that is NULL. */
void probe_run(const struct check_config *cfg, struct gate *gate,
               struct probe *p);
void probe_free(struct probe *p);

/* The canary: connects, greets, says EHLO and QUIT. True when the server
 * serves; else why gets one line. declines: to be greeted with 5yz is all
 * that is expected of it. */
bool probe_canary(const struct check_config *cfg, bool declines, char *why,
                  size_t why_cap);

/* True when the EHLO reply offers keyword, with `param` among its parameters
 * unless that is empty. */
bool probe_offers(const struct probe_reply *r, struct smtp_span keyword,
                  struct smtp_span param);

#endif
