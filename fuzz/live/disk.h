/*
 * disk: how much a run has written.
 */
#ifndef FUZZ_LIVE_DISK_H
#define FUZZ_LIVE_DISK_H

#include <stdint.h>

/* The octets of the files in a folder, without those in folders in it. 0
 * when there is no such folder. */
uint64_t disk_used(const char *folder);

#endif
