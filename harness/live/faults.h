/*
 * faults: faults planted into the reference server for the live fuzzer to
 * find. They crash, hang or break its state; none is in the program that
 * users get.
 */
#ifndef HARNESS_LIVE_FAULTS_H
#define HARNESS_LIVE_FAULTS_H

#include <stdbool.h>

#include "live/input.h"
#include "server/session.h"

/* What a fault may see and touch. */
struct planted {
    struct session *session;
    void (*say)(const char *text); /* a reply of its own */
    /* Room for what a fault remembers. */
    char *block, *other;
    size_t size;
    unsigned count;
    bool flag;
    bool ends;          /* the server ends behind this session */
    bool more;          /* octets behind this unit came with it */
    unsigned code;      /* of the last reply */
};

struct planted_fault {
    const char *name;   /* "ehlo-overflow" */
    const char *mode;   /* of the server: "mx", "submission" */
    const char *oracle; /* that is to speak: "sanitizer" */
    const char *what;
    bool listens;       /* shows in a process that serves many sessions */
    /* Sees a unit before the server does. True: the server is not to see
     * it. */
    bool (*before)(struct planted *p, const struct live_unit *u);
};

/* The i-th; NULL behind the last. */
const struct planted_fault *planted_fault_at(unsigned i);

#endif
