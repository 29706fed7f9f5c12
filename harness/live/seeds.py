#!/usr/bin/env python3
"""Seeds for smtpspec-fuzz: what the client sent in each case of conformance
runs, and the sessions of sessions.py, with the header of src/live/input.h in
front.

    seeds.py FOLDER RESULT.json...

Sessions that are the same up to what is unique to a run become one seed:
tokens, dates, and what SCRAM makes at random. Results have no secrets, so an
AUTH that has one becomes AUTH PLAIN with the account of docs/live-fuzzing.md.
Files are named by their content, so the same results make the same files.
"""
import base64
import hashlib
import json
import os
import re
import sys

import sessions

LOCKSTEP, GROUPED = 0, 1
TLS = 4
LONGEST = 8192
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\",
           '"': b'"'}
SECRET = re.compile(rb"AUTH \S+ \*{4}\r\n(?:\*{4}\r\n|\r\n)*", re.I)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
# Unique to a run, and said nothing by.
UNIQUE = [
    (re.compile(rb"spec-[0-9a-f]{8}-[0-9a-f]{8}(-\d+)?"), b"token"),
    (re.compile(rb"Date: [^\r\n]*"),
     b"Date: Thu, 1 Jan 1970 00:00:00 +0000"),
]
RANDOM = [(re.compile(rb"\br=[^,]*"), b"r=nonce"),
          (re.compile(rb"\bp=[^,]*"), b"p=cHJvb2Y="),
          # CRAM-MD5's answer
          (re.compile(rb" [0-9a-f]{32}$"), b" " + 32 * b"0")]


def octets(text):
    """The octets of a string of a result (docs/result.schema.json)."""
    out = bytearray()
    for whole in re.finditer(r"\\x(..)|\\(.)|([^\\]+)", text):
        hexa, escape, plain = whole.groups()
        if hexa:
            out.append(int(hexa, 16))
        elif escape:
            out += ESCAPES[escape]
        else:
            out += plain.encode("ascii")
    return bytes(out)


def without_nonces(match):
    """An answer to a nonce, the same one always; else as it is."""
    try:
        text = base64.b64decode(match.group(), validate=True)
    except ValueError:
        return match.group()
    same = text
    for pattern, by in RANDOM:
        same = pattern.sub(by, same)
    return match.group() if same == text else base64.b64encode(same)


def repeatable(stream):
    stream = SECRET.sub(b"AUTH PLAIN " + sessions.PLAIN + b"\r\n", stream)
    stream = BASE64.sub(without_nonces, stream)
    for pattern, by in UNIQUE:
        stream = pattern.sub(by, stream)
    return stream


def session_of(case):
    """(header flags, stream) of the first connection; None: nothing was
    sent, or too much."""
    stream = bytearray()
    flags = LOCKSTEP
    starts = False  # STARTTLS was sent, and nothing came since
    for entry in case["transcript"]:
        if entry["conn"] > 1:
            continue
        if entry["event"] == "sent":
            data = octets(entry["data"])
            # Several commands in one write: a group.
            if data.count(b"\r\n") > 1 and not stream.endswith(b"DATA\r\n"):
                flags |= GROUPED
            # Whether the handshake comes about depends on how the server
            # reads what is sent in clear behind STARTTLS.
            if starts:
                flags |= TLS
            starts = data.upper().endswith(b"STARTTLS\r\n")
            stream += data
        elif entry["event"] == "tls" and stream:
            flags |= TLS
        elif entry["event"] == "received":
            starts = False
    if not stream or len(stream) > LONGEST or case["transcript_lost"]:
        return None
    return flags, repeatable(bytes(stream))


def all_sessions(results):
    yield from sessions.sessions()
    for path in results:
        with open(path, encoding="utf-8") as text:
            result = json.load(text)
        for case in result["cases"]:
            found = session_of(case)
            if found:
                yield found


def main():
    folder, results = sys.argv[1], sys.argv[2:]
    names = set()
    os.makedirs(folder, exist_ok=True)
    for flags, stream in all_sessions(results):
        data = bytes([flags, 255 if flags & GROUPED else 0, 0, 0]) + stream
        name = hashlib.sha256(data).hexdigest()[:16]
        names.add(name)
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)
    print(f"{len(names)} seeds in {folder}")


if __name__ == "__main__":
    main()
