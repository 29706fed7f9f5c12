#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "check/gate.h"
#include "tests/check/fake.h"

/* One session after the other through the gate, from several threads. */
struct crowd {
    struct gate gate;
    unsigned each;
    atomic_uint inside, most, done;
};

static void *go_through(void *arg)
{
    struct crowd *c = arg;

    for (unsigned i = 0; i < c->each; i++) {
        uint64_t since;
        unsigned now, most;

        if (!gate_enter(&c->gate, &since))
            break;
        now = atomic_fetch_add(&c->inside, 1) + 1;
        most = atomic_load(&c->most);
        while (now > most &&
               !atomic_compare_exchange_weak(&c->most, &most, now))
            ;
        usleep(1000);
        atomic_fetch_sub(&c->inside, 1);
        atomic_fetch_add(&c->done, 1);
        gate_leave(&c->gate, since, GATE_WELL);
    }
    return NULL;
}

static void crowd_run(struct crowd *c, unsigned threads)
{
    pthread_t t[16];

    for (unsigned i = 0; i < threads; i++)
        cr_assert_eq(pthread_create(&t[i], NULL, go_through, c), 0);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
}

Test(gate, no_more_than_the_limit)
{
    struct crowd c = {.each = 20};

    gate_init(&c.gate, 3, 0, -1);
    crowd_run(&c, 8);
    cr_expect_eq(atomic_load(&c.done), 160);
    cr_expect_eq(atomic_load(&c.most), 3, "%u", atomic_load(&c.most));
    gate_free(&c.gate);
}

Test(gate, zero_is_one)
{
    struct crowd c = {.each = 3};

    gate_init(&c.gate, 0, 0, -1);
    crowd_run(&c, 2);
    cr_expect_eq(atomic_load(&c.done), 6);
    cr_expect_eq(atomic_load(&c.most), 1);
    gate_free(&c.gate);
}

Test(gate, rate)
{
    struct crowd c = {.each = 3};
    uint64_t begin = net_now();

    gate_init(&c.gate, 8, 40, -1); /* one in 25 ms, the first at once */
    crowd_run(&c, 4);
    cr_expect_geq(fake_ms(begin), 270);
    gate_free(&c.gate);
}

/* One session that ends in strain; how long the next one has to wait. */
static uint64_t strain(struct gate *g, uint64_t since)
{
    g->active++;
    gate_leave(g, since, GATE_STRAINED);
    return g->not_before - g->struck;
}

Test(gate, a_canary_keeps_to_the_rate_alone)
{
    struct gate g;
    uint64_t since, begin = net_now();

    gate_init(&g, 1, 20, -1);
    cr_assert(gate_enter(&g, &since)); /* full, and in a back-off */
    strain(&g, net_now());
    g.not_before += 2 * FAKE_HANGS * NET_MS;
    g.active = 1;
    cr_expect(gate_pace(&g));
    cr_expect(gate_pace(&g));
    cr_expect_geq(fake_ms(begin), 95);
    cr_expect_lt(fake_ms(begin), FAKE_HANGS);
    cr_expect_eq(g.active, 1);
    gate_free(&g);
}

Test(gate, backs_off_longer_each_time)
{
    static const unsigned want[] = {100, 200, 400, 800, 1600, 3200, 5000, 5000};
    struct gate g;

    gate_init(&g, 8, 0, -1);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        cr_expect_eq(strain(&g, net_now()) / NET_MS, want[i], "%zu", i);
    gate_free(&g);
}

Test(gate, starts_further_apart_after_strain)
{
    static const unsigned want[] = {25, 50, 100, 200, 400, 800, 1000, 1000};
    struct gate g;
    uint64_t since;

    gate_init(&g, 8, 0, -1);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        strain(&g, net_now());
        cr_expect_eq(g.pace / NET_MS, want[i], "%zu", i);
    }
    for (unsigned i = 0; i < 150; i++) {
        g.not_before = g.next = 0; /* no need to wait here */
        cr_assert(gate_enter(&g, &since));
        gate_leave(&g, since, GATE_WELL);
    }
    cr_expect_eq(g.pace, 0, "%lu", (unsigned long)g.pace);
    gate_free(&g);
}

Test(gate, back_off_is_bounded_over_all)
{
    struct gate g;
    uint64_t all = 0;

    gate_init(&g, 8, 0, -1);
    for (unsigned i = 0; i < 100; i++)
        all += strain(&g, net_now());
    cr_expect_leq(all / NET_S, 75, "%lu s", (unsigned long)(all / NET_S));
    cr_expect_eq(strain(&g, net_now()) / NET_MS, 100);
    gate_free(&g);
}

/* A server that turns everybody away for good must not cost each case that is
 * left its tries, nor seconds between them. */
Test(gate, tires)
{
    struct gate g;
    uint64_t since;

    gate_init(&g, 8, 0, -1);
    for (unsigned i = 0; i < 100; i++) {
        cr_expect_eq(gate_tired(&g), i >= 16, "%u", i);
        strain(&g, net_now());
    }
    cr_expect_eq(g.pace / NET_MS, 25, "%lu", (unsigned long)g.pace);
    g.not_before = g.next = 0;
    cr_assert(gate_enter(&g, &since));
    gate_leave(&g, since, GATE_WELL);
    cr_expect_not(gate_tired(&g), "one has gone well");
    gate_free(&g);
}

/* Eight sessions side by side that all end in that way are one piece of news:
 * strain halves their number and makes a pause, a crowd is one less. */
Test(gate, side_by_side_is_one)
{
    static const struct {
        enum gate_end how;
        unsigned strikes, limit, max;
        bool pause;
    } rows[] = {
        {GATE_STRAINED, 1, 4, 7, true },
        {GATE_CROWDED,  0, 7, 7, false},
    };

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct gate g;
        uint64_t since[8];

        gate_init(&g, 8, 0, -1);
        for (unsigned i = 0; i < 8; i++)
            cr_assert(gate_enter(&g, &since[i]));
        for (unsigned i = 0; i < 8; i++)
            gate_leave(&g, since[i], rows[k].how);
        cr_expect_eq(g.strikes, rows[k].strikes, "%zu: %u", k, g.strikes);
        cr_expect_eq(g.limit, rows[k].limit, "%zu: %u", k, g.limit);
        cr_expect_eq(g.max, rows[k].max, "%zu: %u", k, g.max);
        cr_expect_eq(g.not_before > 0, rows[k].pause, "%zu", k);
        cr_expect_eq(g.active, 0, "%zu", k);
        gate_free(&g);
    }
}

Test(gate, grows_again_but_not_to_where_it_was)
{
    struct gate g;
    uint64_t since;

    gate_init(&g, 8, 0, -1);
    strain(&g, net_now());
    for (unsigned i = 0; i < 200; i++) {
        g.not_before = g.next = 0; /* no need to wait here */
        cr_assert(gate_enter(&g, &since));
        gate_leave(&g, since, GATE_WELL);
    }
    cr_expect_eq(g.limit, 7, "%u", g.limit);
    cr_expect_eq(g.strikes, 0);
    gate_free(&g);
}

Test(gate, never_below_one)
{
    struct gate g;

    gate_init(&g, 8, 0, -1);
    for (unsigned i = 0; i < 20; i++)
        strain(&g, net_now());
    cr_expect_eq(g.limit, 1);
    cr_expect_geq(g.max, 2);
    gate_free(&g);
}

Test(gate, waits_the_back_off_out)
{
    struct gate g;
    uint64_t since, begin = net_now();

    gate_init(&g, 8, 0, -1);
    strain(&g, net_now());
    cr_assert(gate_enter(&g, &since));
    cr_expect_geq(fake_ms(begin), 95);
    gate_free(&g);
}

static void *stop_soon(void *arg)
{
    usleep(50 * 1000);
    cr_assert_eq(write(*(int *)arg, "x", 1), 1);
    return NULL;
}

static void *leave_soon(void *arg)
{
    usleep(50 * 1000);
    gate_leave(arg, 0, GATE_WELL);
    return NULL;
}

Test(gate, stop_ends_every_wait)
{
    static const char *const waits[] = {"full", "back-off", "rate"};

    for (size_t i = 0; i < 3; i++) {
        int fd[2];
        struct gate g;
        uint64_t since, begin = net_now();
        pthread_t t;

        cr_assert_eq(pipe(fd), 0);
        gate_init(&g, 1, i == 2 ? 0.01 : 0, fd[0]);
        cr_expect(gate_enter(&g, &since), "%s", waits[i]);
        if (i == 1)
            g.not_before = net_now() + 2 * FAKE_HANGS * NET_MS;
        if (i)
            gate_leave(&g, since, GATE_WELL);
        pthread_create(&t, NULL, stop_soon, &fd[1]);
        cr_expect_not(gate_enter(&g, &since), "%s", waits[i]);
        cr_expect_lt(fake_ms(begin), FAKE_HANGS, "%s", waits[i]);
        cr_expect(gate_stopped(&g), "%s", waits[i]);
        pthread_join(t, NULL);
        gate_free(&g);
        close(fd[0]);
        close(fd[1]);
    }
}

/* Who waits without a connection leaves its place to another, and gets in line
 * for the way back. */
Test(gate, away_is_nobodys_place)
{
    struct gate g;
    uint64_t since, begin = net_now();
    pthread_t t;

    gate_init(&g, 1, 0, -1);
    cr_assert(gate_enter(&g, &since));
    gate_away(&g);
    cr_assert(gate_enter(&g, &since));
    cr_expect_eq(g.active, 1);
    pthread_create(&t, NULL, leave_soon, &g);
    gate_back(&g, true);
    cr_expect_geq(fake_ms(begin), 45);
    cr_expect_eq(g.active, 1);
    gate_away(&g);
    cr_assert(gate_enter(&g, &since));
    gate_back(&g, false); /* to leave: not in line */
    cr_expect_eq(g.active, 2);
    pthread_join(t, NULL);
    gate_free(&g);
}

/* Those that wait for a place, and in which order they get it. */
struct line {
    struct gate *gate;
    atomic_uint *served;
    unsigned number; /* 0 comes back, 1 tries again; the others start */
    unsigned place;
};

static void *stand_in_line(void *arg)
{
    struct line *l = arg;
    uint64_t since = net_now();

    if (l->number == 0)
        gate_back(l->gate, true);
    else
        cr_expect((l->number == 1 ? gate_again : gate_enter)(l->gate, &since));
    l->place = atomic_fetch_add(l->served, 1);
    usleep(1000);
    gate_leave(l->gate, since, GATE_WELL);
    return NULL;
}

/* True once so many stand in line. */
static bool stand(struct gate *g, uint64_t tickets, unsigned returning)
{
    bool all = false;

    for (unsigned i = 0; i < 5000 && !all; i++) {
        usleep(1000);
        pthread_mutex_lock(&g->lock);
        all = g->tickets == tickets && g->returning == returning;
        pthread_mutex_unlock(&g->lock);
    }
    return all;
}

Test(gate, first_come_first_served)
{
    struct gate g;
    atomic_uint served = 0;
    struct line line[9];
    pthread_t t[9];
    uint64_t since;

    gate_init(&g, 1, 0, -1);
    cr_assert(gate_enter(&g, &since));
    for (unsigned i = 9; i-- > 0;) {
        line[i] = (struct line){&g, &served, i, 99};
        cr_assert_eq(pthread_create(&t[i], NULL, stand_in_line, &line[i]), 0);
        cr_assert(stand(&g, 1 + (i > 1 ? 9 - i : 7), i > 1 ? 0 : 2 - i), "%u",
                  i);
    }
    gate_leave(&g, since, GATE_WELL);
    for (unsigned i = 0; i < 9; i++)
        pthread_join(t[i], NULL);
    cr_expect_eq(line[0].place + line[1].place, 1, "0 and 1, in any order");
    for (unsigned i = 2; i < 9; i++)
        cr_expect_eq(line[i].place, 10 - i, "%u: %u", i, line[i].place);
    gate_free(&g);
}
