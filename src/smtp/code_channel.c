/*
 * code_channel: reply codes that refuse for want of service, login or
 * encryption, 52z and 53z (RFC 7504 3, RFC 4954 6, RFC 3207 4, RFC 5248).
 */
#include "smtp/code_rows.h"

const struct smtp_code smtp_code_rows_channel[] = {
    {.code = 521,
     .link = SMTP_LINK_MAY_CLOSE,
     .retry = SMTP_RETRY_ELSEWHERE,
     .scope = SMTP_SCOPE_SESSION,
     .events = SMTP_ON_CONNECT | SMTP_ON_ANY,
     .name = "Host does not accept mail",
     .role = "says that this host never takes mail from anybody",
     .meaning = "This host does not accept mail at all, from any sender and "
                "for any recipient.",
     .seen = "Instead of the greeting, on a host that answers port 25 only "
             "to say so; then to every command, unless it closes at once. "
             "Some servers use it with a disconnect against a single client "
             "(Postfix for a bad BDAT line), for which it was not made.",
     .action = "Do not try this host again: check the recipient's domain and "
               "its MX records, which should not lead here. If mail worked "
               "before, read the text; you may be blocked.",
     .operate = "Use it only where no mail is ever taken, never on a "
                "submission port; to turn away some clients, greet with 554. "
                "Publish a null MX record for the domain as well.",
     .enhanced = "5.3.2",
     .spec = "RFC7504 3; RFC6409 7; RFC1846"},
    {.code = 523,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Encryption needed",
     .role = "wants a stronger privacy layer before it goes on",
     .meaning = "The server demands encryption, or stronger encryption, "
                "before it does what was asked.",
     .seen = "In answer to AUTH on a connection without TLS, from the few "
             "servers that use this code; 530 or 538 is more common.",
     .action = "Start TLS (STARTTLS on port 587, or port 465), then "
               "authenticate again.",
     .operate = "Offer AUTH only inside TLS; then no client runs into this "
                "reply.",
     .enhanced = "5.7.10",
     .spec = "RFC5248 2.4"},
    {.code = 525,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "User account disabled",
     .role = "knows the user, whose account is switched off",
     .meaning = "The credentials may be right, but the account was switched "
                "off by an administrator.",
     .seen = "In answer to AUTH for an account that was locked, has expired "
             "or was not paid for. Many servers say 535 instead, so as not "
             "to disclose that the account exists.",
     .action = "Asking for the password again is useless: have the "
               "administrator enable the account.",
     .operate = "Check the state of the account, and after a break-in change "
                "the password before you enable it.",
     .enhanced = "5.7.13",
     .spec = "RFC5248 2.4"},
    {.code = 530,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_SESSION,
     .events = SMTP_ON_MAIL | SMTP_ON_RCPT | SMTP_ON_DATA | SMTP_ON_BDAT |
               SMTP_ON_BURL | SMTP_ON_RSET | SMTP_ON_VRFY | SMTP_ON_EXPN |
               SMTP_ON_HELP | SMTP_ON_ETRN | SMTP_ON_ATRN | SMTP_ON_AUTH,
     .name = "Authentication required",
     .role = "wants a login (or TLS) first",
     .meaning = "The server does this only for clients that have "
                "authenticated; or, as the text then says, only after "
                "STARTTLS.",
     .seen = "When mail is attempted without a login on a server that "
             "requires AUTH, typically submission on port 587 or 465: at "
             "MAIL, on some servers only at RCPT. \"Must issue a STARTTLS "
             "command first\" is the same code for a missing TLS, and then "
             "HELO, RSET and AUTH get it too. EHLO, NOOP and QUIT never get "
             "it. A server that takes mail for its own "
             "domain on port 25 must not ask senders elsewhere for either.",
     .action = "Authenticate before MAIL: switch on authentication for "
               "outgoing mail in the client, check user name, password and "
               "mechanism, and start TLS first if the text asks for it or "
               "the EHLO reply has no AUTH line yet. Nobody who delivers to "
               "an MX on port 25 should see it.",
     .operate = "On submission ports it is right. On port 25 of an MX it "
                "loses mail: take the requirement off there. If clients do "
                "log in, see whether the login failed (535) before.",
     .enhanced = "5.7.0 5.7.10 5.7.1",
     .spec = "RFC4954 6; RFC6409 4.3; RFC3207 4; RFC8314 3.3; "
             "RFC2645 5.2.1"},
    {.code = 534,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Authentication mechanism too weak",
     .role = "finds the mechanism too weak",
     .meaning = "The mechanism that the client chose is weaker than the "
                "server's policy allows for this user.",
     .seen = "In answer to AUTH. Some providers also use it to demand an "
             "application password or a sign-in through the web; then the "
             "text has a link.",
     .action = "Log in with a stronger mechanism from the AUTH line of the "
               "EHLO reply, such as SCRAM-SHA-256 or OAUTHBEARER; read the "
               "text for an application password.",
     .operate = "Do not offer mechanisms that no user may use, and check the "
                "policy of this user.",
     .enhanced = "5.7.9",
     .spec = "RFC4954 6"},
    {.code = 535,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Authentication credentials invalid",
     .role = "says that the login failed",
     .meaning = "The login failed: user name or password is wrong, or not "
                "sufficient for this user.",
     .seen = "In answer to AUTH or to the last line of its exchange, on the "
             "submission ports 587 and 465: a typing error, a changed "
             "password, the address where a user name is expected (or the "
             "reverse), or an account that needs an application password or "
             "OAuth. Also the usual trace of password guessing in a "
             "server's log.",
     .action = "Ask the user for the credentials and try again; check that "
               "they belong to this server, and use an application password "
               "where the account has two-factor sign-in. Do not repeat it "
               "automatically: accounts get locked.",
     .operate = "Test the credentials against the authentication service "
                "itself; limit the rate of failed logins.",
     .enhanced = "5.7.8 5.7.14 5.7.0",
     .spec = "RFC4954 4, 6"},
    {.code = 538,
     .link = SMTP_LINK_STAYS,
     .retry = SMTP_RETRY_CHANGED,
     .scope = SMTP_SCOPE_LOGIN,
     .events = SMTP_ON_AUTH,
     .name = "Encryption required for the mechanism",
     .role = "takes this mechanism only inside TLS",
     .meaning = "The chosen mechanism may be used only on an encrypted "
                "connection.",
     .seen = "In answer to AUTH PLAIN or LOGIN without TLS, from older "
             "servers. The code is historic: servers today do not offer the "
             "mechanism before TLS.",
     .action = "Start TLS (STARTTLS on port 587, or port 465), then "
               "authenticate again. A password that was sent along with the "
               "command has crossed the network in clear: change it.",
     .operate = "Offer such mechanisms only inside TLS instead of refusing "
                "them afterwards.",
     .enhanced = "5.7.11",
     .spec = "RFC4954 6, 15; RFC5248 2.4"},
    {.code = 0},
};
