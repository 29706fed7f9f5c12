"""What nginx needs behind it: a check of passwords, and a server."""
import asyncio
import hmac
import itertools
import os
import re
import time
from urllib.parse import unquote

from aiosmtpd.smtp import SMTP, AuthResult

MAIL = "/srv/mail"
USER, PASSWORD = "tester@example.test", "secret-pw"
count = itertools.count()
own_return_path = re.compile(rb"\AReturn-Path:.*\n")


def right(fields):
    """Whether the password, or what CRAM-MD5 makes of it, is right."""
    said = unquote(fields.get("auth-pass", ""))
    want = PASSWORD
    if fields.get("auth-method") == "cram-md5":
        salt = fields.get("auth-salt", "").encode()
        want = hmac.new(PASSWORD.encode(), salt, "md5").hexdigest()
    return unquote(fields.get("auth-user", "")) == USER and said == want


def answer(fields):
    if fields.get("auth-method") == "none":
        return ["Auth-Status: OK", "Auth-Server: 127.0.0.1",
                "Auth-Port: 23204"]
    if right(fields):
        return ["Auth-Status: OK", "Auth-Server: 127.0.0.1",
                "Auth-Port: 23205", "Auth-Pass: " + PASSWORD]
    # without a time to wait nginx ends the session
    return ["Auth-Status: Invalid login or password",
            "Auth-Error-Code: 535 5.7.8", "Auth-Wait: 1"]


async def ask(reader, writer):
    request = await reader.readuntil(b"\r\n\r\n")
    lines = request.decode("latin-1").split("\r\n")[1:]
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    fields = {key.lower(): value for key, value in fields.items()}
    head = ["HTTP/1.0 200 OK"] + answer(fields) + ["", ""]
    writer.write("\r\n".join(head).encode("latin-1"))
    await writer.drain()
    writer.close()


def authenticate(server, session, envelope, mechanism, data):
    ok = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=ok, handled=ok)


class Handler:
    def __init__(self, relay):
        self.relay = relay

    async def handle_RCPT(self, server, session, envelope, address, options):
        address = address.lower()
        if address == "nosuch@example.test":
            return "550 5.1.1 User unknown"
        ours = address.endswith("@example.test") or address == "postmaster"
        if not self.relay and not ours:
            return "550 5.7.1 Relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = "%d.%d.mx.example.test" % (time.time_ns(), next(count))
        sender = (envelope.mail_from or "").encode("utf-8", "surrogateescape")
        with open(f"{MAIL}/tmp/{name}", "wb") as f:
            f.write(b"Return-Path: <%s>\r\n" % sender)
            f.write(own_return_path.sub(b"", envelope.original_content))
        os.rename(f"{MAIL}/tmp/{name}", f"{MAIL}/new/{name}")
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    auth = {"authenticator": authenticate, "auth_required": True,
            "auth_require_tls": False}

    async def listen(port, relay, **options):
        await loop.create_server(
            lambda: SMTP(Handler(relay), hostname="mx.example.test",
                         **options),
            "127.0.0.1", port)

    await listen(23204, False)
    await listen(23205, True, **auth)
    await asyncio.start_server(ask, "127.0.0.1", 23209)
    await asyncio.Event().wait()


asyncio.run(main())
