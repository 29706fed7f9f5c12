/*
 * param: parameters of MAIL and RCPT (RFC 5321 4.1.2).
 *
 *   Mail-parameters = esmtp-param *( SP esmtp-param )
 *   esmtp-param     = esmtp-keyword [ "=" esmtp-value ]
 *   esmtp-keyword   = ( ALPHA / DIGIT ) *( ALPHA / DIGIT / "-" )
 *   esmtp-value     = 1*( %d33-60 / %d62-126 )
 */
#ifndef SMTP_PARAM_H
#define SMTP_PARAM_H

#include <stdint.h>

#include "smtp/flaw.h"
#include "smtp/span.h"

/* The parameters whose values this library knows. */
enum smtp_param_id {
    SMTP_PARAM_OTHER, /* valid in form, not in the table */
    SMTP_PARAM_SIZE,        /* MAIL, RFC 1870 */
    SMTP_PARAM_BODY,        /* MAIL, RFC 6152, 3030 */
    SMTP_PARAM_SMTPUTF8,    /* MAIL, RFC 6531 */
    SMTP_PARAM_AUTH,        /* MAIL, RFC 4954 5 */
    SMTP_PARAM_RET,         /* MAIL, RFC 3461 4.3 */
    SMTP_PARAM_ENVID,       /* MAIL, RFC 3461 4.4 */
    SMTP_PARAM_NOTIFY,      /* RCPT, RFC 3461 4.1 */
    SMTP_PARAM_ORCPT,       /* RCPT, RFC 3461 4.2 */
    SMTP_PARAM_REQUIRETLS,  /* MAIL, RFC 8689 */
    SMTP_PARAM_MT_PRIORITY, /* MAIL, RFC 6710 */
    SMTP_PARAM_HOLDFOR,     /* MAIL, RFC 4865 */
    SMTP_PARAM_HOLDUNTIL,   /* MAIL, RFC 4865 */
    SMTP_PARAM_BY,          /* MAIL, RFC 2852 */
    SMTP_PARAM_RRVS,        /* RCPT, RFC 7293 */
    SMTP_PARAM_MTRK,        /* MAIL, RFC 3885 */
    SMTP_PARAM_TRANSID,     /* MAIL, RFC 1845 */
    SMTP_PARAM_SUBMITTER,   /* MAIL, RFC 4405 */
    SMTP_PARAM_CONPERM,     /* MAIL, RFC 4141 */
    SMTP_PARAM_CONNEG,      /* RCPT, RFC 4141 */
    SMTP_PARAM_SOLICIT,     /* MAIL, RFC 3865 */
    SMTP_PARAM_COUNT
};

enum smtp_param_of { SMTP_PARAM_OF_MAIL = 1, SMTP_PARAM_OF_RCPT = 2 };

struct smtp_param {
    struct smtp_span raw;     /* "SIZE=1000" */
    struct smtp_span keyword; /* "SIZE" */
    struct smtp_span value;   /* "1000", empty when there is no "=" */
    bool has_value;
    enum smtp_param_id id;
    uint64_t number;          /* SIZE, HOLDFOR, and, as an int64_t, BY's time
                                 and MT-PRIORITY; UINT64_MAX: does not fit */
};

/*
 * Takes the next parameter of `params` (all behind the path, without the
 * CRLF); *at starts at 0. False at the end. `of` says whose parameters they
 * are: one that does not belong there, or is not in the table, is
 * PARAM_UNKNOWN and SMTP_PARAM_OTHER. The value is checked by the rule of
 * its own RFC; well-formed UTF-8 is taken for valid in an esmtp-value (RFC
 * 6531 3.3), since whether SMTPUTF8 is in force is not known here. Offsets
 * of flaws are relative to params.
 */
bool smtp_param_next(struct smtp_span params, enum smtp_param_of of,
                     size_t *at, struct smtp_param *out,
                     struct smtp_flaws *flaws);

/* All parameters: each checked, and duplicates found. HOLDFOR and HOLDUNTIL
 * exclude each other (RFC 4865 4.2), which counts as a duplicate. */
void smtp_params_check(struct smtp_span params, enum smtp_param_of of,
                       struct smtp_flaws *flaws);

/* Finds the first parameter with that id. *out may be NULL. */
bool smtp_params_find(struct smtp_span params, enum smtp_param_of of,
                      enum smtp_param_id id, struct smtp_param *out);

#endif
