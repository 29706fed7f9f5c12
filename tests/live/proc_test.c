/*
 * What a server leaves behind is found and ended, and nothing else.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/proc.h"

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
