/* victim: runs the program under test, within a deadline. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/clock.h"
#include "torture/torture.h"

#define LOOK 5000 /* microseconds between two looks at the child */

static _Noreturn void child(char *const argv[], const char *out)
{
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

/* Waits for the child, which is killed at the deadline. */
static int reap(pid_t pid, uint64_t deadline, struct rusage *used, bool *late)
{
    int status = 0;

    for (;;) {
        pid_t got = wait4(pid, &status, *late ? 0 : WNOHANG, used);

        if (got == pid)
            return status;
        if (got < 0 && errno != EINTR)
            abort(); /* it is our child, and nobody else waits for it */
        if (got == 0 && net_now() > deadline) {
            *late = true;
            kill(pid, SIGKILL);
        }
        usleep(LOOK);
    }
}

void victim_run(struct victim *v, char *const argv[], const char *out,
                unsigned deadline_s)
{
    uint64_t begin = net_now();
    struct rusage used = {0};
    pid_t pid = fork();
    int status;

    *v = (struct victim){.exit = -1};
    if (pid < 0)
        return;
    if (pid == 0)
        child(argv, out);
    status = reap(pid, begin + deadline_s * NET_S, &used, &v->late);
    v->seconds = (double)(net_now() - begin) / (double)NET_S;
    v->kib = used.ru_maxrss;
    if (WIFEXITED(status))
        v->exit = WEXITSTATUS(status);
    else if (!v->late)
        v->signal = WTERMSIG(status);
}
