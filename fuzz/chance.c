#include "chance.h"

#include <stdint.h>
#include <sys/random.h>

static uint32_t state;

void chance_begin(void)
{
    state = 2463534242u;
}

/* In the place of the C library's, for the libraries too. */
__attribute__((visibility("default"))) ssize_t
getrandom(void *buffer, size_t n, unsigned flags)
{
    unsigned char *out = buffer;
    (void)flags;
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        out[i] = (unsigned char)(state >> 11);
    }
    return (ssize_t)n;
}
