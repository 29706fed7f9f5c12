/*
 * planted: the reference server on its standard input and output, with one
 * planted fault that crashes, hangs or breaks its state. What the live
 * fuzzer is measured by. Built for that only.
 *
 *   planted [MODE [FAULT]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime.h"
#include "server/session.h"

static void put(void *ctx, const char *p, size_t n)
{
    (void)ctx;
    while (n > 0) {
        ssize_t w = write(1, p, n);

        if (w <= 0)
            _exit(0);
        p += w;
        n -= (size_t)w;
    }
}

int main(int argc, char **argv)
{
    static char buf[SESSION_INPUT];
    struct server_policy policy;
    struct session_config cfg = {.policy = &policy, .write = put,
                                 .peer = "127.0.0.1"};
    int mode = server_mode_find(argc > 1 ? argv[1] : "mx",
                                strlen(argc > 1 ? argv[1] : "mx"));
    enum session_want want;
    struct session *s;
    size_t have = 0, used;
    ssize_t n;

    policy_init(&policy, (enum server_mode)(mode < 0 ? 0 : mode));
    smtpspec_live_start();
    s = session_new(&cfg);
    want = session_start(s);
    while (want == SESSION_READ || want == SESSION_WAIT) {
        if (want == SESSION_WAIT) {
            want = session_resume(s);
            continue;
        }
        n = read(0, buf + have, sizeof buf - have);
        if (n <= 0)
            break;
        have += (size_t)n;
        want = session_feed(s, buf, have, &used);
        memmove(buf, buf + used, have - used);
        have -= used;
    }
    session_free(s);
    return 0;
}
