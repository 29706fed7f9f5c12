#!/usr/bin/env python3
"""A small mail server on standard input and output, as from inetd, which is
right but for what its arguments say.

Usage: answers.py [VERB=REPLY | VERB!REPLY | tls]...

VERB=REPLY answers a command with REPLY; VERB!REPLY closes behind it. "tls"
offers STARTTLS, which is answered 454 unless STARTTLS=REPLY says otherwise;
"auth" offers AUTH PLAIN and wants it before MAIL, "forgets" undoes it at RSET,
and again=REPLY answers AUTH behind AUTH.
"""
import sys


def said(rules, options):
    """What each verb is answered, and the verbs that end the session."""
    answers = {
        "EHLO": "250-fake.example.test\r\n"
        + ("250-STARTTLS\r\n" if "tls" in options else "")
        + ("250-AUTH PLAIN\r\n" if "auth" in options else "")
        + "250 SIZE 1000000",
        "HELO": "250 fake.example.test",
        "NOOP": "250 Ok",
        "RSET": "250 Ok",
        "VRFY": "252 Perhaps",
        "HELP": "214 RFC 5321",
        "QUIT": "221 fake.example.test bye",
        "STARTTLS": "454 not now",
    }
    ends = {"QUIT"}
    for rule in rules:
        at = min(i for i in (rule.find("="), rule.find("!")) if i >= 0)
        verb, reply = rule[:at], rule[at + 1:]
        answers[verb] = reply
        if rule[at] == "!":
            ends.add(verb)
    return answers, ends


class Session:
    """One session: what is open, and who is known."""

    def __init__(self, arguments):
        options = {a for a in arguments if a.isalpha() and a.islower()}
        rules = [a for a in arguments if a not in options]
        self.answers, self.ends = said(rules, options)
        self.known = "auth" not in options
        self.forgets = "forgets" in options
        self.mail = False

    def mail_from(self):
        if not self.known:
            return "530 5.7.0 authentication required"
        if self.mail:
            return "503 nested"
        self.mail = True
        return "250 Ok"

    def auth(self):
        if self.known:
            return self.answers.get("again", "503 known")
        self.known = True
        return "235 Ok"

    def answer(self, verb):
        if verb in self.answers:
            reply = self.answers[verb]
            if verb in ("RSET", "EHLO", "HELO") and reply[0] == "2":
                self.mail = False
            if verb == "RSET" and self.forgets:
                self.known = False
            return reply
        if verb == "AUTH":
            return self.auth()
        if verb == "MAIL":
            return self.mail_from()
        if verb == "RCPT":
            return "250 Ok" if self.mail else "503 MAIL first"
        if verb == "DATA":
            return "503 RCPT first"
        return "500 unknown"

    def run(self):
        out = sys.stdout.buffer
        out.write(b"220 fake.example.test ready\r\n")
        out.flush()
        for line in sys.stdin.buffer:
            verb = line[:8].split(b" ")[0].strip().upper().decode("latin-1")
            out.write((self.answer(verb) + "\r\n").encode("latin-1"))
            out.flush()
            if verb in self.ends:
                return


Session(sys.argv[1:]).run()
