/*
 * code_command: reply codes that refuse a command for its form, its place
 * or its absence from the server, 50z (RFC 5321 4.2.2, 4.2.4, 4.3.2).
 */
#include "smtp/code_rows.h"

const struct smtp_code smtp_code_rows_command[] = {
    {.code = 500,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_ANY | SMTP_ON_UNKNOWN,
     .name = "Command unrecognized",
     .role = "does not know the command, or finds the line too long",
     .meaning = "The server does not know this command, or the line is "
                "longer than it accepts.",
     .seen = "For commands of extensions that the server does not have, "
             "mistyped commands, message text that is taken for commands "
             "because a message did not go as one side thought, and login "
             "lines over the limit. A server without EHLO says it to EHLO.",
     .action = "Use only commands that the answer to EHLO offers; after 500 "
               "to EHLO, send HELO. If every command gets it, the two sides "
               "are out of step: end the session and start anew.",
     .operate = "EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT and VRFY "
                "must be known, in lines of up to 512 octets. Look for a "
                "firewall that rewrites SMTP, and count the errors of a "
                "client rather than closing at the first.",
     .enhanced = "5.5.1 5.5.2 5.5.6",
     .spec = "RFC5321 4.1.4, 4.2.2, 4.2.4, 4.3.2, 4.5.1, 4.5.3.1.4; "
             "RFC4954 4, 6"},
    {.code = 501,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_ANY,
     .name = "Syntax error in parameters",
     .role = "knows the command but not what stands behind it",
     .meaning = "The command is known, but its argument or a parameter is "
                "malformed, missing or not allowed there.",
     .seen = "An address without its angle brackets or domain, a host name "
             "that is not one behind EHLO, an argument behind DATA, RSET or "
             "QUIT, a bad value of SIZE, NOTIFY or another parameter. In an "
             "AUTH exchange: text that is not base64, or the client's own "
             "* that gave up.",
     .action = "Correct the command. Usual causes: no < > around the "
               "address, a host name with an underscore or none at all "
               "behind EHLO, a space behind MAIL FROM: or non-ASCII "
               "characters without SMTPUTF8.",
     .operate = "The log shows the line as it was received; see whether the "
                "client is wrong or the check too strict.",
     .enhanced = "5.5.2 5.5.4 5.1.3 5.1.7 5.7.0",
     .spec = "RFC5321 4.1.1, 4.1.2, 4.1.4, 4.2.2, 4.3.2; RFC4954 4; "
             "RFC3207 4; RFC6409 5.1"},
    {.code = 502,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_UNKNOWN | SMTP_ON_EHLO | SMTP_ON_VRFY | SMTP_ON_EXPN |
               SMTP_ON_HELP | SMTP_ON_STARTTLS | SMTP_ON_AUTH | SMTP_ON_BDAT |
               SMTP_ON_ATRN,
     .name = "Command not implemented",
     .role = "knows the command but does not offer it",
     .meaning = "The server recognizes the command and does not provide it.",
     .seen = "For EXPN, HELP, TURN, SEND, SOML and SAML, or for a command "
             "that was switched off. Some servers send it for every unknown "
             "command, where 500 is meant.",
     .action = "Do without the command. After 502 to EHLO, send HELO. For "
               "STARTTLS or AUTH: this server or port does not have it; "
               "submission belongs on port 587 or 465.",
     .operate = "Do not offer in the EHLO reply what gets 502. A disabled "
                "VRFY should get 252 instead.",
     .enhanced = "5.5.1",
     .spec = "RFC5321 3.5.3, 4.2.2, 4.2.4, 4.3.2; RFC2645 5.4"},
    {.code = 503,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_ANY,
     .name = "Bad sequence of commands",
     .role = "finds the command in the wrong place",
     .meaning = "The command is right in itself but not allowed at this "
                "point of the session; the state did not change.",
     .seen = "RCPT before MAIL, DATA before an accepted RCPT, a second MAIL "
             "in one transaction, a second AUTH, AUTH during a transaction, "
             "STARTTLS inside TLS, DATA after BDAT; MAIL before EHLO on "
             "servers that insist; every command after a greeting of 554.",
     .action = "Look at the reply before this one: mostly an earlier command "
               "was refused and the client went on regardless. Keep the "
               "order EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, DATA, and send "
               "RSET to start over.",
     .operate = "Read the log for the first refusal in the session. If AUTH "
                "gets 503 before any login, it is not enabled on that port "
                "or not before TLS.",
     .enhanced = "5.5.1 5.5.0",
     .spec = "RFC5321 3.1, 3.3, 4.1.4, 4.2.2, 4.3.2; RFC4954 4; RFC3030 2, "
             "3; RFC3207 4.2"},
    {.code = 504,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_COMMAND,
     .events = SMTP_ON_AUTH | SMTP_ON_EHLO | SMTP_ON_MAIL | SMTP_ON_VRFY |
               SMTP_ON_EXPN | SMTP_ON_HELP,
     .name = "Command parameter not implemented",
     .role = "has the command, but not with that parameter",
     .meaning = "The server has the command but not the parameter or choice "
                "that came with it.",
     .seen = "Mostly to AUTH with a mechanism that the server does not "
             "offer, or offers only inside TLS. Some servers, such as "
             "Postfix, also refuse a host name behind EHLO that is not fully "
             "qualified with it.",
     .action = "Choose a mechanism from the AUTH line of the EHLO reply; "
               "start TLS first and read that line again behind it. If it "
               "comes to EHLO, MAIL or RCPT, use the full host name.",
     .operate = "Compare the mechanisms offered with those that the "
                "authentication service has, before and after STARTTLS.",
     .enhanced = "5.5.4 5.7.4",
     .spec = "RFC5321 4.2.1, 4.2.2, 4.3.2; RFC4954 4"},
    {.code = 0},
};
