/*
 * digest: SHA-256 of evidence, so that a report and the result JSON that it
 * was made from can be held together.
 */
#ifndef REPORT_DIGEST_H
#define REPORT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "report/result.h"
#include "smtp/span.h"

#define REPORT_DIGEST_OCTETS 32
#define REPORT_DIGEST_HEX    65 /* 64 digits, a to f in lower case, and NUL */

/* The name of the <meta> in an HTML report; its content is the digest of one
 * run's JSON, in the order of the runs. */
#define REPORT_DIGEST_META "smtpspec-evidence-sha256"

struct report_digest {
    unsigned char octets[REPORT_DIGEST_OCTETS];
    char hex[REPORT_DIGEST_HEX];
};

/* Of octets. false: the library failed (no memory). */
bool report_digest_of(struct smtp_span octets, struct report_digest *out);

/* Of what the JSON format writes for r; nothing is kept of the text. false
 * as above. */
bool report_digest_json(const struct result *r, struct report_digest *out);

/* The i-th digest that an HTML report of ours carries. false: there is none
 * (any more), or what stands there is no digest. */
bool report_digest_find(struct smtp_span html, size_t i,
                        char hex[REPORT_DIGEST_HEX]);

#endif
