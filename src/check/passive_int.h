/*
 * passive_int: what the table of passive rules and their judges share.
 */
#ifndef CHECK_PASSIVE_INT_H
#define CHECK_PASSIVE_INT_H

#include "check/passive_rules.h"

struct passive_row;

/* A rule held against one reply. why gets one sentence unless the rule
 * agrees or does not apply. */
struct passive_look {
    const struct passive_row *row;
    const struct catalogue *codes;
    const struct script_reply *r;
    char *why;
    size_t cap;
};
typedef enum passive_finding passive_judge_fn(const struct passive_look *l);

struct passive_row {
    struct passive_rule rule;
    passive_judge_fn *judge;
    enum smtp_flaw flaws[4]; /* any of which contradicts */
    size_t n_flaws;
};

passive_judge_fn passive_grammar;
passive_judge_fn passive_ascii;
passive_judge_fn passive_multiline;
passive_judge_fn passive_greeting;
passive_judge_fn passive_ehlo;
passive_judge_fn passive_enhanced;
passive_judge_fn passive_no_enhanced;
passive_judge_fn passive_codes;
passive_judge_fn passive_solicited;

/* Against the registries of IANA. */
passive_judge_fn passive_keywords;
passive_judge_fn passive_limits;
passive_judge_fn passive_mechanisms;
passive_judge_fn passive_status_codes;

/* What RFCs say of the text beyond its grammar. */
passive_judge_fn passive_size;
passive_judge_fn passive_deliverby;
passive_judge_fn passive_soliciting;
passive_judge_fn passive_name;
passive_judge_fn passive_no_route;
passive_judge_fn passive_verify_ascii;
passive_judge_fn passive_permanent;
passive_judge_fn passive_transient;
passive_judge_fn passive_protocol;
passive_judge_fn passive_proof;

/* The reply that lists extensions. */
bool passive_is_ehlo(const struct script_reply *r);

/* True when RFC 2034 4 wants a status code in it. */
bool passive_owes_status(const struct script_reply *r);

#endif
