/*
 * explain_summary: one line each for pairs that people confuse.
 */
#include "cli/explain_page.h"

static const struct {
    unsigned low, high;
    const char *text;
} summaries[] = {
    {211, 214, "Both answer HELP: 211 is about the state of the system, 214 "
               "about how to use it. Programs treat them alike."},
    {220, 221, "220 opens the session, 221 closes it."},
    {220, 250, "220 is said by the server first, before any command; 250 "
               "answers commands."},
    {220, 421, "Both can be the first line of a connection: 220 lets the "
               "client in, 421 sends it away until later."},
    {220, 530, "220 says that the server is there; 530, that it will not "
               "serve this client before it has logged in."},
    {220, 554, "Both can be the greeting: 220 lets the client in, 554 says "
               "that there is no service here for it."},
    {221, 250, "250 answers a command and the session goes on; 221 answers "
               "QUIT and ends it."},
    {221, 421, "Both end the session: 221 because the client asked with "
               "QUIT, 421 because the server has to."},
    {221, 530, "221 is the good end of a session; 530 refuses a command, and "
               "the session goes on so that the client can log in."},
    {235, 250, "Both are success: 235 belongs to AUTH alone, 250 to "
               "everything else."},
    {235, 334, "334 is half-way through a login, 235 its good end."},
    {235, 535, "The two ends of a login: 235 if it worked, 535 if not."},
    {250, 251, "Both accept the recipient; 251 also tells the new address."},
    {250, 252, "250 to VRFY says that the address exists; 252 says nothing "
               "about it. 252 never answers MAIL, RCPT or a message."},
    {250, 354, "354 asks for the message; 250, after its end, takes "
               "responsibility for it."},
    {250, 550, "At RCPT: 250 accepts the recipient, 550 refuses it for "
               "good."},
    {251, 551, "Both name a new address: with 251 the server forwards the "
               "message itself, with 551 the sender has to send it again."},
    {252, 550, "To VRFY: 252 leaves open whether the address exists, 550 "
               "says that it does not or is not for you."},
    {334, 354, "Both ask for more: 334 for a line of the login, 354 for the "
               "message."},
    {354, 503, "To DATA: 354 lets the message begin; 503 says that MAIL or "
               "an accepted RCPT is missing, and the message must not be "
               "sent."},
    {421, 450, "421 ends the whole session; 450 refuses one address and the "
               "session goes on."},
    {421, 451, "421 ends the connection, 451 fails one command and the "
               "session goes on; both are to be tried again later."},
    {421, 521, "421 is for now, 521 for ever: try again later after 421, not "
               "after 521."},
    {421, 554, "As a greeting: 421 means try again later, 554 means do not "
               "come back unless something changes."},
    {432, 454, "With 454 the login cannot be checked now and may work later; "
               "with 432 it takes one login with PLAIN first."},
    {450, 451, "450 is about the recipient's mailbox or policy, 451 about "
               "trouble inside the server; the client does the same."},
    {450, 550, "The same refusal of an address: 450 for now, 550 for good."},
    {451, 452, "451 is an error inside the server; 452 is lack of room, or "
               "too many recipients at a time."},
    {451, 551, "Unrelated in spite of the digits: 451 is an error inside the "
               "server, 551 a mailbox that has moved."},
    {451, 554, "Both can refuse a message: 451 for now, because of trouble "
               "inside the server, 554 for good."},
    {452, 552, "No room: with 452 the system has none now and the client "
               "tries later, with 552 the message or mailbox is over a fixed "
               "limit. For too many recipients 452 is right; 552 is to be "
               "taken as 452 there."},
    {454, 530, "454: TLS or login is broken on the server, try later; 530: "
               "the client has not started TLS or logged in, and must."},
    {454, 535, "454: the password could not be checked; 535: it was checked "
               "and is wrong. Ask the user for another only after 535."},
    {455, 555, "The same parameter refused: 455 for now, 555 for good."},
    {458, 459, "To ETRN: with 458 the server cannot do it now, with 459 it "
               "will not do it for this host."},
    {500, 501, "500: the command is unknown; 501: the command is known, what "
               "follows it is wrong."},
    {500, 502, "500: the server does not know the command; 502: it knows the "
               "command and does not offer it."},
    {500, 503, "500: no such command; 503: right command, wrong moment."},
    {501, 503, "501: the line is wrong in itself; 503: the line is right but "
               "comes at the wrong moment."},
    {501, 504, "501: malformed; 504: well formed, but the server does not "
               "have that parameter or mechanism."},
    {501, 553, "501: the command line is malformed; 553: the line is "
               "readable, but the address is not allowed as a mailbox."},
    {501, 555, "501: a parameter is malformed; 555: it is unknown to the "
               "server or cannot be honoured."},
    {502, 504, "502: the whole command is missing; 504: the command is there, "
               "the parameter is not."},
    {503, 530, "503: an earlier step of the session is missing, such as MAIL; "
               "530: the login, or TLS, is missing."},
    {504, 534, "504: the server does not have that mechanism; 534: it has "
               "it, but policy finds it too weak for this user."},
    {521, 554, "As a greeting: 521 says that the host takes mail from nobody, "
               "554 that it does not serve this client."},
    {521, 556, "521 is said by a host that takes no mail; 556 by a relay "
               "about a recipient's domain that takes none."},
    {523, 538, "Both want TLS before the login; 538 is the older code and "
               "speaks of the mechanism. Servers today use 530 or do not "
               "offer AUTH before TLS."},
    {525, 535, "535: wrong credentials; 525: the account itself is switched "
               "off, so that no password helps."},
    {530, 534, "530: no login was tried; 534: a login was tried, with a "
               "mechanism that is too weak."},
    {530, 535, "530: no login was tried, and one is needed; 535: a login was "
               "tried and failed."},
    {530, 538, "530: log in (or start TLS) first; 538: the login was tried "
               "without TLS."},
    {530, 550, "530: log in and try again; 550: refused whether or not you "
               "log in, unless the text says otherwise. Some servers send "
               "550 where 530 is meant."},
    {530, 554, "530 can be cured by a login or TLS; 554 refuses the "
               "transaction or the client."},
    {534, 535, "534: the mechanism is too weak; 535: the credentials are "
               "wrong. The first wants another mechanism, the second another "
               "password."},
    {534, 538, "534 wants a stronger mechanism; 538 wants TLS around the "
               "same one."},
    {550, 551, "Both refuse the recipient; 551 also names the address to use "
               "instead."},
    {550, 552, "550: no such mailbox, or policy; 552: too big, or the mailbox "
               "is full."},
    {550, 553, "550: the mailbox does not exist or policy refuses it; 553: "
               "the address itself is not allowed."},
    {550, 554, "550 mostly refuses one address, 554 mostly the whole message "
               "or session; as to policy and spam, servers use either."},
    {550, 556, "550: this mailbox is refused; 556: its whole domain takes no "
               "mail."},
    {552, 554, "552: too big or no quota left; 554: refused for any other "
               "reason."},
};

const char *explain_pair_summary(unsigned low, unsigned high)
{
    for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++) {
        if (summaries[i].low == low && summaries[i].high == high)
            return summaries[i].text;
    }
    return NULL;
}
