"""Sessions that no case of the suite has, for seeds.py: header fields,
addresses, parameters and exchanges that servers read further than the suite
judges them. Each is (header flags, octets)."""
import base64

TLS, GROUPED = 4, 1
EHLO = b"EHLO client.example\r\n"
MAIL = b"MAIL FROM:<sender@example.com>"
RCPT = b"RCPT TO:<tester@example.test>"
END = b"\r\n.\r\n"
QUIT = b"QUIT\r\n"

# Header fields; a message has one line of this table.
FIELDS = [
    b"From: A B <sender@example.com>\nTo: tester@example.test, \"B, C\""
    b" <postmaster@example.test>\nCc: Group: a@example.test, b@c.example;,"
    b" (comment (nested)) d@example.test\nDate: Sun, 22 Nov 2026 10:00:00"
    b" +0000\nMessage-ID: <1@client.example>\nSubject: ordinary",
    b"Resent-From: sender@example.com\nResent-To: staff@example.test\n"
    b"Resent-Cc: a@example.test\nResent-Bcc: b@example.test\n"
    b"Resent-Sender: s@example.com\nResent-Reply-To: r@example.com\n"
    b"Resent-Date: Sun, 22 Nov 2026 10:00:00 +0000\n"
    b"Resent-Message-ID: <2@client.example>\nFrom: x@example.com",
    b"Bcc: tester@example.test\nFrom: sender@example.com",
    b"Bcc:\nFrom: sender@example.com\nTo:",
    b"Sender: other@example.com\nFrom: sender@example.com\n"
    b"Reply-To: =?utf-8?q?J=C3=B6?= <r@example.com>\n"
    b"Errors-To: e@example.com\nReturn-Path: <x@example.com>\n"
    b"Delivery-date: now\nEnvelope-to: tester@example.test",
    b"From: sender@old.example.test\nTo: x@rewrite.example,"
    b" y@old.example.test\nReply-To: z@rewrite.example\n"
    b"Sender: w@rewrite.example",
    b"From: \"un closed <sender@example.com>\nTo: a@b@c, <>, <@a,@b:c@d>",
    b"From: sender@[127.0.0.1]\nTo: a@[IPv6:::1], b@[junk], c@-x.example,"
    b" d@x..example, .e@x.example, f.@x.example, \"g h\"@x.example",
    b"From: a b c\nX-Check: yes\nReply-To: nosuch@example.test",
    b"From: nosuch@example.test\nSender: busy@example.test\n"
    b"Reply-To: staff@example.test\nX-Check: yes",
    b"X-Check: yes\nFrom: tester@example.test\nReply-To: a@example.com",
    b"X-Remove: 1\nX-A-Check: 2\nFrom: sender@example.com\n"
    b"Subject: fields added and removed",
    b"Subject: drop this\nFrom: sender@example.com",
    b"Subject: later\nFrom: sender@example.com",
    b"Subject: discard this\nFrom: sender@example.com",
    b"Subject:\n folded\n\tover\n lines\nFrom: sender@example.com\n"
    b"No colon here",
    b"Subject : space in front of the colon\nFrom : sender@example.com",
    b"Fr\xc3\xb6m: sender@example.com\nTo: t\xc3\xb6ster@example.test",
    b"\n a line that continues nothing",
    b"\n".join(b"Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000"
               for _ in range(30)),
    b"Received: by x.example with SMTP id 1 for <tester@example.test>\n"
    b"Message-ID: not in brackets\nDate: never",
    b"To: undisclosed-recipients:;\nFrom: =?x?y?z?= <>\nCc: ,,,",
    b"Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n"
    b"--x\nContent-Type: text/plain\n\npart\n--x--",
    b"Message-ID: <a@[127.0.0.1]>\nIn-Reply-To: <b@c>\n"
    b"References: <d@e> <f@g>\nComments: (((\nKeywords: a, b",
    b"X-Long: " + b"x" * 3000 + b"\nFrom: sender@example.com",
    b"From: sender@example.com\nTo: " + b", ".join(
        b"a%d@example.test" % i for i in range(100)),
]

# What stands behind RCPT TO: or MAIL FROM:.
PATHS = [
    b"<postmaster>", b"<abuse@example.test>", b"<staff@example.test>",
    b"<nosuch@example.test>", b"<nobody@example.test>",
    b"<busy@example.test>", b"<one@example.test>",
    b"<blackhole@example.test>", b"<trap@example.test>",
    b"<caseful@example.test>", b"<many@example.test>",
    b"<picky@example.test>", b"<tester+tag@example.test>",
    b"<x@relay.example.test>", b"<x-relay@other.example>",
    b"<a%b@hack.example.test>", b"<a%b%c.example@example.test>",
    b"<a!b.example>", b"<\"quoted local\"@example.test>",
    b"<\"a\\\"b\"@example.test>", b"<\"\"@example.test>",
    b"<tester@[127.0.0.1]>", b"<tester@[IPv6:::1]>", b"<tester@[bad]>",
    b"<@relay.example.test,@other.example:tester@example.test>",
    b"<t\xc3\xb6ster@b\xc3\xbccher.example.test>",
    b"<tester@xn--bcher-kva.example.test>", b"<>", b"<<tester@x>>",
    b"tester@example.test", b" <tester@example.test>",
    b"<tester@example.test.>", b"<.a@example.test>", b"<a@example..test>",
    b"<(comment)tester@example.test>", b"Name <tester@example.test>",
    b"<a/../b@example.test>", b"<|cmd@example.test>", b"<${run{x}}@x.example>",
    b"<x@spam.example>", b"<x@later.example>", b"<x@frozen.example>",
    b"<x@queued.example>", b"<x@fake.example>", b"<x@old.example.test>",
    b"<x@rewrite.example>", b"<sender>", b"<two@example.test",
]

PARAMETERS = [
    b" SIZE=100", b" SIZE=0", b" SIZE=1048577", b" SIZE=x",
    b" BODY=8BITMIME", b" BODY=7BIT", b" BODY=BINARYMIME", b" BODY=",
    b" AUTH=<>", b" AUTH=sender@example.com", b" AUTH=a+40b", b" AUTH=+4",
    b" RET=FULL", b" RET=HDRS ENVID=QQ314159", b" RET=HDRS RET=FULL",
    b" RET=NONE", b" ENVID=a ENVID=b", b" ENVID=" + b"e" * 120,
    b" SMTPUTF8", b" SMTPUTF8=1", b" PRDR", b" PRDR=1", b" MT-PRIORITY=1",
    b" BY=10;R", b" HOLDFOR=60", b" REQUIRETLS", b" X=Y=Z", b" =", b" SIZE",
    b" NOTIFY=NEVER", b" ORCPT=rfc822;x@y.example",
]
RCPT_PARAMETERS = [
    b" NOTIFY=NEVER", b" NOTIFY=SUCCESS,FAILURE,DELAY",
    b" NOTIFY=NEVER,SUCCESS", b" NOTIFY=SUCCESS NOTIFY=DELAY", b" NOTIFY=",
    b" ORCPT=rfc822;tester@example.test NOTIFY=FAILURE",
    b" ORCPT=utf-8;t\\x{F6}ster@example.test", b" ORCPT=x ORCPT=y",
    b" ORCPT=rfc822;a+40+", b" RRVS=2026-11-22T10:00:00Z", b" SIZE=1",
]

HELLOS = [
    b"HELO client.example", b"EHLO [127.0.0.1]", b"EHLO [IPv6:::1]",
    b"EHLO [192.0.2.1]", b"HELO", b"EHLO", b"EHLO a b", b"EHLO under_score",
    b"EHLO refused.example", b"EHLO later.example", b"EHLO dropped.example",
    b"EHLO plain.example", b"EHLO localhost", b"EHLO mx.example.test",
    b"EHLO " + b"a" * 255, b"EHLO b\xc3\xbccher.example", b"EHLO [1.2.3",
    b"EHLO <x>", b"LHLO client.example",
]

OTHERS = [
    b"VRFY <postmaster@example.test>", b"VRFY nobody@example.test",
    b"VRFY x@relay.example.test", b"VRFY tester+a@example.test",
    b"VRFY", b"EXPN staff@example.test", b"EXPN nosuch@example.test",
    b"EXPN busy@example.test", b"EXPN one@example.test", b"EXPN",
    b"ETRN example.test", b"ETRN @example.test", b"ETRN #example.test",
    b"ETRN !no", b"ETRN", b"HELP", b"HELP DATA", b"NOOP x", b"RSET x",
    b"DATA x", b"QUIT x", b"STARTTLS x", b"TURN", b"ATRN x", b"SEND", b"DEBUG",
    b"XCLIENT ADDR=127.0.0.1", b"GET / HTTP/1.1", b"\x16\x03\x01\x02",
    b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2", b"AUTH", b"AUTH NONE",
    b"BDAT", b"BDAT x", b"BDAT -1 LAST", b"BDAT 1 2", b"TICK", b"X" * 600,
]


def b64(octets):
    return base64.b64encode(octets)


PLAIN = b64(b"\0tester@example.test\0secret-pw")
USER, PASSWORD = b64(b"tester@example.test"), b64(b"secret-pw")
NTLM_1 = b64(b"NTLMSSP\0\1\0\0\0\x07\xb2\0\0" + bytes(16))
NTLM_3 = b64(b"NTLMSSP\0\3\0\0\0" + b"\x18\0\x18\0\x40\0\0\0" * 2
             + b"\x0c\0\x0c\0\x40\0\0\0" * 3 + bytes(64))
AUTHS = [
    [b"AUTH PLAIN " + PLAIN], [b"AUTH PLAIN", PLAIN],
    [b"AUTH PLAIN", b"*"], [b"AUTH PLAIN", b"!!"], [b"AUTH PLAIN ="],
    [b"AUTH PLAIN " + b64(b"x\0tester@example.test\0wrong")],
    [b"AUTH PLAIN " + b64(b"no separators")], [b"AUTH PLAIN AA=A"],
    [b"AUTH LOGIN", USER, PASSWORD], [b"AUTH LOGIN " + USER, PASSWORD],
    [b"AUTH LOGIN", USER, b"*"], [b"AUTH LOGIN", b"", b""],
    [b"AUTH LOGIN =", PASSWORD], [b"AUTH LOGIN", b"=", b"="],
    [b"AUTH CRAM-MD5", b64(b"tester@example.test " + b"0" * 32)],
    [b"AUTH CRAM-MD5", b64(b"nospace")], [b"AUTH CRAM-MD5", b"*"],
    [b"AUTH NTLM", NTLM_1, NTLM_3], [b"AUTH NTLM " + NTLM_1, NTLM_3],
    [b"AUTH NTLM", NTLM_1, b"*"], [b"AUTH NTLM", b64(b"NTLMSSP")],
    [b"AUTH NTLM", NTLM_1, b64(b"NTLMSSP\0\3\0\0\0" + b"\xff" * 56)],
    [b"AUTH EXTERNAL", USER], [b"AUTH EXTERNAL " + USER],
    [b"AUTH EXTERNAL ="], [b"AUTH EXTERNAL " + b64(b"tester\0x")],
    [b"AUTH PLAIN " + b64(b"a" * 3000)],
    [b"AUTH PLAIN " + PLAIN, b"AUTH PLAIN " + PLAIN],
]


def lines(commands):
    return b"".join(c + b"\r\n" for c in commands)


def message(fields):
    return fields.replace(b"\n", b"\r\n") + b"\r\n\r\nbody\r\n..dot"


def chunked(content, size):
    parts = [content[i:i + size] for i in range(0, len(content), size)]
    return b"".join(b"BDAT %d%s\r\n%s" % (
        len(p), b" LAST" if i + 1 == len(parts) else b"", p)
        for i, p in enumerate(parts))


def transaction(mail=MAIL, rcpt=RCPT, content=message(FIELDS[0])):
    return lines([mail, rcpt, b"DATA"]) + content + END


def sessions():
    for fields in FIELDS:
        yield 0, EHLO + transaction(content=message(fields)) + QUIT
        yield 0, EHLO + lines([MAIL, RCPT]) + chunked(
            message(fields) + b"\r\n", 400) + QUIT
        yield 0, EHLO + lines(AUTHS[0]) + transaction(
            b"MAIL FROM:<tester@example.test>",
            content=message(fields)) + QUIT
        yield TLS, EHLO + b"STARTTLS\r\n" + EHLO + transaction(
            MAIL + b" SMTPUTF8", content=message(fields)) + QUIT
    for path in PATHS:
        yield 0, EHLO + transaction(rcpt=b"RCPT TO:" + path) + QUIT
        yield 0, EHLO + transaction(mail=b"MAIL FROM:" + path) + QUIT
        yield GROUPED, EHLO + transaction(
            MAIL + b" SMTPUTF8 PRDR", b"RCPT TO:" + path + b"\r\n" + RCPT
            + b"\r\nRCPT TO:<picky@example.test>") + QUIT
        yield 0, EHLO + lines(AUTHS[0]) + transaction(
            rcpt=b"RCPT TO:" + path) + QUIT
    for parameter in PARAMETERS:
        yield 0, EHLO + transaction(MAIL + parameter) + QUIT
    for parameter in RCPT_PARAMETERS:
        yield 0, EHLO + transaction(rcpt=RCPT + parameter) + QUIT
    for hello in HELLOS:
        yield 0, hello + b"\r\n" + transaction() + EHLO + QUIT
    for auth in AUTHS:
        yield 0, EHLO + lines(auth) + transaction() + QUIT
        yield TLS, EHLO + b"STARTTLS\r\n" + EHLO + lines(auth) + QUIT
    for other in OTHERS:
        yield 0, EHLO + other + b"\r\n" + transaction() + QUIT
        yield 0, lines([other]) + EHLO + lines([MAIL, other, RCPT, other]) + (
            QUIT)
    yield 0, lines(OTHERS * 2)
    yield 0, EHLO + b"NOOP\r\n" * 150 + QUIT
    yield 0, EHLO + lines([MAIL] + [RCPT] * 30 + [b"DATA"]) + b"x" + END
    yield 0, EHLO + transaction() * 3 + QUIT
    yield 8, EHLO + lines([MAIL, RCPT, b"DATA"]) + b"Subject: cut off\r\n"
    yield 8, EHLO + lines([MAIL, RCPT]) + b"BDAT 100\r\ncut off"
    yield 2, EHLO + transaction() + QUIT
