/*
 * code_transient: reply codes that say "not now", 4yz (RFC 5321 4.2.3,
 * RFC 4954 6, RFC 3207 4, RFC 1985 5.1, RFC 2645 5.2.1).
 */
#include "smtp/code_rows.h"

const struct smtp_code smtp_code_rows_transient[] = {
    {.code = 421,
     .link = SMTP_LINK_CLOSES,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_SESSION,
     .events = SMTP_ON_CONNECT | SMTP_ON_ANY | SMTP_ON_MESSAGE,
     .name = "Service not available",
     .role = "breaks the session off for now",
     .meaning = "The server cannot go on with this session now and closes "
                "the connection.",
     .seen = "Instead of the greeting when the server is overloaded, allows "
             "no more connections from this client or is starting or "
             "stopping; later, in answer to any command or unasked, on "
             "shutdown, after an idle timeout, or when a client made too "
             "many errors or is limited in rate.",
     .action = "Keep the message in the queue and connect again later, "
               "slower and with fewer connections at a time; mail programs "
               "do this by themselves. If it stays: read the text, check the "
               "limits for your address and its reputation.",
     .operate = "Look at the limits on connections and rate, at load, disk "
                "and idle timeout, and at what the log says the client "
                "did.",
     .enhanced = "4.3.2 4.4.2 4.7.0 4.3.0",
     .spec = "RFC5321 3.8, 4.2.2, 4.3.2, 4.5.3.2.7"},
    {.code = 432,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Password transition needed",
     .role = "asks for one login with the password itself",
     .meaning = "The server has no entry yet for this user and this "
                "mechanism; one login with PLAIN would create it.",
     .seen = "In answer to AUTH with a mechanism such as SCRAM, while a "
             "server moves its users from stored passwords to derived "
             "ones. Rare.",
     .action = "Log in once with AUTH PLAIN, inside TLS only; the chosen "
               "mechanism should work from the next session on.",
     .operate = "Offer PLAIN inside TLS as long as users are to be moved, or "
                "set the password of the user anew.",
     .enhanced = "4.7.12",
     .spec = "RFC4954 6; RFC5248 2.4"},
    {.code = 450,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_RCPT | SMTP_ON_MAIL | SMTP_ON_DATA | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT | SMTP_ON_ATRN,
     .name = "Mailbox temporarily unavailable",
     .role = "turns an address away for now",
     .meaning = "The mailbox cannot take the message at the moment, or "
                "policy blocks it for a while.",
     .seen = "Mostly in answer to RCPT: greylisting (the first attempt of an "
             "unknown sender is put off for some minutes), a mailbox in use, "
             "a sender or client whose DNS could not be looked up, or a rate "
             "limit.",
     .action = "Keep the message and try again later from the same address; "
               "after greylisting the second attempt passes. Programs that "
               "send straight to the recipient's server without a queue lose "
               "such mail: give them a relay.",
     .operate = "Check that greylisting lets the retry through, that DNS "
                "works on the server, and which restriction the log "
                "names.",
     .enhanced = "4.2.0 4.7.1 4.1.8 4.7.15 4.2.4",
     .spec = "RFC5321 4.2.2, 4.3.2, 4.5.4.1; RFC6710 4.1"},
    {.code = 451,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_DATA | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT | SMTP_ON_ATRN,
     .name = "Local error in processing",
     .role = "reports trouble inside the server",
     .meaning = "The server ran into an error of its own and did not carry "
                "out the command.",
     .seen = "In answer to MAIL, RCPT or DATA and behind the message: a "
             "content filter, database, directory or DNS server that does "
             "not answer. Some servers greylist with it. A connection that "
             "breaks during a message counts as this code.",
     .action = "Keep the message and try again later; the sender has nothing "
               "to change. If it stays for hours, tell the postmaster of the "
               "other side.",
     .operate = "Read the mail log at that time: filter, milter, database, "
                "LDAP, DNS, file permissions and disk.",
     .enhanced = "4.3.0 4.3.5 4.4.3 4.6.0 4.7.1 4.7.24",
     .spec = "RFC5321 3.8, 4.2.2, 4.2.3, 4.3.2"},
    {.code = 452,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_MESSAGE,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_DATA | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT,
     .name = "Insufficient system storage",
     .role = "has no room now, or no room for more recipients",
     .meaning = "The server lacks space for the message now, or cannot take "
                "more recipients in this transaction.",
     .seen = "At MAIL or behind the message when the disk is nearly full; at "
             "RCPT when the message has more recipients than the server "
             "takes at a time, or when the mailbox is over quota and may be "
             "emptied.",
     .action = "Too many recipients: send to those accepted, and to the rest "
               "in another transaction. Otherwise keep the message and try "
               "again later, and tell the recipient if the mailbox is full.",
     .operate = "Free space in the queue and the mail store, and check "
                "quotas. At least 100 recipients must be accepted in a "
                "transaction; tell clients a lower limit with LIMITS.",
     .enhanced = "4.3.1 4.5.3 4.2.2 4.2.4",
     .spec = "RFC5321 4.2.2, 4.3.2, 4.5.3.1.8, 4.5.3.1.10; RFC1870 6.1, "
             "6.4; RFC9422 4.2"},
    {.code = 453,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_QUEUE,
     .events = SMTP_ON_ATRN,
     .name = "You have no mail",
     .role = "says that no mail waits for the client",
     .meaning = "There is no mail waiting for the domains the client asked "
                "for.",
     .seen = "In answer to ATRN, by a customer of an on-demand mail relay "
             "(port 366) who fetches waiting mail. Although it is 4yz, "
             "nothing went wrong.",
     .action = "Nothing to fix: send QUIT and ask again at the next fetch.",
     .operate = "If mail was expected, check that the queue knows the "
                "customer's domains.",
     .enhanced = "4.3.2",
     .spec = "RFC2645 5.2.1"},
    {.code = 454,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_STARTTLS | SMTP_ON_AUTH,
     .name = "TLS or authentication temporarily unavailable",
     .role = "has TLS or the login out of order for now",
     .meaning = "The server offers what was asked for, but cannot do it at "
                "the moment: start TLS (after STARTTLS), or check the login "
                "(after AUTH). The password was neither right nor wrong.",
     .seen = "To STARTTLS when the server's certificate or key cannot be "
             "loaded; to AUTH when its password database or directory does "
             "not answer. Postfix can also send it at RCPT, where it puts "
             "off relaying.",
     .action = "Try again later, and do not ask the user for another "
               "password. After STARTTLS, decide by policy whether to go on "
               "without TLS: not if a password or private mail would "
               "follow.",
     .operate = "After STARTTLS: check certificate, key, their permissions "
                "and expiry. After AUTH: check that the authentication "
                "service (saslauthd, Dovecot, LDAP) runs and its socket is "
                "reachable.",
     .enhanced = "4.7.0 4.3.0 4.7.1",
     .spec = "RFC3207 4; RFC4954 6"},
    {.code = 455,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT,
     .name = "Server cannot accommodate parameters now",
     .role = "cannot honour a parameter for now",
     .meaning = "A parameter of MAIL or RCPT is known, but the server cannot "
                "honour it at the moment.",
     .seen = "In answer to MAIL or RCPT with parameters such as BODY, BY or "
             "those of another extension. Rare.",
     .action = "Try again later, or send the command without the parameter "
               "if the message does not depend on it.",
     .operate = "Find which parameter the log names and what the extension "
                "behind it waits for.",
     .enhanced = "4.5.4 4.3.3",
     .spec = "RFC5321 4.1.1.11, 4.2.2, 4.3.2"},
    {.code = 458,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_LATER,
     .scope = SMTP_SCOPE_QUEUE,
     .events = SMTP_ON_ETRN,
     .name = "Unable to queue messages",
     .role = "cannot start the waiting mail of a host now",
     .meaning = "The server knows ETRN but could not start delivery for the "
                "host that was named.",
     .seen = "In answer to ETRN, by a site that asks its provider's server "
             "for waiting mail; the queue is busy, or keeps no separate mail "
             "for that host.",
     .action = "Ask again later; if it stays, check the name behind ETRN and "
               "ask the provider.",
     .operate = "Check that the queue can be flushed by destination and that "
                "the host name is one it delivers to.",
     .enhanced = "4.0.0",
     .spec = "RFC1985 5.1, 5.2"},
    {.code = 459,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_QUEUE,
     .events = SMTP_ON_ETRN,
     .name = "Node not allowed",
     .role = "does not let the client ask for the mail of that host",
     .meaning = "The server does not start delivery for the host that was "
                "named; the text says why.",
     .seen = "In answer to ETRN for a host that is not on the server's list "
             "or does not resolve. It is 4yz, yet in most cases a matter of "
             "configuration that does not pass by itself.",
     .action = "Check the name behind ETRN and have the provider allow it "
               "for you.",
     .operate = "Add the host to those that may use ETRN, or switch ETRN off "
                "where nobody needs it.",
     .enhanced = "4.7.1",
     .spec = "RFC1985 5.1, 5.2"},
    {.code = 0},
};
