"""aiosmtpd as an MX and as a submission server, mail into a maildir."""
import asyncio
import itertools
import logging
import os
import re
import ssl
import time

from aiosmtpd.smtp import SMTP, AuthResult

MAIL = "/srv/mail"
count = itertools.count()
own_return_path = re.compile(rb"\AReturn-Path:.*\n")


def store(content):
    name = "%d.%d.mx.example.test" % (time.time_ns(), next(count))
    with open(f"{MAIL}/tmp/{name}", "wb") as f:
        f.write(content)
    os.rename(f"{MAIL}/tmp/{name}", f"{MAIL}/new/{name}")


def ours(address):
    # the library hands an unqualified postmaster over as it came
    address = address.lower()
    return address.endswith("@example.test") or address == "postmaster"


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.lower() == "nosuch@example.test":
            return "550 5.1.1 User unknown"
        if not session.authenticated and not ours(address):
            return "550 5.7.1 Relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        sender = (envelope.mail_from or "").encode("utf-8", "surrogateescape")
        content = own_return_path.sub(b"", envelope.original_content)
        store(b"Return-Path: <%s>\r\n" % sender + content)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    login = getattr(data, "login", None)
    password = getattr(data, "password", None)
    ok = login == b"tester@example.test" and password == b"secret-pw"
    # not handled: the library then answers 535 itself
    return AuthResult(success=ok, handled=ok)


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain("/etc/smtpspec/cert.pem", "/etc/smtpspec/key.pem")
    auth = {"authenticator": authenticate, "auth_required": True}
    plain = {"auth_require_tls": False}
    loop = asyncio.get_running_loop()

    async def listen(port, wrap=None, **options):
        await loop.create_server(
            lambda: SMTP(Handler(), hostname="mx.example.test", **options),
            "127.0.0.1", port, ssl=wrap)

    await listen(21701, tls_context=tls)
    await listen(21702, tls_context=tls, **auth, **plain)
    await listen(21703, wrap=tls, **auth, **plain)
    await listen(21706, tls_context=tls, require_starttls=True, **auth)
    await asyncio.Event().wait()


logging.basicConfig(level=logging.INFO)
asyncio.run(main())
