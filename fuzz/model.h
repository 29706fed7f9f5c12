/*
 * model: a client that keeps count. It knows what RFC 5321, 3030, 4954, 3207
 * and 2033 allow a server to answer in a state, from the commands that it
 * sent and the replies that came, and nothing of the server.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "server/server.h"
#include "smtp/command.h"
#include "smtp/reply.h"

/* What the next octets of the client are. */
enum model_state {
    MODEL_COMMAND,
    MODEL_CONTENT, /* behind 354 */
    MODEL_CHUNK,   /* behind BDAT */
    MODEL_AUTH,    /* behind 334 */
    MODEL_CLOSED
};

struct model {
    enum server_mode mode;
    enum model_state state;
    bool tls, hello, auth, mail, chunked;
    unsigned rcpts;
    struct smtp_command command; /* the last one; its spans are gone */
    uint64_t chunk;              /* MODEL_CHUNK: octets of it */
    unsigned messages;           /* that were accepted */
    bool notify, notifies;       /* NOTIFY: in the last RCPT, in the envelope */
    unsigned reports;            /* messages of which one may be stored, too */
};

/* The octets of p[0..n) that make up one unit of the state: a line, a chunk,
 * content with its end; 0 when it is not there to its end. */
size_t model_unit(const struct model *m, const char *p, size_t n);

/* A command was sent: notes it. p[0..n) is its line. */
void model_command(struct model *m, const char *p, size_t n);

/* How many replies the unit that was sent gets, from and to. */
struct model_count {
    unsigned min, max;
};
struct model_count model_expected(const struct model *m);

/* Judges the replies to the unit, r[0..n), and takes them in. Aborts when the
 * RFCs do not allow them in this state. */
void model_replies(struct model *m, const struct smtp_reply *r, unsigned n);

/* TLS began: what came before is forgotten (RFC 3207 4.2). */
void model_tls(struct model *m);

#endif
