#!/usr/bin/python3
"""Adapter of Python's smtplib: SMTP.getreply().

    make fuzz-adapter ADAPTER=harness/adapters/py_smtplib.py
"""

import io
import platform
import smtplib

from smtpspec_adapter import serve


class Source(io.RawIOBase):
    """Hands out one piece a read; knows when it was asked for more."""

    def __init__(self, pieces):
        super().__init__()
        self.pieces = pieces
        self.asked = False

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.pieces:
            self.asked = True
            return 0
        piece = self.pieces[0]
        n = min(len(buffer), len(piece))
        buffer[:n] = piece[:n]
        self.pieces[0] = piece[n:]
        if not self.pieces[0]:
            self.pieces.pop(0)
        return n


class Client(smtplib.SMTP):
    """A client whose connection is the input."""

    def close(self):
        pass


def parse(_kind, pieces):
    total = sum(map(len, pieces))
    source = Source(pieces)
    client = Client()
    client.file = io.BufferedReader(source)
    try:
        code, text = client.getreply()
    except smtplib.SMTPServerDisconnected as error:
        return {"verdict": "more", "note": str(error)}
    except smtplib.SMTPResponseException as error:
        return {"verdict": "rejected", "note": str(error)}
    if source.asked:
        return {"verdict": "more"}
    if code < 0:
        return {"verdict": "rejected", "note": "code %d" % code}
    left = len(client.file.peek())  # may take another piece
    left += sum(map(len, source.pieces))
    return {"verdict": "accepted", "code": code, "used": total - left,
            "lines": text.count(b"\n") + 1}


serve(parse, "smtplib, Python " + platform.python_version(), "r", "r")
