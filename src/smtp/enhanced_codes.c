/*
 * The registered enhanced status codes: IANA, "Simple Mail Transfer Protocol
 * (SMTP) Enhanced Status Codes Registry" (RFC 5248), in ascending order.
 * "registry" marks a code that no RFC defines.
 */
#include "smtp/enhanced.h"

static const struct smtp_enhanced_info codes[] = {
    {0, 0,  "RFC3463",  "Other undefined status"},
    {1, 0,  "RFC3463",  "Other address status"},
    {1, 1,  "RFC3463",  "Bad destination mailbox address"},
    {1, 2,  "RFC3463",  "Bad destination system address"},
    {1, 3,  "RFC3463",  "Bad destination mailbox address syntax"},
    {1, 4,  "RFC3463",  "Destination mailbox address ambiguous"},
    {1, 5,  "RFC3463",  "Destination address valid"},
    {1, 6,  "RFC3463",  "Destination mailbox has moved"},
    {1, 7,  "RFC3463",  "Bad sender mailbox address syntax"},
    {1, 8,  "RFC3463",  "Bad sender system address"},
    {1, 9,  "RFC3886",  "Message relayed to non-compliant mailer"},
    {1, 10, "RFC7505",  "Recipient address has null MX"},
    {2, 0,  "RFC3463",  "Other or undefined mailbox status"},
    {2, 1,  "RFC3463",  "Mailbox disabled"},
    {2, 2,  "RFC3463",  "Mailbox full"},
    {2, 3,  "RFC3463",  "Message length exceeds administrative limit"},
    {2, 4,  "RFC3463",  "Mailing list expansion problem"},
    {3, 0,  "RFC3463",  "Other or undefined mail system status"},
    {3, 1,  "RFC3463",  "Mail system full"},
    {3, 2,  "RFC3463",  "System not accepting network messages"},
    {3, 3,  "RFC3463",  "System not capable of selected features"},
    {3, 4,  "RFC3463",  "Message too big for system"},
    {3, 5,  "RFC3463",  "System incorrectly configured"},
    {3, 6,  "RFC6710",  "Requested priority was changed"},
    {4, 0,  "RFC3463",  "Other or undefined network or routing status"},
    {4, 1,  "RFC3463",  "No answer from host"},
    {4, 2,  "RFC3463",  "Bad connection"},
    {4, 3,  "RFC3463",  "Directory server failure"},
    {4, 4,  "RFC3463",  "Unable to route"},
    {4, 5,  "RFC3463",  "Mail system congestion"},
    {4, 6,  "RFC3463",  "Routing loop detected"},
    {4, 7,  "RFC3463",  "Delivery time expired"},
    {5, 0,  "RFC3463",  "Other or undefined protocol status"},
    {5, 1,  "RFC3463",  "Invalid command"},
    {5, 2,  "RFC3463",  "Syntax error"},
    {5, 3,  "RFC3463",  "Too many recipients"},
    {5, 4,  "RFC3463",  "Invalid command arguments"},
    {5, 5,  "RFC3463",  "Wrong protocol version"},
    {5, 6,  "RFC4954",  "Authentication exchange line too long"},
    {6, 0,  "RFC3463",  "Other or undefined media error"},
    {6, 1,  "RFC3463",  "Media not supported"},
    {6, 2,  "RFC3463",  "Conversion required and prohibited"},
    {6, 3,  "RFC3463",  "Conversion required but not supported"},
    {6, 4,  "RFC3463",  "Conversion with loss performed"},
    {6, 5,  "RFC3463",  "Conversion failed"},
    {6, 6,  "RFC4468",  "Message content not available"},
    {6, 7,  "RFC6531",  "Non-ASCII address not permitted"},
    {6, 8,  "RFC6531",  "UTF-8 reply required but not permitted"},
    {6, 9,  "RFC6531",  "UTF-8 header message cannot be transferred"},
    {6, 10, "RFC6531",  "Deprecated: the same as X.6.8"},
    {7, 0,  "RFC3463",  "Other or undefined security status"},
    {7, 1,  "RFC3463",  "Delivery not authorized, message refused"},
    {7, 2,  "RFC3463",  "Mailing list expansion prohibited"},
    {7, 3,  "RFC3463",  "Security conversion required but not possible"},
    {7, 4,  "RFC3463",  "Security features not supported"},
    {7, 5,  "RFC3463",  "Cryptographic failure"},
    {7, 6,  "RFC3463",  "Cryptographic algorithm not supported"},
    {7, 7,  "RFC3463",  "Message integrity failure"},
    {7, 8,  "RFC4954",  "Authentication credentials invalid"},
    {7, 9,  "RFC4954",  "Authentication mechanism is too weak"},
    {7, 10, "RFC5248",  "Encryption needed"},
    {7, 11, "RFC4954",  "Encryption required for requested mechanism"},
    {7, 12, "RFC4954",  "Password transition needed"},
    {7, 13, "RFC5248",  "User account disabled"},
    {7, 14, "RFC4468",  "Trust relationship required"},
    {7, 15, "RFC6710",  "Priority level too low"},
    {7, 16, "RFC6710",  "Message too big for the priority"},
    {7, 17, "RFC7293",  "Mailbox owner has changed"},
    {7, 18, "RFC7293",  "Domain owner has changed"},
    {7, 19, "RFC7293",  "RRVS test cannot be completed"},
    {7, 20, "RFC7372",  "No passing DKIM signature"},
    {7, 21, "RFC7372",  "No acceptable DKIM signature"},
    {7, 22, "RFC7372",  "No author-matched DKIM signature"},
    {7, 23, "RFC7372",  "SPF validation failed"},
    {7, 24, "RFC7372",  "SPF validation error"},
    {7, 25, "RFC7372",  "Reverse DNS validation failed"},
    {7, 26, "RFC7372",  "Multiple authentication checks failed"},
    {7, 27, "RFC7505",  "Sender address has null MX"},
    {7, 28, "registry", "Mail flood detected"},
    {7, 29, "RFC8617",  "ARC validation failure"},
    {7, 30, "RFC8689",  "REQUIRETLS support required"},
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

const struct smtp_enhanced_info *smtp_enhanced_at(size_t i)
{
    return i < CODES ? &codes[i] : NULL;
}

const char *smtp_enhanced_meaning(const struct smtp_enhanced *e)
{
    size_t low = 0;
    size_t high = CODES;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct smtp_enhanced_info *row = &codes[mid];
        if (row->subject == e->subject && row->detail == e->detail)
            return row->meaning;
        if (row->subject < e->subject ||
            (row->subject == e->subject && row->detail < e->detail))
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}
