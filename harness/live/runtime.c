/*
 * runtime: what a server under fuzzing is linked with, or runs with
 * preloaded. It has no code of the server's; a server needs no change.
 *
 *   clang -fsanitize-coverage=trace-pc-guard … runtime.o -Wl,--wrap=FUNCTION
 *
 * Linked in, it counts edges into a shared map ($__AFL_SHM_ID, as AFL's) and
 * is a fork server: descriptor 198 asks for a process, 199 tells its number
 * and its wait status. The fork server starts where smtpspec_live_start is
 * called: by a wrapped function (-DLIVE_WRAP=NAME, and the linker's --wrap),
 * by the server itself, or, with SMTPSPEC_LIVE_EARLY set, before main.
 *
 * Preloaded (-DLIVE_PRELOAD) to a program of afl-clang-fast, which has a
 * fork server of its own, it only does what comes next: the new process
 * takes the session's connection from the listening descriptor 197 as its
 * standard input and output.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime.h"

enum { LISTEN_FD = 197, CONTROL_FD = 198, STATUS_FD = 199 };

/* The new process: its session, and nothing else of the fork server. */
static void take_session(void)
{
    int fd;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    do
        fd = accept(LISTEN_FD, NULL, NULL);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        _exit(0);
    (void)dup2(fd, 0);
    (void)dup2(fd, 1);
    if (fd > 2)
        (void)close(fd);
    (void)close(LISTEN_FD);
}

#ifdef LIVE_PRELOAD

#include <dlfcn.h>
#include <fcntl.h>

/* AFL's fork server is what forks first while 198 is open; it closes 198 and
 * 199 in the new process, so later forks are the server's own. */
pid_t fork(void)
{
    pid_t (*real)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
    int serves = fcntl(CONTROL_FD, F_GETFD) >= 0 &&
                 fcntl(LISTEN_FD, F_GETFD) >= 0;
    pid_t pid = real();

    if (pid == 0 && serves)
        take_session();
    return pid;
}

#else

#define MAP_DEFAULT 65536u

/* Counted into before the shared map is there, and without one. */
static uint8_t own_map[MAP_DEFAULT];
static uint8_t *map = own_map;
static uint32_t map_size = MAP_DEFAULT;
static int started;

static void attach(void)
{
    const char *id = getenv("__AFL_SHM_ID"), *size = getenv("AFL_MAP_SIZE");
    void *at;

    if (!id || map != own_map)
        return;
    at = shmat(atoi(id), NULL, 0);
    if (at == (void *)-1)
        return;
    if (size && atol(size) > 0)
        map_size = (uint32_t)atol(size);
    map = at;
}

/* Called by what clang puts into the server. */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
    static uint32_t n;

    attach(); /* servers purge their environment: before main */
    if (start == stop || *start)
        return;
    for (; start < stop; start++) {
        n = (n + 1) % map_size;
        *start = n ? n : ++n; /* 0: nobody has numbered it */
    }
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
    uint8_t *c = &map[*guard];

    *c = (uint8_t)(*c + (*c < 255));
}

static int read_word(uint32_t *word)
{
    ssize_t n;

    do
        n = read(CONTROL_FD, word, sizeof *word);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *word;
}

static int write_word(uint32_t word)
{
    ssize_t n;

    do
        n = write(STATUS_FD, &word, sizeof word);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof word;
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* What was to be done at the exit before there were sessions is the end of
 * libraries: many pages are touched, to no purpose. What a session itself
 * asked for has been done when this is called. */
static void leave(int status, void *unused)
{
    (void)unused;
    (void)fflush(NULL);
    _exit(status);
}

/* Returns in each new process, and at once where nobody asks for any. */
void smtpspec_live_start(void)
{
    uint32_t word;
    pid_t pid;

    if (started++ || !write_word(0))
        return;
    (void)signal(SIGCHLD, SIG_DFL);
    while (read_word(&word)) {
        pid = fork();
        if (pid == 0) {
            (void)close(CONTROL_FD);
            (void)close(STATUS_FD);
            take_session();
            (void)on_exit(leave, NULL);
            return;
        }
        if (pid < 0 || !write_word((uint32_t)pid) ||
            !write_word((uint32_t)wait_for(pid)))
            break;
    }
    _exit(0);
}

__attribute__((constructor)) static void early(void)
{
    attach();
    if (getenv("SMTPSPEC_LIVE_EARLY"))
        smtpspec_live_start();
}

#ifdef LIVE_WRAP
#define PASTE(a, b)  a##b
#define REAL(name)   PASTE(__real_, name)
#define WRAP(name)   PASTE(__wrap_, name)

/* Any result and up to six arguments, as the machine passes them. Weak: a
 * server's build links tools that lack the function, too. */
long REAL(LIVE_WRAP)(long, long, long, long, long, long)
    __attribute__((weak));
long WRAP(LIVE_WRAP)(long, long, long, long, long, long);
long WRAP(LIVE_WRAP)(long a, long b, long c, long d, long e, long f)
{
    smtpspec_live_start();
    return REAL(LIVE_WRAP)(a, b, c, d, e, f);
}
#endif

#ifdef LIVE_GCOV
/* With the linker's --wrap=_exit: who leaves so loses gcc's counters. */
void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}
#endif

#endif
