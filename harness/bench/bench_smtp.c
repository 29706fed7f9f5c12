/*
 * bench_smtp: how fast the parser core is, against what the C library does
 * with the same octets in the same run.
 *
 *   bench_smtp                    the table
 *   bench_smtp --count reply N    only parse N replies (or commands), for
 *   bench_smtp --count command N  counting instructions; N is a multiple of
 *                                 the corpus, whose size is printed for 0
 *
 * Each figure is the median of many short rounds, in processor time; the two
 * sides of a ratio take turns, and the ratio is the median of the rounds', so
 * that a machine that slows down slows both.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "smtp/command.h"
#include "smtp/data.h"
#include "smtp/data_isa.h"
#include "smtp/line.h"
#include "smtp/reply.h"

#define ROUNDS  41
#define REPEAT  100               /* of the corpus in one round */
#define CONTENT ((size_t)1 << 20) /* octets of content */

/* Replies as servers of all kinds send them in a session, each whole. */
static const char *const replies[] = {
    "220 mx1.example.org ESMTP Postfix (Debian/GNU)\r\n",
    ("250-mx1.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n"
     "250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n"
     "250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"),
    ("250-mx.google.example at your service, [203.0.113.7]\r\n"
     "250-SIZE 157286400\r\n250-8BITMIME\r\n250-STARTTLS\r\n"
     "250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250-CHUNKING\r\n"
     "250 SMTPUTF8\r\n"),
    "250 2.1.0 Ok\r\n",
    "250 2.1.5 Ok\r\n",
    "250 2.1.0 OK ffacd0b85a97d-42cb7f3f0a1si4893112f8f.318 - gsmtp\r\n",
    ("250 2.6.0 <20261121101530.4711@client.example.com> "
     "[InternalId=12345678901234, Hostname=DB9PR01MB1234.prod.example.com] "
     "7894 bytes in 0.112, 68.5 KB/sec Queued mail for delivery\r\n"),
    ("220 AM7EUR03FT012.mail.protection.example.com Microsoft ESMTP MAIL "
     "Service ready at Sat, 21 Nov 2026 10:15:30 +0000 "
     "[08DE27C1A2B3C4D5]\r\n"),
    "354 End data with <CR><LF>.<CR><LF>\r\n",
    "250 2.0.0 Ok: queued as 4Rk2Xz3mQyz9sT7\r\n",
    "221 2.0.0 Bye\r\n",
    ("220 smtp.example.net ESMTP Exim 4.96 Sat, 21 Nov 2026 10:15:30 +0000"
     "\r\n"),
    "250 OK\r\n",
    "250 Accepted\r\n",
    "354 Enter message, ending with \".\" on a line by itself\r\n",
    "250 OK id=1vMkQe-00000001aBc-2XyZ\r\n",
    "221 smtp.example.net closing connection\r\n",
    ("550-5.7.26 This mail has been blocked because the sender is "
     "unauthenticated.\r\n"
     "550-5.7.26 The domain requires all senders to authenticate with "
     "either SPF or DKIM.\r\n"
     "550 5.7.26 For instructions see https://support.example.com/a "
     "h12-20020a05\r\n"),
    ("550 5.1.1 <nobody@example.org>: Recipient address rejected: User "
     "unknown in local recipient table\r\n"),
    ("450 4.7.1 <client.example.com>: Helo command rejected: Host not "
     "found\r\n"),
    "530 5.7.0 Must issue a STARTTLS command first\r\n",
    "235 2.7.0 Authentication successful\r\n",
    "334 VXNlcm5hbWU6\r\n",
    "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6\r\n",
    "452 4.2.2 The recipient's inbox is out of storage space.\r\n",
    "554 5.7.1 <relay@example.com>: Relay access denied\r\n",
    "503 5.5.1 Error: need MAIL command\r\n",
    "421 4.4.2 mx1.example.org Error: timeout exceeded\r\n",
};

static const char *const commands[] = {
    "EHLO client.example.com\r\n",
    "MAIL FROM:<alice@example.com> SIZE=10240 BODY=8BITMIME\r\n",
    "RCPT TO:<bob@example.org>\r\n",
    "RCPT TO:<carol.smith+list@mail.example.net> NOTIFY=FAILURE,DELAY\r\n",
    "DATA\r\n",
    "QUIT\r\n",
    "EHLO [192.0.2.17]\r\n",
    "STARTTLS\r\n",
    "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n",
    "MAIL FROM:<>\r\n",
    "RCPT TO:<postmaster>\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    ("MAIL FROM:<bounce-12345-bob=example.org@lists.example.com> "
     "RET=HDRS ENVID=QQ314159\r\n"),
    "RCPT TO:<dave@[IPv6:2001:db8::25]> ORCPT=rfc822;dave@example.org\r\n",
    "MAIL FROM:<\"quoted user\"@example.com> SMTPUTF8\r\n",
    "BDAT 65536 LAST\r\n",
    "VRFY alice\r\n",
    "RCPT TO:<firstname.lastname@department.example.org>\r\n",
    "AUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPXJPcHJOR2Z3RWJlUldnYk5Fa3FP\r\n",
    "RCPT TO:<erin@sub.department.example.ac.uk>\r\n",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The messages one behind the other, in an order that does not repeat soon,
 * and how often each whole corpus is in it. */
struct corpus {
    char *p;
    size_t n;
    size_t messages;
};

static volatile uintptr_t sink; /* so that no result is thrown away */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *need(size_t n)
{
    void *p = malloc(n);
    if (!p) {
        fprintf(stderr, "bench_smtp: no memory\n");
        exit(1);
    }
    return p;
}

static struct corpus make_corpus(const char *const *messages, size_t count)
{
    struct corpus c = {NULL, 0, 64 * count};
    uint32_t seed = 1;
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += strlen(messages[i]);
    c.p = need(all * 64);
    for (size_t round = 0; round < 64; round++) {
        size_t order[64];
        for (size_t i = 0; i < count; i++)
            order[i] = i;
        for (size_t i = count; i-- > 0;) {
            seed = seed * 1664525u + 1013904223u;
            size_t k = (seed >> 16) % (i + 1);
            size_t pick = order[k];
            order[k] = order[i];
            size_t n = strlen(messages[pick]);
            memcpy(c.p + c.n, messages[pick], n);
            c.n += n;
        }
    }
    return c;
}

/* ---- what is timed: each does its work once over the input --------------- */

static void run_replies(const struct corpus *c)
{
    struct smtp_reply_scan scan = {0};
    struct smtp_reply r;
    for (size_t at = 0; at < c->n;) {
        ssize_t n = smtp_reply_parse(&scan, c->p + at, c->n - at, &r);
        if (n <= 0 || smtp_flaws_any(&r.flaws)) {
            fprintf(stderr, "bench_smtp: reply at %zu is not clean\n", at);
            exit(1);
        }
        at += (size_t)n;
        sink += r.code;
    }
}

static void run_commands(const struct corpus *c)
{
    struct smtp_command_scan scan = {0};
    struct smtp_command cmd;
    for (size_t at = 0; at < c->n;) {
        ssize_t n = smtp_command_parse(&scan, SMTP_COMMAND_UTF8, c->p + at,
                                       c->n - at, &cmd);
        if (n <= 0 || smtp_flaws_any(&cmd.flaws)) {
            fprintf(stderr, "bench_smtp: command at %zu is not clean: %s\n",
                    at, n > 0 ? smtp_flaw_info(cmd.flaws.first)->id : "?");
            exit(1);
        }
        at += (size_t)n;
        sink += (uintptr_t)cmd.id;
    }
}

static void run_memchr(const struct corpus *c)
{
    for (const char *p = c->p, *end = c->p + c->n; p < end; p++) {
        p = memchr(p, '\n', (size_t)(end - p));
        sink += (uintptr_t)p;
    }
}

static void run_lines(enum smtp_line_isa isa, const struct corpus *c)
{
    unsigned classes;
    for (size_t at = 0; at < c->n; at++) {
        at += smtp_line_scan_isa(isa, c->p + at, c->n - at, &classes);
        sink += classes;
    }
}

static void run_lines_scalar(const struct corpus *c)
{
    run_lines(SMTP_LINE_SCALAR, c);
}

static void run_lines_sse2(const struct corpus *c)
{
    run_lines(SMTP_LINE_SSE2, c);
}

static void run_lines_avx2(const struct corpus *c)
{
    run_lines(SMTP_LINE_AVX2, c);
}

static char *target; /* CONTENT octets and what unstuff may add */

static void run_memcpy(const struct corpus *c)
{
    memcpy(target, c->p, c->n);
    sink += (uintptr_t)target[c->n / 2];
}

static void run_unstuff(const struct corpus *c)
{
    struct smtp_data d = {0};
    size_t written;
    smtp_data_unstuff(&d, c->p, c->n, target, &written);
    sink += written;
}

static void run_data_scan(const struct corpus *c)
{
    struct smtp_data d = {0};
    sink += smtp_data_scan(&d, c->p, c->n);
}

static void run_pair(enum smtp_line_isa isa, const struct corpus *c)
{
    for (size_t at = 0; at < c->n; at++)
        at = smtp_data_pair(isa, c->p, at, c->n);
    sink++;
}

static void run_pair_scalar(const struct corpus *c)
{
    run_pair(SMTP_LINE_SCALAR, c);
}

static void run_pair_sse2(const struct corpus *c)
{
    run_pair(SMTP_LINE_SSE2, c);
}

static void run_pair_avx2(const struct corpus *c)
{
    run_pair(SMTP_LINE_AVX2, c);
}

/* ---- the table ----------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static double time_once(void (*run)(const struct corpus *),
                        const struct corpus *c, size_t repeat)
{
    uint64_t start = now_ns();
    for (size_t i = 0; i < repeat; i++)
        run(c);
    return (double)(now_ns() - start) / (double)repeat;
}

struct subject {
    const char *name;
    void (*run)(const struct corpus *);
    const char *than; /* what it is measured against */
    void (*base)(const struct corpus *);
};

/* One line: time a message, throughput, and the same of the base. The ratio
 * is that of the throughputs: over 1 is faster than the base. */
static void measure(const struct subject *s, const struct corpus *c,
                    size_t repeat)
{
    double own[ROUNDS];
    double base[ROUNDS];
    double ratio[ROUNDS];
    time_once(s->run, c, repeat); /* warm */
    for (size_t i = 0; i < ROUNDS; i++) {
        own[i] = time_once(s->run, c, repeat);
        base[i] = time_once(s->base, c, repeat);
        ratio[i] = base[i] / own[i];
    }
    qsort(own, ROUNDS, sizeof(own[0]), compare);
    qsort(base, ROUNDS, sizeof(base[0]), compare);
    qsort(ratio, ROUNDS, sizeof(ratio[0]), compare);
    double t = own[ROUNDS / 2];
    double b = base[ROUNDS / 2];
    printf("%-20s %9.1f %8.0f   %-8s %9.1f %8.0f   %5.2f\n", s->name,
           t / (double)c->messages, (double)c->n * 1e3 / t, s->than,
           b / (double)c->messages, (double)c->n * 1e3 / b,
           ratio[ROUNDS / 2]);
}

static void heading(const char *what, const struct corpus *c)
{
    printf("\n%s: %zu messages, %.1f octets each\n", what, c->messages,
           (double)c->n / (double)c->messages);
    printf("%-20s %9s %8s   %-8s %9s %8s   %5s\n", "", "ns/msg", "MB/s",
           "against", "ns/msg", "MB/s", "ratio");
}

static const struct subject reply_subjects[] = {
    {"replies",            run_replies,      "memchr", run_memchr},
    {"line scan, scalar",  run_lines_scalar, "memchr", run_memchr},
    {"line scan, SSE2",    run_lines_sse2,   "memchr", run_memchr},
    {"line scan, AVX2",    run_lines_avx2,   "memchr", run_memchr},
};

static const struct subject command_subjects[] = {
    {"commands",           run_commands,     "memchr", run_memchr},
};

static const struct subject content_subjects[] = {
    {"un-stuff",           run_unstuff,      "memcpy", run_memcpy},
    {"end-of-data scan",   run_data_scan,        "memchr", run_memchr},
    {"pair scan, scalar",  run_pair_scalar,  "memchr", run_memchr},
    {"pair scan, SSE2",    run_pair_sse2,    "memchr", run_memchr},
    {"pair scan, AVX2",    run_pair_avx2,    "memchr", run_memchr},
};

/* Ordinary content: lines of 0 to 78 octets, one in 200 begins with a dot. */
static struct corpus make_content(void)
{
    struct corpus c = {need(CONTENT), 0, 1};
    uint32_t seed = 7;
    while (c.n < CONTENT - 256) {
        seed = seed * 1664525u + 1013904223u;
        size_t n = (seed >> 16) % 79;
        if ((seed >> 8) % 200 == 0) {
            memcpy(c.p + c.n, "..", 2);
            c.n += 2;
        }
        for (size_t i = 0; i < n; i++)
            c.p[c.n++] = (char)('a' + (i * 7 + seed) % 26);
        memcpy(c.p + c.n, "\r\n", 2);
        c.n += 2;
    }
    memset(c.p + c.n, 'x', CONTENT - 5 - c.n);
    memcpy(c.p + CONTENT - 5, "\r\n.\r\n", 5);
    c.n = CONTENT;
    return c;
}

static int table(void)
{
    struct corpus r = make_corpus(replies, COUNT(replies));
    struct corpus m = make_corpus(commands, COUNT(commands));
    struct corpus d = make_content();
    target = need(SMTP_DATA_UNSTUFFED(CONTENT));
    memset(target, 0, SMTP_DATA_UNSTUFFED(CONTENT));

    heading("replies", &r);
    for (size_t i = 0; i < COUNT(reply_subjects); i++)
        measure(&reply_subjects[i], &r, REPEAT);
    heading("commands", &m);
    for (size_t i = 0; i < COUNT(command_subjects); i++)
        measure(&command_subjects[i], &m, REPEAT);
    heading("content", &d);
    for (size_t i = 0; i < COUNT(content_subjects); i++)
        measure(&content_subjects[i], &d, 5);
    free(r.p);
    free(m.p);
    free(d.p);
    free(target);
    return 0;
}

/* Parses exactly n messages of the kind. */
static int count(const char *kind, size_t n)
{
    bool is_reply = strcmp(kind, "reply") == 0;
    if (!is_reply && strcmp(kind, "command") != 0) {
        fprintf(stderr, "bench_smtp: %s: expected reply or command\n", kind);
        return 2;
    }
    struct corpus c = is_reply ? make_corpus(replies, COUNT(replies))
                               : make_corpus(commands, COUNT(commands));
    size_t rounds = n / c.messages;
    int status = 0;
    if (rounds * c.messages != n) {
        fprintf(stderr, "bench_smtp: N: expected a multiple of %zu\n",
                c.messages);
        status = 2;
        rounds = 0;
    } else if (n == 0) {
        printf("%zu\n", c.messages);
    }
    for (size_t i = 0; i < rounds; i++)
        (is_reply ? run_replies : run_commands)(&c);
    free(c.p);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return table();
    if (argc == 4 && strcmp(argv[1], "--count") == 0)
        return count(argv[2], strtoul(argv[3], NULL, 10));
    fprintf(stderr, "usage: bench_smtp [--count reply|command N]\n");
    return 2;
}
