/*
 * rfc: what the RFCs are about that the suite tests.
 */
#ifndef REPORT_RFC_H
#define REPORT_RFC_H

#include <stddef.h>

/* A few words on the RFC with that number; "" for one that is not known
 * here. Static. */
const char *report_rfc_topic(unsigned number);

/* The number in "RFC5321", "rfc5321" or "RFC 5321" at the beginning of s,
 * and how many octets it takes in *n (may be NULL); 0: there is none. */
unsigned report_rfc_number(const char *s, size_t *n);

#endif
