/*
 * guard: a test that hangs ends as a crash. Linked into every test binary;
 * it runs before main.
 *
 * Criterion's own `.timeout` is not used: it leaks memory in the process that
 * starts the tests, and a suppression for the leak would hide those of the
 * tests, which have the library on their stacks too.
 */
#include <stdlib.h>
#include <unistd.h>

#define SECONDS 120 /* of one test; under valgrind some take a quarter */

/* The program starts itself again for each test: only there it is set. */
#define MARK "SMTPSPEC_TEST_GUARD"

__attribute__((constructor)) static void guard(void)
{
    if (getenv(MARK))
        alarm(SECONDS);
    else
        setenv(MARK, "1", 1);
}
