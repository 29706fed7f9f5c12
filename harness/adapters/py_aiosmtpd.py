#!/usr/bin/python3
"""Adapter of aiosmtpd: its commands, its paths, and message content.

Its own coroutine reads from a StreamReader as in a server; here it is run by
hand, one step behind each piece, and left where it waits for more, or at its
first answer.

    make fuzz-adapter ADAPTER=harness/adapters/py_aiosmtpd.py
"""

import asyncio
import copy
import logging

import aiosmtpd
from aiosmtpd.smtp import SMTP

from smtpspec_adapter import serve

LOOP = asyncio.new_event_loop()
logging.disable(logging.CRITICAL)

# Codes that say something about the syntax; the others are about the session,
# or what is not there.
REJECTED = (500, 501, 553)


# Their answers depend on more than the syntax.
OTHERS = (b"AUTH", b"HELP", b"VRFY", b"EXPN", b"STAR")


class Answered(BaseException):
    """The server has answered: it need not go on."""


class Handler:
    """Takes down what the server understood."""

    address = None
    content = None

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.address = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.address = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.content = envelope.content
        return "250 OK"


class Server(SMTP):
    """A server that stops at its answer number `stop_at`."""

    stop_at = 1
    answers = 0
    code = 0
    fed = 0

    async def push(self, status):
        self.answers += 1
        if self.answers < self.stop_at:
            return
        self.code = int(status[:3])
        raise Answered

    def _reset_timeout(self, duration=None):
        pass


class Transport:
    """Nobody is at the other end."""

    def close(self):
        pass


# Making one takes ten times as long as a command: each input has a copy.
HANDLER = Handler()
FRESH = Server(HANDLER, hostname="mx.example", loop=LOOP, enable_SMTPUTF8=True)


def make_server():
    HANDLER.address = HANDLER.content = None
    server = copy.copy(FRESH)
    server._smtp_methods = {verb: getattr(server, method.__name__)
                            for verb, method in FRESH._smtp_methods.items()}
    server.command_size_limits = copy.copy(FRESH.command_size_limits)
    server.transport = Transport()
    server._reader = asyncio.StreamReader(limit=4096, loop=LOOP)
    server.session = server._create_session()
    server.session.host_name = "client.example"
    server.session.extended_smtp = True
    server._set_rset_state()
    return server


def run(server, pieces):
    """Feeds it. True when it answered; False: it waits for more."""
    coroutine = server._handle_client()
    try:
        coroutine.send(None)
        for piece in pieces:
            server.fed += len(piece)
            server._reader.feed_data(piece)
            coroutine.send(None)
    except Answered:
        return True
    finally:
        coroutine.close()
    return False


def split(address):
    address = address.removeprefix("<").removesuffix(">")
    octets = address.encode("utf-8", "surrogateescape")
    if b"@" not in octets:
        return octets, b""
    if octets.endswith(b"]") and b"@[" in octets:
        local, _, domain = octets.rpartition(b"@[")
        return local, b"[" + domain
    local, _, domain = octets.rpartition(b"@")
    return local, domain


def parse_command(pieces):
    server = make_server()
    server.stop_at = 2  # behind the greeting
    octets = b"".join(pieces)
    if octets[:4].upper() != b"MAIL":
        server.envelope.mail_from = "a@client.example"
        server.envelope.rcpt_tos = ["b@mx.example"]
    if not run(server, pieces):
        return {"verdict": "more"}
    verb = octets.split()[:1]
    known = verb and verb[0].upper().decode("latin-1") in server._smtp_methods
    if not known or verb[0][:4].upper() in OTHERS or (
            server.code >= 400 and server.code not in REJECTED):
        return {"verdict": "skipped", "note": str(server.code)}
    if server.code >= 400:
        return {"verdict": "rejected", "note": str(server.code)}
    result = {"verdict": "accepted", "verb": verb[0],
              "used": server.fed - len(server._reader._buffer)}
    if HANDLER.address is not None:
        result["local"], result["domain"] = split(HANDLER.address)
    return result


def parse_path(pieces):
    path = b"".join(pieces).decode("utf-8", "surrogateescape")
    address, rest = make_server()._getaddr(path)
    if not address or rest:
        return {"verdict": "rejected"}
    local, domain = split(address)
    return {"verdict": "accepted", "local": local, "domain": domain}


def parse_data(pieces):
    server = make_server()
    server.stop_at = 3  # behind the greeting and 354
    server.envelope.mail_from = "a@client.example"
    server.envelope.rcpt_tos = ["b@mx.example"]
    if not run(server, [b"DATA\r\n"] + pieces):
        return {"verdict": "more"}
    if HANDLER.content is None:
        return {"verdict": "rejected", "note": str(server.code)}
    return {"verdict": "accepted", "content": HANDLER.content}


PARSERS = {"command": parse_command, "path": parse_path, "data": parse_data}

serve(lambda kind, pieces: PARSERS[kind](pieces),
      "aiosmtpd " + aiosmtpd.__version__, "cpd", "cd", utf8=True)
