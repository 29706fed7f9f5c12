/*
 * fake: an SMTP server on a free loopback port that is polite until the test
 * says otherwise. Each connection has a thread of its own.
 */
#ifndef TESTS_CHECK_FAKE_H
#define TESTS_CHECK_FAKE_H

#include <pthread.h>
#include <stdatomic.h>

#include "check/config.h"
#include "check/probe.h"
#include "script/script.h"

/* What act may return beside a reply (which is sent as it is): */
#define FAKE_POLITE NULL    /* what a polite server would say */
#define FAKE_CLOSE  "close" /* closes without a word */
#define FAKE_RESET  "reset"
#define FAKE_SILENT "silent" /* says nothing, and goes on */

struct fake;

/* What is answered to a line of connection `conn` (from 0); "" is the
 * connection itself, "." the end of content. A reply that begins with "421"
 * or "221" is followed by a close. */
typedef const char *fake_act(struct fake *f, unsigned conn, const char *line);

/* Has the connection to itself; fd is closed behind it. */
typedef void fake_raw(struct fake *f, unsigned conn, int fd);

#define FAKE_CONNS 512

/* A reply that comes is waited for however busy the machine is. */
#define FAKE_PATIENCE (20 * NET_S)

/* Where a test waits for what does not come; what does come has to be there
 * by then as well. */
#define FAKE_BRIEF (500 * NET_MS)

/* Milliseconds behind which something hangs; nothing here takes as long. */
#define FAKE_HANGS 30000

struct fake {
    fake_act *act;            /* or NULL: always polite */
    fake_raw *raw;            /* or NULL */
    const char *ehlo;         /* the EHLO reply, or NULL */
    atomic_uint conns;        /* so far */
    atomic_uint active, most; /* at once, and the most of these */
    atomic_uint n;            /* for the test */
    atomic_bool gone;         /* refuses: closes what it accepts at once */
    int listen_fd;
    uint16_t port;
    int stop[2]; /* a pipe */
    pthread_t thread;
    pthread_t conn[FAKE_CONNS];
};

/* Starts it with the hooks that are set; asserts that it works. */
void fake_start(struct fake *f);

/* Ends its threads. */
void fake_stop(struct fake *f);

/* Stops listening: connections are refused from here on. */
void fake_refuse(struct fake *f);

/* Sends all; false when the peer went away. */
bool fake_send(int fd, const char *p, size_t n);

/* True once the test ends; waits for up to ms for that. */
bool fake_ends(struct fake *f, int ms);

/* A configuration that fits it: patient, one confirmation, one job. */
struct check_config fake_config(const struct fake *f);

/* Starts it, and probes it as a user with that profile and --rcpt (or NULL)
 * would. */
void fake_probe(struct fake *f, enum check_profile profile, const char *rcpt,
                struct probe *out);

/* Parses a suite; asserts that it has no mistakes. */
struct script_set *fake_suite(const char *text);

/* A catalogue with the reply codes that the fake uses. */
struct catalogue *fake_catalogue(void);

/* Writes a file DIR/NAME. */
void fake_file(const char *dir, const char *name, const char *text);

/* Milliseconds since a net_now(). */
unsigned fake_ms(uint64_t since);

#endif
