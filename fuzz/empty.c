/*
 * empty: a target that does nothing: what libFuzzer itself takes. `make
 * bench-fuzz` sets the others beside it: bare, with libFuzzer's mutations
 * alone, and linked into each of them in the place of what it does
 * (--wrap=LLVMFuzzerTestOneInput), with its mutations and its counters.
 */
#include "fuzz.h"

#ifdef FUZZ_WRAPPED
#define LLVMFuzzerTestOneInput __wrap_LLVMFuzzerTestOneInput
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)data;
    (void)size;
    return 0;
}
