/*
 * delivery: what a server delivered, found by the token of the case.
 *
 * Watches a folder (with all below it; Maildirs are known), or one mbox
 * file. Only what came after delivery_open counts. Symbolic links are not
 * followed out of the tree, special files are not opened, and what is read
 * of one message, of one folder and in all has a bound.
 */
#ifndef CHECK_DELIVERY_H
#define CHECK_DELIVERY_H

#include "script/run.h"

/* Tokens are "spec-XXXXXXXX-XXXXXXXX-X…", all hexadecimal in lower case. */
#define DELIVERY_TOKEN_MAX 48

struct delivery;

/* Notes what is there already. NULL with one line in err. */
struct delivery *delivery_open(const char *path, char *err, size_t err_cap);
void delivery_close(struct delivery *d);

/* How many messages with the token have come. Looks at the files again
 * unless that was done a moment ago. Any thread may call it. */
size_t delivery_count(struct delivery *d, const char *token);

/* Reads the i-th of them into memory that the caller frees. False: it is
 * gone, or there is no memory. */
bool delivery_fetch(struct delivery *d, const char *token, size_t i,
                    struct script_mail *out);

#endif
