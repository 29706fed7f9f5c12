/*
 * What a server leaves behind is found and ended, and nothing else.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/proc.h"
#include "net/clock.h"

/* A child that waits for ever. */
static pid_t start_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            (void)pause();
    return pid;
}

/* A grandchild in a session of its own, whose parent has ended. */
static pid_t start_stray(void)
{
    pid_t stray = 0, child;
    int p[2];

    cr_assert(pipe(p) == 0);
    child = fork();
    if (child == 0) {
        stray = fork();
        if (stray == 0) {
            (void)setsid();
            for (;;)
                (void)pause();
        }
        _exit(write(p[1], &stray, sizeof stray) != sizeof stray);
    }
    cr_assert(read(p[0], &stray, sizeof stray) == sizeof stray);
    cr_assert(waitpid(child, NULL, 0) == child);
    return stray;
}

static bool is_alive(pid_t pid)
{
    return kill(pid, 0) == 0;
}

Test(proc, strays_end)
{
    pid_t kept, stray, other;

    live_proc_adopt();
    kept = start_child();
    other = start_child();
    stray = start_stray();
    cr_assert(stray > 0 && is_alive(stray));
    live_proc_end_strays(kept);
    cr_expect(!is_alive(stray));
    cr_expect(!is_alive(other));
    cr_expect(is_alive(kept));
    live_proc_end_strays(0);
    cr_expect(!is_alive(kept));
    cr_expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

Test(proc, children)
{
    pid_t a = start_child(), b = start_child(), got[4];

    cr_assert(live_proc_children(getpid(), got, 4) == 2);
    cr_expect((got[0] == a && got[1] == b) || (got[0] == b && got[1] == a));
    cr_expect(live_proc_children(getpid(), got, 1) == 1);
    live_proc_end_strays(0);
    cr_expect(live_proc_children(getpid(), got, 4) == 0);
}

static bool ends(pid_t *pid)
{
    uint64_t deadline = net_deadline(10 * NET_S);

    while (net_now() < deadline)
        if (!live_proc_runs(pid))
            return true;
    return false;
}

/* A server of our own: what it started goes with it, and it need not want
 * to. */
Test(proc, one_of_our_own)
{
    const char *deaf = "trap '' TERM; while :; do sleep 0.1; done";
    pid_t pid = live_proc_start(deaf), first, none[1];

    live_proc_adopt();
    cr_assert(pid > 0);
    first = pid;
    cr_expect(live_proc_runs(&pid) && pid == first);
    live_proc_stop(&pid);
    cr_expect(pid == 0);
    cr_expect(!is_alive(first));
    pid = live_proc_start("sleep 30 & exit 3");
    cr_expect(ends(&pid) && pid == 0);
    cr_expect(!live_proc_runs(&pid));
    live_proc_stop(&pid);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    cr_expect(live_proc_children(getpid(), none, 1) == 0);
}
