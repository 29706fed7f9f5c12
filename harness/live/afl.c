/*
 * afl: where AFL's fork server starts in a server that afl-clang-fast builds:
 * where WRAP is called, when that is defined, linked with --wrap=WRAP; else
 * where the server calls smtpspec_live_start().
 */
#ifdef WRAP
#define PASTE(a, b) a##b
#define REAL(name)  PASTE(__real_, name)
#define NEW(name)   PASTE(__wrap_, name)

long REAL(WRAP)(void) __attribute__((weak));
long NEW(WRAP)(void);
long NEW(WRAP)(void)
{
    __AFL_INIT();
    return REAL(WRAP)();
}
#else
#include "runtime.h"

void smtpspec_live_start(void)
{
    __AFL_INIT();
}
#endif
