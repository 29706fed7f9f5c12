/*
 * store: a folder of messages, one file each. A message is written under a
 * hidden name and renamed when it is complete, so that whoever watches the
 * folder never sees half of one.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include "server/session.h"

/* One session's view of the folder. */
struct store {
    const char *folder;
    bool twice;         /* a fault: every message is there twice */
    int fd;             /* of the message being written, or -1 */
    char id[48];
    char hidden[4352];  /* its path while it is written */
};

/* Prepares s and gives its functions; folder lives as long. */
struct session_store store_open(struct store *s, const char *folder);

#endif
