/*
 * code_mail: reply codes that refuse an address or a message, 55z
 * (RFC 5321 4.2.2, 4.3.2; RFC 7504 4 and others).
 */
#include "smtp/code_rows.h"

const struct smtp_code smtp_code_rows_mail[] = {
    {.code = 550,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_RCPT | SMTP_ON_MAIL | SMTP_ON_DATA | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT | SMTP_ON_EHLO | SMTP_ON_VRFY | SMTP_ON_EXPN,
     .name = "Mailbox unavailable or refused by policy",
     .role = "refuses the address or the sender for good",
     .meaning = "The mailbox does not exist or cannot be used by this "
                "sender, or the server refuses the mail for reasons of "
                "policy.",
     .seen = "The most frequent refusal. At RCPT: no such user, relaying "
             "denied, a client or sender on a block list. At MAIL: a sender "
             "that may not send here. Behind the message: judged as spam, or "
             "SPF, DKIM or DMARC failed. The enhanced code tells them apart: "
             "5.1.1 is no such user, 5.7.x is policy.",
     .action = "Read the text and the enhanced code. No such user: correct "
               "the address or take it off the list. Policy: see the link in "
               "the text, check your address against block lists, reverse "
               "DNS, SPF, DKIM and DMARC. Relaying denied: log in on port "
               "587, or the domain's MX points to the wrong server.",
     .operate = "Find the restriction that the log names. For relaying: is "
                "the domain among those the server takes mail for? Refuse in "
                "the session rather than bounce later.",
     .enhanced = "5.1.1 5.7.1 5.2.1 5.1.0 5.7.23 5.7.26 5.7.25 5.7.27 5.7.17 "
                 "5.6.7",
     .spec = "RFC5321 3.3, 3.6.2, 4.2.2, 4.3.2, 7.9; RFC6409 6; RFC7293 "
             "5.1; RFC7372 3; RFC7505 4.2; RFC6531 3.5"},
    {.code = 551,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_ELSEWHERE,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_RCPT | SMTP_ON_VRFY,
     .name = "User not local; try another address",
     .role = "refuses an address that has moved and names the new one",
     .meaning = "The mailbox is not here and the server does not forward; "
                "the text names the address to use instead.",
     .seen = "In answer to RCPT or VRFY for a person whose address has "
             "changed. Rare; some servers send it for relaying denied.",
     .action = "Send to the new address, after a look at whether it is "
               "believable. A mail server does not redirect the message by "
               "itself: it returns it to the sender.",
     .operate = "Use it only where telling the new address to anybody is "
                "wanted; otherwise forward (250) or refuse with 550.",
     .enhanced = "5.1.6 5.7.1",
     .spec = "RFC5321 3.4, 4.2.2, 4.3.2, 7.4, 7.7; RFC6531 3.7.4.1"},
    {.code = 552,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_MESSAGE,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_DATA | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT,
     .name = "Exceeded storage allocation",
     .role = "finds the message too big, or the mailbox over its quota",
     .meaning = "The message is larger than the server or the mailbox "
                "allows, or the mailbox has used up its space.",
     .seen = "At MAIL when the announced SIZE is over the server's limit; at "
             "RCPT or behind the message when the mailbox is full or the "
             "message proves too large. Old servers send it for too many "
             "recipients, where 452 is meant.",
     .action = "Make the message smaller (a file grows by a third in "
               "base64) or send a link. 5.2.2: the recipient must clear the "
               "mailbox. For too many recipients, treat it as 452 and send "
               "to the rest in another transaction.",
     .operate = "Check the size limit, which the SIZE line of the EHLO reply "
                "should tell, and the quota of the mailbox.",
     .enhanced = "5.3.4 5.2.2 5.2.3 5.7.16",
     .spec = "RFC5321 4.2.2, 4.3.2, 4.5.3.1.10; RFC1870 6.1, 6.3, 6.4; "
             "RFC6710 5"},
    {.code = 553,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_VRFY,
     .name = "Mailbox name not allowed",
     .role = "does not accept the address as a name",
     .meaning = "The address is not allowed as a mailbox name: malformed, "
                "ambiguous, or not one that this client may use.",
     .seen = "At RCPT or MAIL for an address without a domain or with odd "
             "characters, or a non-ASCII address without SMTPUTF8; at MAIL "
             "on submission servers for a sender address that does not "
             "belong to the login; to VRFY for a name that fits several "
             "mailboxes.",
     .action = "Correct the address. On a submission server, send from an "
               "address that belongs to the account (the text often says "
               "\"not owned by user\").",
     .operate = "Check which sender addresses the login may use, and whether "
                "address checks refuse valid ones, such as + in the name.",
     .enhanced = "5.1.3 5.1.7 5.1.8 5.1.4 5.7.1 5.6.7",
     .spec = "RFC5321 3.3, 3.5.1, 4.2.2, 4.3.2; RFC6531 3.5"},
    {.code = 554,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_MESSAGE,
     .events = SMTP_ON_CONNECT | SMTP_ON_STARTTLS | SMTP_ON_MAIL |
               SMTP_ON_RCPT | SMTP_ON_DATA | SMTP_ON_MESSAGE | SMTP_ON_BDAT |
               SMTP_ON_BURL,
     .name = "Transaction failed",
     .role = "refuses the whole message or, as a greeting, the session",
     .meaning = "The transaction failed and no better code fits. As a "
                "greeting: there is no SMTP service here for this client.",
     .seen = "Behind the message: content refused as spam or virus, a "
             "malformed header, a mail loop. At DATA: no valid recipients. "
             "At RCPT: relaying denied or a block list, on Postfix. As the "
             "greeting: the client's address is blocked; the connection "
             "stays open until QUIT and other commands get 503. After TLS: "
             "the encryption is not good enough.",
     .action = "Read the text and the enhanced code. Do not resend the same "
               "message unchanged: check its content, attachments, size, "
               "header and the reputation of your address. As a greeting, "
               "send QUIT and find out why the address is blocked.",
     .operate = "Find the filter or restriction that the log names, and give "
                "a reason in the text. A greeting of 554 must wait for QUIT "
                "before it closes.",
     .enhanced = "5.7.1 5.6.0 5.5.1 5.3.4 5.4.6 5.6.3 5.6.6 5.6.9 5.7.0",
     .spec = "RFC5321 3.1, 3.3, 4.2.2, 4.3.2; RFC3207 4.1; RFC6409 4.1, "
             "6.3; RFC4468 6; RFC6531 3.5"},
    {.code = 555,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT,
     .name = "MAIL or RCPT parameters not recognized",
     .role = "does not know a parameter of MAIL or RCPT",
     .meaning = "A parameter behind the address in MAIL or RCPT is unknown "
                "to the server, or cannot be honoured.",
     .seen = "When a client uses a parameter of an extension that the EHLO "
             "reply does not offer, or sends parameters after HELO. Some "
             "large providers send it for any syntax error in MAIL or RCPT.",
     .action = "Use only parameters whose extension is offered, and look for "
               "stray text behind the address.",
     .operate = "Compare the EHLO reply with what the client used; a relay "
                "or firewall may show its clients another EHLO reply.",
     .enhanced = "5.5.4 5.5.2",
     .spec = "RFC5321 4.1.1.11, 4.2.2, 4.3.2"},
    {.code = 556,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_ELSEWHERE,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_RCPT,
     .name = "Domain does not accept mail",
     .role = "says that the recipient's domain never takes mail",
     .meaning = "The recipient's domain declares that it accepts no mail, so "
                "the server will not try to deliver to it.",
     .seen = "In answer to RCPT, from a relay or submission server that "
             "looked the domain up and found a null MX record (MX 0 and a "
             "lone dot).",
     .action = "Correct the address or take it off the list: the domain has "
               "no mail service, and no retry will help.",
     .operate = "If it is your domain, replace the null MX record by a real "
                "one; otherwise nothing to fix.",
     .enhanced = "5.1.10",
     .spec = "RFC7504 4; RFC7505 4.1"},
    {.code = 0},
};
