/*
 * Making inputs small, against a predicate in memory.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "live/finding.h"
#include "live/minimise.h"

/* Shows it when both words are in the stream, in that order, in whole
 * lines. */
struct words {
    const char *first, *second;
    unsigned asked;
};

static void cut(const struct live_input *in, struct live_outcome *out)
{
    struct live_unit u;
    size_t at = 0;

    *out = (struct live_outcome){.units = 0};
    while (out->units < LIVE_CUTS &&
           live_unit_next(smtp_span_from(in->stream, at), LIVE_READY, &u)) {
        at += u.octets.n;
        out->cuts[out->units++] = (uint32_t)at;
    }
}

static bool has_both(void *ctx, const struct live_input *in,
                     struct live_outcome *out)
{
    struct words *w = ctx;
    const char *a = memmem(in->stream.p, in->stream.n, w->first,
                           strlen(w->first));
    size_t rest = a ? in->stream.n - (size_t)(a - in->stream.p) : 0;

    w->asked++;
    cut(in, out);
    return a && memmem(a, rest, w->second, strlen(w->second));
}

static void run(unsigned plays, struct live_input *in, char *buf,
                struct words *w)
{
    struct live_outcome out;

    cr_assert(has_both(w, in, &out));
    w->asked = 0;
    live_minimise(in, buf, has_both, w, plays, &out);
}

static const char long_stream[] =
    "EHLO a\r\nNOOP\r\nRSET\r\nMAIL FROM:<x@y>\r\nNOOP one\r\nRSET\r\n"
    "VRFY b\r\nHELP\r\nNOOP two\r\nRSET\r\nQUIT\r\nNOOP\r\n";

Test(minimise, down_to_what_counts)
{
    char buf[sizeof long_stream];
    struct words w = {"one\r\n", "two\r\n", 0};
    struct live_input in = {.pacing = LIVE_GROUPED, .groups = 255,
                            .piece = 3,
                            .stream = {buf, sizeof long_stream - 1}};

    memcpy(buf, long_stream, sizeof buf);
    run(4000, &in, buf, &w);
    cr_expect(in.stream.n == 10, "%.*s", (int)in.stream.n, in.stream.p);
    cr_expect(memcmp(in.stream.p, "one\r\ntwo\r\n", 10) == 0);
    cr_expect(in.pacing == LIVE_LOCKSTEP && in.piece == 0);
}

Test(minimise, keeps_to_its_plays)
{
    char buf[sizeof long_stream];
    struct words w = {"one", "two", 0};
    struct live_input in = {.stream = {buf, sizeof long_stream - 1}};

    memcpy(buf, long_stream, sizeof buf);
    run(5, &in, buf, &w);
    cr_expect(w.asked <= 5);
    cr_expect(memmem(in.stream.p, in.stream.n, "one", 3) != NULL);
    cr_expect(in.stream.p == buf);
}

Test(minimise, stacks_name_faults)
{
    static const char a[] = "==1==ERROR: AddressSanitizer: heap\n"
                            "    #0 0x1 in __asan_memcpy (x+1)\n"
                            "    #1 0x2 in take_name a.c:1\n"
                            "    #2 0x3 in main b.c:2\n";
    static const char moved[] = "==99==ERROR: AddressSanitizer: heap\n"
                                "    #0 0x7 in __asan_memcpy (x+9)\n"
                                "    #1 0x8 in take_name a.c:7\n"
                                "    #2 0x9 in main b.c:9\n";
    static const char other[] = "    #0 0x2 in take_path a.c:1\n"
                                "    #1 0x3 in main b.c:2\n";

    cr_expect(live_stack_hash(a) != 0);
    cr_expect(live_stack_hash(a) == live_stack_hash(moved));
    cr_expect(live_stack_hash(a) != live_stack_hash(other));
    cr_expect(live_stack_hash("no frames\n") == 0);
    cr_expect(live_stack_hash("") == 0);
}
