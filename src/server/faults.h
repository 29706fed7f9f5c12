/*
 * faults: the table of single faults. A row is what --list-faults shows, and
 * what it does: policy values it sets, rules it adds. No code.
 *
 * The rows stand in one file for each theme, sorted by name, so that the
 * table can be walked in order of name.
 */
#ifndef SERVER_FAULTS_H
#define SERVER_FAULTS_H

#include <stddef.h>

#include "server/policy.h"

/* A policy value to set: SET(need_auth, 0). */
struct fault_set {
    uint16_t offset; /* in struct server_policy */
    char how;        /* '=' the value, '|' these bits on, '~' these off */
    uint32_t value;
};

struct fault_row {
    struct server_fault info;        /* the first member: see fault_row_of */
    const struct fault_set *set;     /* ended by one with how 0; or NULL */
    const struct server_rule *rules; /* ended by one with OP_NONE; or NULL */
};

#define SET(field, how, value)                                                \
    {offsetof(struct server_policy, field), how, value}
#define SETS(...)  (const struct fault_set[]){__VA_ARGS__, {0}}
#define RULES(...) (const struct server_rule[]){__VA_ARGS__, {0}}
#define V(verb)    AT(SMTP_VERB_##verb)

struct fault_table {
    const struct fault_row *rows;
    size_t n;
};
extern const struct fault_table fault_address, fault_auth, fault_close,
    fault_content, fault_delivery, fault_envelope, fault_greeting, fault_quit,
    fault_reply, fault_rows, fault_security, fault_session, fault_tls;

/* The row whose info this is. */
const struct fault_row *fault_row_of(const struct server_fault *f);

/* Applies a fault to a policy; false: no room for its rules. */
bool fault_apply(const struct fault_row *row, struct server_policy *p);

#endif
