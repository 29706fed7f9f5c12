/*
 * empty: a target that does nothing: what libFuzzer itself takes. `make
 * bench-fuzz` sets the others beside it.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)data;
    (void)size;
    return 0;
}
