/*
 * stop: see stop.h. A signal handler has no argument of its own, so the
 * pipe is this file's one static variable.
 */
#include "cli/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int pipe_ends[2] = {-1, -1};

static void on_signal(int number)
{
    int saved = errno;
    ssize_t n = write(pipe_ends[1], "", 1);

    (void)n; /* the pipe is never full: the first octet says it all */
    (void)number;
    errno = saved;
}

static void set(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_flags = flags};

    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

int cli_stop_open(void)
{
    if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -1;
    set(SIGINT, on_signal, (int)(SA_RESTART | SA_RESETHAND));
    set(SIGTERM, on_signal, (int)(SA_RESTART | SA_RESETHAND));
    set(SIGPIPE, SIG_IGN, 0);
    set(SIGXFSZ, SIG_IGN, 0);
    return pipe_ends[0];
}

void cli_stop_close(void)
{
    set(SIGINT, SIG_DFL, 0);
    set(SIGTERM, SIG_DFL, 0);
    for (int i = 0; i < 2; i++) {
        if (pipe_ends[i] >= 0)
            close(pipe_ends[i]);
        pipe_ends[i] = -1;
    }
}
