/*
 * policy: the strict values, by mode.
 */
#include "server/policy.h"

/* RFC 4954 6 names all of these but STARTTLS, which RFC 3207 4 exempts from
 * the other 530: without it the list could not be combined with TLS. */
#define AUTH_EXEMPT                                                           \
    (AT_UNKNOWN | AT(SMTP_VERB_AUTH) | AT(SMTP_VERB_EHLO) |                   \
     AT(SMTP_VERB_HELO) | AT(SMTP_VERB_NOOP) | AT(SMTP_VERB_RSET) |           \
     AT(SMTP_VERB_QUIT) | AT(SMTP_VERB_STARTTLS))

/* RFC 3207 4. What is no command is told so first (500). */
#define TLS_EXEMPT                                                            \
    (AT_UNKNOWN | AT(SMTP_VERB_NOOP) | AT(SMTP_VERB_EHLO) |                   \
     AT(SMTP_VERB_STARTTLS) | AT(SMTP_VERB_QUIT))

#define EXTENSIONS_PARAM                                                      \
    (EXT_REQUIRETLS | EXT_MT_PRIORITY | EXT_DELIVERBY | EXT_RRVS)

#define EXTENSIONS                                                            \
    (EXTENSIONS_PARAM | EXT_PIPELINING | EXT_SIZE | EXT_8BITMIME |            \
     EXT_BINARYMIME | EXT_CHUNKING | EXT_SMTPUTF8 | EXT_DSN | EXT_ENHANCED |  \
     EXT_STARTTLS | EXT_AUTH | EXT_LIMITS)

/* PLAIN and LOGIN in clear as well: RFC 4954 4 wants the password protected
 * against snooping, and this server listens on loopback. */
#define MECHS                                                                 \
    (MECH_PLAIN | MECH_LOGIN | MECH_CRAM_MD5 | MECH_SCRAM_SHA_1 |             \
     MECH_SCRAM_SHA_256)

static const struct server_policy STRICT = {
    .greeting = 220,
    .auth_exempt = (uint32_t)AUTH_EXEMPT,
    .tls_exempt = (uint32_t)TLS_EXEMPT,
    .extensions = EXTENSIONS,
    .listed = EXTENSIONS,
    .mechs_clear = MECHS,
    .mechs_tls = MECHS | MECH_OAUTHBEARER,
    .max_size = 10u * 1024 * 1024,
    .max_rcpt = 1000,
    .max_received = 100, /* RFC 5321 6.3 */
    .max_auth = 12288,
    .fix = FIX_PATH,
    .report = REPORT_SUCCESS,
};

/* RFC 6409 7: a submission server must offer neither ETRN nor ATRN. */
#define EXTENSIONS_MX                                                         \
    (EXTENSIONS | EXT_ETRN | EXT_ATRN | EXT_CHECKPOINT | EXT_SUBMITTER |      \
     EXT_MTRK | EXT_SOLICITING | EXT_CONPERM | EXT_CONNEG)

/* RFC 6409 8. Final delivery may take Return-Path away (RFC 5321 4.4), who
 * sends mail on may not. */
#define FIX_SUBMISSION                                                        \
    (FIX_DATE | FIX_ID | FIX_SENDER | FIX_DOMAIN | FIX_SYNTAX)

/* What each mode changes. RFC 5321 4.5.3.1 asks for no limit on the length of
 * a text line where it can be avoided: max_text stays 0. */
static void apply_mode(struct server_policy *p, enum server_mode mode)
{
    switch (mode) {
    case SERVER_MX:
        p->extensions = p->listed = EXTENSIONS_MX;
        break;
    case SERVER_TLS_REQUIRED:
        p->need_tls = 1;
        p->need_auth = 1;
        p->fix = FIX_SUBMISSION;
        break;
    case SERVER_SUBMISSION:
        p->need_auth = 1;
        p->fix = FIX_SUBMISSION;
        p->extensions = p->listed =
            EXTENSIONS | EXT_BURL | EXT_FUTURERELEASE;
        break;
    case SERVER_LMTP:
        p->lmtp = 1;
        break;
    case SERVER_REFUSE:
        p->greeting = 554;
        break;
    case SERVER_NULL:
        p->greeting = 521;
        break;
    case SERVER_BUSY:
        p->greeting = 421;
        break;
    case SERVER_MODE_COUNT:
        break;
    }
}

void policy_init(struct server_policy *p, enum server_mode mode)
{
    *p = STRICT;
    apply_mode(p, mode);
}

bool policy_add(struct server_policy *p, const struct server_rule *r)
{
    if (p->n_rules == SERVER_RULES)
        return false;
    p->rules[p->n_rules++] = r;
    p->points |= r->at;
    return true;
}
