/*
 * status: how a network call ended. Every blocking call returns one.
 */
#ifndef NET_STATUS_H
#define NET_STATUS_H

#include <stdint.h>

enum net_status {
    NET_OK,
    NET_EOF,     /* the peer closed in order (in TLS: with or without
                    close_notify, see net_conn_close_notify) */
    NET_RESET,   /* ECONNRESET, EPIPE and the like */
    NET_TIMEOUT, /* the deadline passed */
    NET_STOPPED, /* stop_fd became readable */
    NET_FULL,    /* the inbound buffer is full of unread octets */
    NET_TLS,     /* handshake or record failed; net_conn_error says why */
    NET_REFUSED, /* connection refused, or no such socket */
    NET_LOOKUP,  /* the name does not resolve */
    NET_SYSTEM   /* anything else of the system; net_conn_error says what */
};

/* A few words for a status: "timed out". Static. */
const char *net_status_name(enum net_status s);

/* The status of an errno value met on an established connection. */
enum net_status net_status_of_io(int err);

/* The status of an errno value met while connecting. */
enum net_status net_status_of_connect(int err);

/*
 * Waits until fd is ready for `events` of poll(), the deadline passes or
 * stop_fd (or -1) is readable. NET_OK and the events in *revents (errors and
 * hang-up included), NET_TIMEOUT, NET_STOPPED or NET_SYSTEM.
 */
enum net_status net_wait(int fd, short events, int stop_fd,
                         uint64_t deadline, short *revents);

#endif
