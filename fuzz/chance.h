/*
 * chance: getrandom() for the targets, so that an input always does the same:
 * the SASL library's nonces come from there.
 */
#ifndef FUZZ_CHANCE_H
#define FUZZ_CHANCE_H

/* From here on the same octets come again. */
void chance_begin(void);

#endif
