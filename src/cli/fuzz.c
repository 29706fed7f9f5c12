/*
 * fuzz: runs smtpspec-fuzz, which stands beside the program.
 *
 * libFuzzer comes with clang's runtime and needs C++; so it is in a program
 * of its own, and smtpspec runs without.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* smtpspec-fuzz in the folder of this program. */
static bool beside(char *path, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", path, cap - sizeof "-fuzz");
    char *slash;

    if (n <= 0)
        return false;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (!slash || (size_t)(slash - path) + sizeof "/smtpspec-fuzz" > cap)
        return false;
    memcpy(slash, "/smtpspec-fuzz", sizeof "/smtpspec-fuzz");
    return true;
}

int cli_fuzz(int argc, char **argv, FILE *out, FILE *err)
{
    char path[PATH_MAX];
    char **args = calloc((size_t)argc + 2, sizeof *args);

    if (!args || !beside(path, sizeof path)) {
        free(args);
        fprintf(err, "smtpspec fuzz: the program's own place is not known\n");
        return CLI_UNABLE;
    }
    args[0] = path;
    memcpy(args + 1, argv, (size_t)argc * sizeof *args);
    (void)fflush(out);
    (void)fflush(err);
    execv(path, args);
    fprintf(err, "smtpspec fuzz: %s: %s: expected what is built with clang's "
                 "libFuzzer (make, with libclang-rt installed)\n",
            path, strerror(errno));
    free(args);
    return CLI_UNABLE;
}
