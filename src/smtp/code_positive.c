/*
 * code_positive: reply codes that say yes, 2yz and 3yz (RFC 5321 4.2.3,
 * RFC 4954 6, RFC 1985 5.1, RFC 1845).
 */
#include "smtp/code_rows.h"

const struct smtp_code smtp_code_rows_positive[] = {
    {.code = 211,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_HELP,
     .name = "System status or help",
     .role = "answers HELP with the state of the system",
     .meaning = "The text is about the state of the server, or help on it.",
     .seen = "One of the two positive answers to HELP; often several lines. "
             "Met by people who type commands by hand; mail programs do not "
             "ask for it.",
     .action = "Read the text; nothing to fix. A program never has to "
               "understand it.",
     .operate = "Check that the text tells strangers no more about software "
                "and configuration than you want.",
     .enhanced = "2.0.0",
     .spec = "RFC5321 4.1.1.8, 4.2.2, 4.3.2"},
    {.code = 214,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_HELP,
     .name = "Help message",
     .role = "answers HELP with how to use the server or one command",
     .meaning = "The text explains how to use the server or one of its "
                "commands, for a human reader.",
     .seen = "The usual answer to HELP, often several lines, with or without "
             "the name of a command behind it. Met by people who type "
             "commands by hand.",
     .action = "Read the text; nothing to fix. A program never has to "
               "understand it.",
     .operate = "Check that the text names only what you want strangers to "
                "know, and only commands that work.",
     .enhanced = "2.0.0",
     .spec = "RFC5321 4.1.1.8, 4.2.2, 4.3.2"},
    {.code = 220,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_SESSION,
     .events = SMTP_ON_CONNECT | SMTP_ON_STARTTLS,
     .name = "Service ready",
     .role = "opens the session (or lets TLS begin, after STARTTLS)",
     .meaning = "The server is there and ready: for the client's EHLO, or, "
                "in answer to STARTTLS, for the TLS handshake.",
     .seen = "The first thing a client receives after it connects to port 25 "
             "(mail between servers), 587 (submission) or 465 (submission "
             "with TLS from the start, where it comes inside TLS). The first "
             "word is the server's host name; its software often follows. "
             "The greeting may have several lines. It comes a second time "
             "only as the answer to STARTTLS, and not again after the "
             "handshake.",
     .action = "Nothing to fix: send EHLO, or start TLS if it answers "
               "STARTTLS. If the greeting does not come: is the server "
               "running, is the port right, is a firewall in between, and "
               "does a port that expects TLS at once (465) get it? Allow up "
               "to five minutes, since servers delay the greeting on purpose "
               "to catch clients that talk first.",
     .operate = "The first word must be the server's full host name or an "
                "address in brackets. Naming the software is allowed, not "
                "needed.",
     .enhanced = "",
     .spec = "RFC5321 3.1, 4.2, 4.3.1, 4.5.3.2.1; RFC3207 4; RFC8314 3.3"},
    {.code = 221,
     .link = SMTP_LINK_CLOSES,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_SESSION,
     .events = SMTP_ON_QUIT,
     .name = "Service closing transmission channel",
     .role = "ends the session, in answer to QUIT",
     .meaning = "The session is over and the server closes the connection "
                "now.",
     .seen = "The normal answer to QUIT and the last line of every orderly "
             "session; then the connection closes. Unexpected, it means a "
             "shutdown, an idle timeout or a server that will not talk on "
             "(some send it to web browsers and other clients that do not "
             "speak SMTP); a server that must stop is meant to say 421 "
             "instead.",
     .action = "Nothing to fix behind QUIT: close the connection too. A "
               "message that got its 250 before is in the server's care, "
               "whatever happens to QUIT. If it comes unasked, treat the "
               "message in progress as not sent, connect again later, and "
               "look for an idle timeout between your commands.",
     .operate = "Close only after the reply was sent, and use 421 when the "
                "server ends a session on its own.",
     .enhanced = "2.0.0",
     .spec = "RFC5321 3.8, 4.1.1.10, 4.2.2, 4.3.2"},
    {.code = 235,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Authentication succeeded",
     .role = "says that the login worked",
     .meaning = "The client is authenticated for the rest of the session.",
     .seen = "The last reply of an AUTH exchange, mostly on the submission "
             "ports 587 and 465. It comes at most once in a session.",
     .action = "Nothing to fix: go on with MAIL. If the mechanism brought "
               "its own security layer, send EHLO again first. The right "
               "to use a certain sender address may still be refused later.",
     .operate = "Offer AUTH PLAIN and LOGIN only inside TLS, so that no "
                "password that leads to this reply crosses the network in "
                "clear.",
     .enhanced = "2.7.0",
     .spec = "RFC4954 4, 6"},
    {.code = 250,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_EHLO | SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_MESSAGE |
               SMTP_ON_BDAT | SMTP_ON_BURL | SMTP_ON_RSET | SMTP_ON_NOOP |
               SMTP_ON_VRFY | SMTP_ON_EXPN | SMTP_ON_ETRN | SMTP_ON_ATRN,
     .name = "Requested mail action completed",
     .role = "says that the command was carried out",
     .meaning = "The command was carried out. After the end of the message "
                "it means more: the server has taken over responsibility for "
                "delivering the message or reporting that it could not.",
     .seen = "The everyday success reply: to EHLO (several lines, one "
             "extension on each), MAIL, each accepted RCPT, the end of the "
             "message, BDAT, RSET and NOOP. With LMTP the end of the message "
             "gets one reply for each accepted recipient.",
     .action = "Nothing to fix: go on. Only the 250 behind the message data "
               "means that the message was accepted; a 250 to RCPT does not "
               "promise that the mailbox exists. Mail that vanishes after it "
               "is searched for in the server's log, with the queue "
               "identifier from the reply text if there is one.",
     .operate = "Store the message safely before this reply is sent behind "
                "the message data, and never send 250 to VRFY for an address "
                "that was not checked.",
     .enhanced = "2.0.0 2.1.0 2.1.5 2.6.0 2.3.6",
     .spec = "RFC5321 3.5.3, 4.1.1.4, 4.2.2, 4.2.5, 4.3.2; RFC3030 2; "
             "RFC2033 4.2; RFC1985 5.1"},
    {.code = 251,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_RCPT | SMTP_ON_VRFY | SMTP_ON_ETRN,
     .name = "User not local; will forward",
     .role = "accepts an address that has moved and names the new one",
     .meaning = "The mailbox is no longer here, but the server accepts the "
                "message and forwards it to the address in the reply text. "
                "To ETRN it means that no mail is waiting.",
     .seen = "In answer to RCPT or VRFY for a person whose address has "
             "changed. Rare: most servers forward silently and say 250, so "
             "as not to disclose the new address.",
     .action = "Nothing to fix: the message goes on its way. The sender may "
               "update the address book, if the new address is believed; "
               "nobody has to.",
     .operate = "Use it only where telling the new address to any sender is "
                "wanted; otherwise forward with 250. A client may ignore the "
                "new address.",
     .enhanced = "2.1.5",
     .spec = "RFC5321 3.4, 4.2.2, 4.3.2, 7.4, 7.7; RFC6531 3.7.4.1; "
             "RFC1985 5.1"},
    {.code = 252,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_ADDRESS,
     .events = SMTP_ON_VRFY | SMTP_ON_EXPN | SMTP_ON_ETRN,
     .name = "Cannot verify, but will try to deliver",
     .role = "neither confirms nor denies the address",
     .meaning = "The server does not say whether the address exists, but "
                "would accept a message for it and try to deliver it. To "
                "ETRN it means that delivery of waiting mail was started.",
     .seen = "The answer to VRFY or EXPN on servers that switched the lookup "
             "off for privacy, or that only relay for the domain.",
     .action = "Nothing to fix, and nothing learned: to find out whether the "
               "address takes mail, send a message to it.",
     .operate = "This is the right answer when VRFY or EXPN is disabled; "
                "250 or 550 would pretend that the address was checked.",
     .enhanced = "2.0.0 2.1.5 2.5.0 2.6.8",
     .spec = "RFC5321 3.5.3, 4.2.2, 4.3.2, 7.3; RFC6531 3.7.4.2; "
             "RFC1985 5.1"},
    {.code = 253,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_DONE,
     .scope = SMTP_SCOPE_QUEUE,
     .events = SMTP_ON_ETRN,
     .name = "Pending messages started",
     .role = "says how many waiting messages ETRN has started",
     .meaning = "Delivery of the mail waiting for the named host was "
                "started, and the text says how many messages there are.",
     .seen = "In answer to ETRN, by a site that is online only at times and "
             "asks its provider's server for the waiting mail.",
     .action = "Nothing to fix: the messages arrive over separate "
               "connections to your own server, which must be reachable on "
               "port 25.",
     .operate = "Send it instead of 250 only if the number is known; the "
                "queue may still take its time.",
     .enhanced = "2.0.0",
     .spec = "RFC1985 5.1"},
    {.code = 334,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_GO_ON,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Authentication challenge",
     .role = "asks for the next line of the login",
     .meaning = "The login goes on: the text is the server's challenge in "
                "base64 (it may be empty), and the client's next line is its "
                "answer, not a command.",
     .seen = "In the middle of an AUTH exchange. With AUTH LOGIN the two "
             "challenges ask for user name (VXNlcm5hbWU6) and password "
             "(UGFzc3dvcmQ6).",
     .action = "Send the answer in base64 on one line, or a lone * to give "
               "up (the server then says 501). If a program stops here, the "
               "two sides disagree about the mechanism: try another.",
     .operate = "Send the text in base64 only: prose in this reply breaks "
                "clients.",
     .enhanced = "",
     .spec = "RFC4954 4, 8"},
    {.code = 354,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_GO_ON,
     .scope = SMTP_SCOPE_MESSAGE,
     .events = SMTP_ON_DATA,
     .name = "Start mail input",
     .role = "asks for the message, up to the line with a lone dot",
     .meaning = "The server waits for the message: header, empty line, body, "
                "ended by a line that holds only a dot.",
     .seen = "The positive answer to DATA, once for each message, normally "
             "after at least one recipient was accepted.",
     .action = "Send the message, with one more dot before each line that "
               "begins with a dot, and end it with CR LF . CR LF. Then "
               "wait up to ten minutes for the final reply. If a session "
               "hangs here, the end was not sent in exactly that form, or "
               "large packets are lost on the way (path MTU).",
     .operate = "Only CR LF . CR LF may end the message: a server that takes "
                "bare line feeds for it can be used for SMTP smuggling.",
     .enhanced = "",
     .spec = "RFC5321 3.3, 4.1.1.4, 4.3.2, 4.5.2, 4.5.3.2.5, 4.5.3.2.6"},
    {.code = 355,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_GO_ON,
     .scope = SMTP_SCOPE_MESSAGE,
     .events = SMTP_ON_MAIL,
     .name = "Transaction offset",
     .role = "resumes an interrupted message at the octet it names",
     .meaning = "The server still has part of this message from an earlier "
                "connection; the number that begins the text counts the "
                "octets it has stored.",
     .seen = "With the experimental CHECKPOINT extension only, when MAIL is "
             "repeated with the same TRANSID after the connection broke "
             "during the message. Hardly met today.",
     .action = "Go on sending the message from that octet, not from its "
               "beginning.",
     .operate = "If you did not mean to offer CHECKPOINT, switch it off; "
                "it keeps partial messages.",
     .enhanced = "",
     .spec = "RFC1845"},
    {.code = 0},
};
