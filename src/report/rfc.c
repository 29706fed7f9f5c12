/*
 * rfc: see rfc.h.
 */
#include "report/rfc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct topic {
    unsigned number;
    const char *text;
} topics[] = { /* in ascending order */
    {821, "SMTP (1982)"},
    {1845, "Checkpoint and restart"},
    {1870, "SIZE: how large a message may be"},
    {1985, "ETRN: starting a remote queue"},
    {2033, "LMTP: local delivery"},
    {2034, "Enhanced status codes in replies"},
    {2142, "Mailboxes that every domain has"},
    {2195, "AUTH CRAM-MD5"},
    {2645, "ODMR: mail on demand"},
    {2821, "SMTP (2001)"},
    {2852, "DELIVERBY: deliver in time or tell"},
    {2920, "PIPELINING: commands in groups"},
    {3030, "CHUNKING and BINARYMIME"},
    {3207, "STARTTLS: encryption"},
    {3461, "DSN: delivery reports on demand"},
    {3463, "Enhanced status codes"},
    {3848, "How a message came: ESMTPS, ESMTPA"},
    {3865, "NO-SOLICITING"},
    {3885, "MTRK: message tracking"},
    {4141, "Conversion of content"},
    {4405, "SUBMITTER"},
    {4422, "SASL: authentication frame"},
    {4468, "BURL: message by reference"},
    {4616, "AUTH PLAIN"},
    {4865, "FUTURERELEASE: deliver later"},
    {4954, "AUTH: authentication"},
    {5068, "Submission: operation"},
    {5248, "Registry of status codes"},
    {5321, "SMTP: the protocol itself"},
    {5336, "UTF8SMTP (experimental)"},
    {5802, "AUTH SCRAM"},
    {6152, "8BITMIME: octets over 127"},
    {6409, "Submission of new mail"},
    {6531, "SMTPUTF8: international addresses"},
    {6533, "Delivery reports with UTF-8"},
    {6710, "MT-PRIORITY"},
    {7293, "RRVS: who owned the mailbox when"},
    {7504, "Codes 521 and 556"},
    {7505, "Null MX: takes no mail"},
    {7628, "AUTH OAUTHBEARER"},
    {7672, "DANE for SMTP"},
    {7677, "AUTH SCRAM-SHA-256"},
    {8314, "TLS for submission, implicit TLS"},
    {8461, "MTA-STS"},
    {8689, "REQUIRETLS"},
    {8997, "TLS 1.1 is over"},
    {9325, "Recommendations for TLS"},
    {9422, "LIMITS"},
};

static int compare(const void *key, const void *row)
{
    unsigned number = *(const unsigned *)key;
    const struct topic *t = row;

    return (number > t->number) - (number < t->number);
}

const char *report_rfc_topic(unsigned number)
{
    const struct topic *t =
        bsearch(&number, topics, sizeof topics / sizeof *topics,
                sizeof *topics, compare);

    return t ? t->text : "";
}

unsigned report_rfc_number(const char *s, size_t *n)
{
    unsigned number = 0;
    size_t digits, at = 3;

    if (strncasecmp(s, "RFC", 3) != 0)
        return 0;
    at += s[at] == ' ';
    digits = strspn(s + at, "0123456789");
    if (digits == 0 || digits > 5)
        return 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (unsigned)(s[at + i] - '0');
    if (n)
        *n = at + digits;
    return number;
}
