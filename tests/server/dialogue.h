/*
 * dialogue: a session in memory, for the tests: input in any pieces, output
 * as octets and in short.
 */
#ifndef TESTS_SERVER_DIALOGUE_H
#define TESTS_SERVER_DIALOGUE_H

#include "server/session.h"

#define DIALOGUE_MAX 65536

struct dialogue {
    struct server_policy policy;
    struct session_store store;
    struct session *session;
    bool no_tls;          /* handshakes fail */
    bool implicit_tls;
    bool busy;
    char octets[DIALOGUE_MAX]; /* all output; "<tls>" and the like between */
    size_t n;
    char input[2 * DIALOGUE_MAX]; /* not used yet */
    size_t have;
    size_t writes;        /* how many it came in */
    char stored[DIALOGUE_MAX]; /* messages that were committed */
    size_t stored_n;
    size_t messages, cancelled;
    bool storing, store_fails;
};

/* Policy of the mode, with these faults, separated by commas, or NULL. */
void dialogue_init(struct dialogue *d, enum server_mode mode,
                   const char *faults);

/* Greets, feeds input[0..n) in pieces of at most `piece` octets with one cut
 * more at `cut` (0: none), does what the session wants. A form feed in the
 * input separates what may not be sent together (around TLS). Ends at once
 * when the session closes. */
void dialogue_run(struct dialogue *d, const char *input, size_t n,
                  size_t piece, size_t cut);
void dialogue_free(struct dialogue *d);

/* The output in short: "220 250 503/5.5.1 <tls> <close>". A reply that breaks
 * the grammar, or the rules for enhanced codes, has a "!" behind it. */
void dialogue_short(const struct dialogue *d, char *out, size_t cap);

#endif
