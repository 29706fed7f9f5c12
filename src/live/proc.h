/*
 * proc: processes that a server leaves: what /proc knows of them, and their
 * end.
 */
#ifndef LIVE_PROC_H
#define LIVE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The octets of /proc/PID/FILE, at most cap; 0 when there is none. */
size_t live_proc_read(pid_t pid, const char *file, char *out, size_t cap);

/* The children of a thread group's first thread, at most cap of them. */
unsigned live_proc_children(pid_t pid, pid_t *out, unsigned cap);

/* From here on, what a child of this process started becomes a child of this
 * process when that child ends, even in a session of its own. */
void live_proc_adopt(void);

/* Kills and reaps all children of this process, and theirs, but for `keep`
 * (0: none). For a process that is single-threaded and started nothing
 * else. */
void live_proc_end_strays(pid_t keep);

/* Starts COMMAND by the shell, in a process group of its own, with nothing
 * open but /dev/null. It is killed when this process dies. < 0: errno. */
pid_t live_proc_start(const char *command);

/* Whether the process of live_proc_start runs; when it has ended, *pid
 * becomes 0, and what was left of its group is killed. */
bool live_proc_runs(pid_t *pid);

/* Ends it and its group, by force after a second; *pid becomes 0. */
void live_proc_stop(pid_t *pid);

#endif
