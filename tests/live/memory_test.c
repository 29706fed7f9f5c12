/*
 * When the memory of a server grows all the time, and when it does not; and
 * what /proc says of this process.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "live/memory.h"

#define MIB (1024ull * 1024)

static uint64_t linear(unsigned i)
{
    return 20 * MIB + i * 100000ull;
}

static uint64_t wavy(unsigned i)
{
    return linear(i) + (i % 7) * MIB;
}

/* What leaks is come upon more and more often. */
static uint64_t faster(unsigned i)
{
    return 6 * MIB + i * i * 256ull;
}

static uint64_t flat(unsigned i)
{
    return 20 * MIB + (i % 5) * 4096;
}

/* A table that is made once, in the middle. */
static uint64_t jump(unsigned i)
{
    return i < 500 ? 20 * MIB : 80 * MIB;
}

/* A cache that is full after a third. */
static uint64_t fills(unsigned i)
{
    return 20 * MIB + (i < 330 ? i : 330) * 100000ull;
}

/* What was taken at the start is given back. */
static uint64_t shrinks(unsigned i)
{
    return 200 * MIB - i * 100000ull;
}

/* Only the first samples grow. */
static uint64_t warms_up(unsigned i)
{
    return i < LIVE_MEMORY_WARM ? i * 10 * MIB : 80 * MIB;
}

Test(memory, growth)
{
    static const struct {
        const char *name;
        uint64_t (*sample)(unsigned i);
        unsigned samples;
        uint64_t least, most; /* of the growth */
    } rows[] = {
        {"linear", linear, 1000, 80 * MIB, 100 * MIB},
        {"few samples", linear, 24, 1 * MIB, 3 * MIB},
        {"too few samples", linear, 20, 0, 0},
        {"linear, with waves", wavy, 1000, 80 * MIB, 100 * MIB},
        {"faster and faster", faster, 1000, 200 * MIB, 260 * MIB},
        {"many", linear, 100000, 8000 * MIB, 10000 * MIB},
        {"flat", flat, 1000, 0, 0},
        {"a jump", jump, 1000, 0, 0},
        {"a cache that is full", fills, 1000, 0, 0},
        {"shrinks", shrinks, 1000, 0, 0},
        {"warms up", warms_up, 1000, 0, 0},
    };

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct live_memory m = {0};
        uint64_t got;

        for (unsigned i = 0; i < rows[r].samples; i++)
            live_memory_add(&m, rows[r].sample(i));
        got = live_memory_growth(&m);
        cr_expect(got >= rows[r].least && got <= rows[r].most,
                  "%s: %llu octets", rows[r].name, (unsigned long long)got);
    }
}

/* Mapped, not allocated: what AddressSanitizer frees it keeps for a while. */
Test(memory, of_this_process)
{
    uint64_t before = live_memory_now(getpid()), peak;
    volatile char *block =
        mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert(block != MAP_FAILED);
    cr_expect(before > MIB / 2, "%llu", (unsigned long long)before);
    for (size_t i = 0; i < 64 * MIB; i += 4096)
        block[i] = 'x';
    cr_expect(live_memory_now(getpid()) >= before + 60 * MIB);
    cr_assert_eq(munmap((void *)block, 64 * MIB), 0);
    peak = live_memory_peak(getpid());
    cr_expect(peak >= before + 60 * MIB);
    cr_expect(live_memory_now(getpid()) < peak - 30 * MIB);
}

Test(memory, of_nobody)
{
    /* Above the highest number that Linux gives. */
    cr_expect(live_memory_now(4194304 + 1) == 0);
}
