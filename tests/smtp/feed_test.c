/* Tests of the tester: harness/feed has to notice what it is there for. */
#include "harness/feed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct seen {
    size_t calls;
    size_t octets;
};

static ssize_t count_step(void *state, const char *buf, size_t len)
{
    struct seen *s = state;
    (void)buf;
    s->calls++;
    s->octets += len;
    return (ssize_t)len;
}

static ssize_t until_x_step(void *state, const char *buf, size_t len)
{
    struct seen *s = state;
    const char *x = memchr(buf, 'x', len);
    s->calls++;
    s->octets = len;
    return x ? x - buf + 1 : 0;
}

static void show_octets(const void *state, ssize_t ret, const char *buf,
                        char *text)
{
    const struct seen *s = state;
    (void)buf;
    snprintf(text, FEED_TEXT, "%zd %zu", ret, s->octets);
}

static void show_calls(const void *state, ssize_t ret, const char *buf,
                       char *text)
{
    const struct seen *s = state;
    (void)buf;
    snprintf(text, FEED_TEXT, "%zd, %zu calls", ret, s->calls);
}

static void show_ret(const void *state, ssize_t ret, const char *buf,
                     char *text)
{
    (void)state;
    (void)buf;
    snprintf(text, FEED_TEXT, "%zd", ret);
}

Test(feed, pieces_add_up)
{
    struct feed f = {FEED_PIECES, sizeof(struct seen), count_step,
                     show_octets};
    char text[FEED_ROOM];
    cr_expect(feed_all(&f, "abcdef", 6, text), "%s", text);
    cr_expect_str_eq(text, "6 6");
    cr_expect(feed_all(&f, "", 0, text), "%s", text);
    cr_expect(feed_some(&f, "abcdef", 6, 4, text), "%s", text);
}

Test(feed, grown_input_stops_at_a_result)
{
    struct feed f = {FEED_GROW, sizeof(struct seen), until_x_step, show_ret};
    char text[FEED_ROOM];
    cr_expect(feed_all(&f, "abxcdef", 7, text), "%s", text);
    cr_expect_str_eq(text, "3");
    cr_expect(feed_all(&f, "abc", 3, text), "%s", text);
    cr_expect_str_eq(text, "0");
}

/* A parser whose outcome depends on the cut is found out. */
Test(feed, notices_a_difference)
{
    struct feed f = {FEED_PIECES, sizeof(struct seen), count_step,
                     show_calls};
    char text[FEED_ROOM];
    cr_expect_not(feed_all(&f, "abc", 3, text));
    cr_expect_not_null(strstr(text, "got {3, 3 calls}, whole {3, 1 calls}"),
                       "%s", text);
    f.mode = FEED_GROW;
    f.step = until_x_step;
    cr_expect_not(feed_some(&f, "abx", 3, 2, text));
}

/* The octet behind the input cannot be read: not even by the system, which
 * says so without a signal. */
Test(feed, guard_page)
{
    struct feed_guard g;
    int fd[2];
    cr_assert(feed_guard_open(&g, 3));
    cr_assert_eq(pipe(fd), 0);
    const char *p = feed_guard_put(&g, "abc", 3);
    cr_expect_eq(write(fd[1], p + 2, 1), 1);
    cr_expect_eq(write(fd[1], p + 3, 1), -1);
    cr_expect_eq(errno, EFAULT);
    close(fd[0]);
    close(fd[1]);
    feed_guard_close(&g);
    feed_guard_close(&g);
}

/* What cannot be mapped is a failure, not a crash. */
Test(feed, no_memory)
{
    struct feed_guard g;
    cr_expect_not(feed_guard_open(&g, SIZE_MAX / 4));
    feed_guard_close(&g);
}
