"""The program's side of harness/adapters/process.c, for parsers in Python.

An adapter calls serve() with a function that takes the kind ("reply",
"command", "path", "xtext", "base64", "data") and a list of pieces (bytes),
and returns a dict: "verdict" ("accepted", "rejected", "more", "skipped") and
what the parser found: used, code, lines, size, last (numbers), text, verb,
local, domain, content (bytes), params (a list of pairs of bytes), note (str).
An exception is a fault, and named by its class.
"""

import os
import struct
import sys

KINDS = {"r": "reply", "c": "command", "p": "path", "x": "xtext",
         "b": "base64", "d": "data"}
NUMBERS = ("used", "code", "lines", "size", "last")
OCTETS = ("text", "verb", "local", "domain", "content")
UINT64_MAX = 2 ** 64 - 1


def _hex(octets):
    return octets.hex() or "-"


def _lines(result):
    yield "verdict " + result["verdict"]
    for name in NUMBERS:
        if result.get(name) is not None:
            yield "%s %d" % (name, min(result[name], UINT64_MAX))
    for name in OCTETS:
        if result.get(name) is not None:
            yield "%s %s" % (name, _hex(result[name]))
    if result.get("params") is not None:
        yield "params"
        for keyword, value in result["params"]:
            yield "param %s %s" % (_hex(keyword), _hex(value))
    if result.get("note"):
        note = result["note"].encode("ascii", "replace").decode()
        yield "note " + " ".join(note.split())


def _answer(result):
    """The lines of a result, or of what is wrong with it."""
    try:
        return list(_lines(result))
    except Exception as error:  # of another type, or without its verdict
        note = "answer: %s: %s" % (type(error).__name__, error)
        return ["verdict fault", "note " + " ".join(note.split())]


def _send(out, lines):
    text = "\n".join(lines).encode()
    out.write(struct.pack(">I", len(text)) + text)
    out.flush()


def _parse(parse, kind, piece, octets):
    step = piece or len(octets) or 1
    pieces = [octets[i:i + step] for i in range(0, len(octets), step)]
    try:
        return parse(kind, pieces)
    except Exception as error:  # whatever it is, it is the parser's
        return {"verdict": "fault",
                "note": "%s: %s" % (type(error).__name__, error)}


def serve(parse, name, kinds, pieces="", utf8=False):
    """Answers until there is no more input. kinds, pieces: letters."""
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the parser prints is no answer
    sys.stdout = sys.stderr
    hello = ["name " + name, "kinds " + kinds, "pieces " + pieces]
    _send(out, hello + (["utf8"] if utf8 else []))
    while True:
        head = source.read(4)
        if len(head) < 4:
            return
        body = source.read(struct.unpack(">I", head)[0])
        piece = struct.unpack(">I", body[1:5])[0]
        result = _parse(parse, KINDS[chr(body[0])], piece, body[5:])
        _send(out, _answer(result))
