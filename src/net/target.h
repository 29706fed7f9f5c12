/*
 * target: where the server under test is (DESIGN: TARGET).
 *
 *   HOST[:PORT]  smtp://HOST[:PORT]  smtps://…  submission://…  lmtp://…
 *   unix:PATH  exec:COMMAND  ref:[MODE|FAULT][,FAULT…]
 */
#ifndef NET_TARGET_H
#define NET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum net_scheme {
    NET_PLAIN,      /* HOST[:PORT]: smtp:// without a word on the role */
    NET_SMTP,
    NET_SMTPS,      /* implicit TLS */
    NET_SUBMISSION,
    NET_LMTP,
    NET_UNIX,
    NET_EXEC,
    NET_REF         /* resolved by the cli before anything connects */
};

struct net_target {
    enum net_scheme scheme;
    char host[256];    /* name or address, IPv6 without brackets */
    uint16_t port;     /* given, or the scheme's: 25 465 587 24 */
    bool tls;          /* implicit TLS */
    char path[4096];   /* unix: path; exec: command; ref: what is behind */
    char text[4096];   /* as given, for reports */
};

/*
 * Reads a TARGET. 0: done. -1: wrong; err gets one line that says what was
 * expected.
 */
int net_target_parse(const char *text, struct net_target *out, char *err,
                     size_t err_cap);

/*
 * True when every address of the target is on this machine: 127/8, ::1, a
 * Unix socket, a child, ref. Resolves the name; -1 with err when that fails.
 */
int net_target_is_local(const struct net_target *t, char *err,
                        size_t err_cap);

#endif
