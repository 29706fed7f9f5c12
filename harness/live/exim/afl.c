/*
 * afl: puts the start of AFL's fork server where WRAP is called, for a server
 * that afl-clang-fast builds: compiled by it, and linked with --wrap=WRAP.
 */
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
