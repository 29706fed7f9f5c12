/*
 * clock, status, buffer, transcript: what needs no network.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/buffer.h"
#include "tests/net/peer.h"

Test(clock, remaining)
{
    uint64_t now = net_now();

    cr_expect_leq(now, net_now());
    cr_expect_eq(net_remaining_ms(0), 0);
    cr_expect_eq(net_remaining_ms(now), 0);
    cr_expect_leq(net_remaining_ms(net_now() + NET_MS / 1000), 1);
    cr_expect_eq(net_remaining_ms(net_now() + NET_S - 1) > 0, true);
    cr_expect_eq(net_remaining_ms(UINT64_MAX), INT_MAX);
    cr_expect_eq(net_remaining_ms(net_deadline(UINT64_MAX)), INT_MAX);
    cr_expect_leq(net_remaining_ms(net_deadline(50 * NET_MS)), 50);
    cr_expect_geq(net_remaining_ms(net_deadline(NET_S)), 900);
}

Test(clock, sleep)
{
    uint64_t start = net_now();
    int p[2];

    cr_expect_eq(net_sleep_until(start, -1), 0);
    cr_expect_eq(net_sleep_until(net_deadline(30 * NET_MS), -1), 0);
    cr_expect_geq(net_now() - start, 30 * NET_MS);
    cr_assert_eq(pipe(p), 0);
    cr_expect_eq(net_sleep_until(net_deadline(10 * NET_MS), p[0]), 0);
    cr_assert_eq(write(p[1], "", 1), 1);
    start = net_now();
    cr_expect_eq(net_sleep_until(net_deadline(60 * NET_S), p[0]), 1);
    cr_expect_lt(ms_since(start), 15000);
    close(p[0]);
    close(p[1]);
}

static void nothing(int sig)
{
    (void)sig;
}

static void *interrupter(void *arg)
{
    for (int i = 0; i < 10; i++) {
        usleep(5000);
        pthread_kill(*(pthread_t *)arg, SIGUSR1);
    }
    return NULL;
}

/* A signal ends no wait before its time. */
Test(clock, signals)
{
    struct sigaction sa = {.sa_handler = nothing};
    pthread_t self = pthread_self(), t;
    uint64_t start = net_now();
    short revents;
    int p[2];

    sigaction(SIGUSR1, &sa, NULL);
    cr_assert_eq(pipe(p), 0);
    cr_assert_eq(pthread_create(&t, NULL, interrupter, &self), 0);
    cr_expect_eq(net_sleep_until(net_deadline(30 * NET_MS), -1), 0);
    cr_expect_eq(net_wait(p[0], 1, -1, net_deadline(40 * NET_MS), &revents),
                 NET_TIMEOUT);
    cr_expect_geq(net_now() - start, 70 * NET_MS);
    pthread_join(t, NULL);
    close(p[0]);
    close(p[1]);
}

Test(status, names_and_errno)
{
    static const struct {
        int err;
        enum net_status io, connect;
    } rows[] = {
        {ECONNRESET,   NET_RESET,  NET_RESET},
        {EPIPE,        NET_RESET,  NET_RESET},
        {ETIMEDOUT,    NET_RESET,  NET_TIMEOUT},
        {ECONNREFUSED, NET_RESET,  NET_REFUSED},
        {ENOENT,       NET_SYSTEM, NET_REFUSED},
        {EHOSTUNREACH, NET_RESET,  NET_SYSTEM},
        {EIO,          NET_SYSTEM, NET_SYSTEM},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect_eq(net_status_of_io(rows[i].err), rows[i].io, "%s",
                     strerror(rows[i].err));
        cr_expect_eq(net_status_of_connect(rows[i].err), rows[i].connect,
                     "%s", strerror(rows[i].err));
    }
    for (int s = NET_OK; s <= NET_SYSTEM; s++)
        cr_expect_gt(strlen(net_status_name((enum net_status)s)), 3);
    cr_expect_str_eq(net_status_name((enum net_status)99), "unknown");
    cr_expect_str_eq(net_status_name((enum net_status)-1), "unknown");
}

static size_t put(struct net_buffer *b, const char *p, size_t n)
{
    size_t room;
    char *to = net_buffer_room(b, &room);

    if (to == NULL)
        return 0;
    n = n < room ? n : room;
    memcpy(to, p, n);
    net_buffer_commit(b, n);
    return n;
}

/* Octets come out as they went in, whatever the sizes and the limit. */
Test(buffer, stream)
{
    static const size_t limits[] = {1, 2, 7, 100, 4095, 4096, 5000, 70000};
    static const size_t takes[] = {1, 3, 1000, 100000};

    for (size_t l = 0; l < 8; l++)
        for (size_t t = 0; t < 4; t++) {
            unsigned char in = 0, out = 0;
            struct net_buffer b;

            net_buffer_init(&b, limits[l]);
            cr_expect_eq(net_buffer_span(&b).n, 0);
            for (int i = 0; i < 300; i++) {
                char chunk[61];
                struct smtp_span s;
                size_t n;

                for (size_t k = 0; k < sizeof(chunk); k++)
                    chunk[k] = (char)(unsigned char)(in + k);
                n = put(&b, chunk, sizeof(chunk));
                in = (unsigned char)(in + n);
                cr_assert_leq(b.cap, limits[l]);
                s = net_buffer_span(&b);
                cr_assert_gt(s.n, 0);
                for (size_t k = 0; k < s.n && k < takes[t]; k++)
                    cr_assert_eq((unsigned char)s.p[k], out++);
                net_buffer_consume(&b, takes[t]);
            }
            net_buffer_free(&b);
        }
}

Test(buffer, limit)
{
    struct net_buffer b;
    char big[10000];
    size_t n = 0, room;

    memset(big, 'x', sizeof(big));
    net_buffer_init(&b, 10000);
    while (n < 10000)
        n += put(&b, big, 10000 - n);
    cr_expect(net_buffer_full(&b));
    cr_expect_null(net_buffer_room(&b, &room));
    cr_expect_eq(room, 0);
    net_buffer_consume(&b, 1);
    cr_expect_not(net_buffer_full(&b));
    cr_expect_not_null(net_buffer_room(&b, &room));
    cr_expect_eq(room, 1);
    net_buffer_consume(&b, 10000);
    cr_expect_eq(net_buffer_span(&b).n, 0);
    net_buffer_free(&b);
    net_buffer_free(&b);
}

Test(transcript, entries)
{
    struct transcript t;
    struct smtp_span s;

    transcript_init(&t, 0);
    cr_expect_eq(t.limit, TRANSCRIPT_LIMIT);
    transcript_add(&t, TRANSCRIPT_OPENED, 0, false, "here", 4);
    transcript_add(&t, TRANSCRIPT_SENT, 2, true, "a\0b", 3);
    transcript_add(&t, TRANSCRIPT_SENT, 2, true, "c", 1);
    transcript_add(&t, TRANSCRIPT_EOF, 2, true, NULL, 0);
    cr_assert_eq(t.n, 4);
    cr_expect_eq(t.entries[0].kind, TRANSCRIPT_OPENED);
    s = transcript_octets(&t, &t.entries[1]);
    cr_expect(smtp_span_eq(s, SMTP_SPAN("a\0b")));
    cr_expect_eq(t.entries[1].conn, 2);
    cr_expect(t.entries[1].tls);
    s = transcript_octets(&t, &t.entries[2]);
    cr_expect(smtp_span_eq(s, SMTP_SPAN("c")));
    cr_expect_eq(transcript_octets(&t, &t.entries[3]).n, 0);
    cr_expect_leq(t.entries[0].at, t.entries[3].at);
    cr_expect_eq(t.lost, 0);
    transcript_reset(&t);
    cr_expect_eq(t.n, 0);
    cr_expect_eq(t.used, 0);
    transcript_free(&t);
    transcript_free(&t);
    transcript_add(NULL, TRANSCRIPT_NOTE, 0, false, "x", 1);
}

Test(transcript, octets_are_bounded)
{
    struct transcript t;
    char big[1000];
    size_t n;

    memset(big, 'x', sizeof(big));
    transcript_init(&t, 8000);
    for (int i = 0; i < 100000; i++)
        transcript_add(&t, TRANSCRIPT_RECEIVED, 0, false, big, sizeof(big));
    cr_expect_eq(t.data[TRANSCRIPT_RECEIVED], 6000);
    cr_expect_eq(t.lost, 100000ull * 1000 - 6000);
    cr_expect_leq(t.octets_cap, 8000 + 4096);
    /* The other side has room, and what is short is whole. */
    transcript_add(&t, TRANSCRIPT_SENT, 0, false, big, 500);
    cr_expect_eq(t.entries[t.n - 1].len, 500);
    n = t.n;
    transcript_add(&t, TRANSCRIPT_RECEIVED, 0, false, big, 1);
    cr_expect_eq(t.n, n);
    transcript_add(&t, TRANSCRIPT_EOF, 0, false, "the end", 7);
    cr_assert_eq(t.n, n + 1);
    cr_expect(smtp_span_eq(transcript_octets(&t, &t.entries[n]),
                           SMTP_SPAN("the end")));
    transcript_free(&t);
}

Test(transcript, a_long_entry_leaves_room)
{
    static char big[1000000];
    struct transcript t;

    memset(big, 'x', sizeof(big));
    transcript_init(&t, 0);
    transcript_add(&t, TRANSCRIPT_SENT, 1, true, big, sizeof(big));
    transcript_add(&t, TRANSCRIPT_SENT, 1, true, "QUIT\r\n", 6);
    transcript_add(&t, TRANSCRIPT_RECEIVED, 1, true, "500 a\r\n", 7);
    cr_assert_eq(t.n, 4);
    cr_expect_eq(t.entries[0].len, TRANSCRIPT_LIMIT * 3 / 16);
    cr_expect_eq(t.entries[1].kind, TRANSCRIPT_NOTE);
    cr_expect_eq(t.entries[1].conn, 1);
    cr_expect(smtp_span_eq(transcript_octets(&t, &t.entries[1]),
                           SMTP_SPAN("and 987712 octets more")));
    cr_expect_eq(t.entries[2].len, 6);
    cr_expect_eq(t.entries[3].len, 7);
    cr_expect_eq(t.lost, 987712);
    transcript_free(&t);
}

Test(transcript, entries_are_bounded)
{
    struct transcript t;

    transcript_init(&t, 1u << 20);
    for (int i = 0; i < 100000; i++)
        transcript_add(&t, TRANSCRIPT_RECEIVED, 0, false, "x", 1);
    cr_expect_lt(t.n, TRANSCRIPT_ENTRIES);
    cr_expect_eq(t.n + t.lost, 100000);
    for (int i = 0; i < 1000; i++)
        transcript_add(&t, TRANSCRIPT_NOTE, 0, false, "y", 1);
    cr_expect_eq(t.n, TRANSCRIPT_ENTRIES);
    cr_expect_leq(t.cap, TRANSCRIPT_ENTRIES);
    cr_expect_eq(t.n + t.lost, 101000);
    transcript_free(&t);
}
