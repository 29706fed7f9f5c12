#!/usr/bin/env python3
"""Seeds for smtpspec-fuzz, from the sessions of conformance runs: what the
client sent in each case, with the header of src/live/input.h in front.

    seeds.py FOLDER RESULT.json...

Sessions that are the same up to what is unique to a run become one seed.
Files are named by their content.
"""
import hashlib
import json
import os
import re
import sys

LOCKSTEP, GROUPED = 0, 1
TLS = 4
LONGEST = 8192
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\",
           '"': b'"'}


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


def seed_of(case):
    """(header flags, stream) of the first connection; None: nothing was
    sent, or too much."""
    stream = bytearray()
    flags = LOCKSTEP
    for entry in case["transcript"]:
        if entry["conn"] > 1:
            continue
        if entry["event"] == "sent":
            data = octets(entry["data"])
            # Several commands in one write: a group.
            if data.count(b"\r\n") > 1 and not stream.endswith(b"DATA\r\n"):
                flags |= GROUPED
            stream += data
        elif entry["event"] == "tls" and stream:
            flags |= TLS
    if not stream or len(stream) > LONGEST or case["transcript_lost"]:
        return None
    return flags, bytes(stream)


def main():
    folder, results = sys.argv[1], sys.argv[2:]
    seen = set()
    os.makedirs(folder, exist_ok=True)
    for path in results:
        with open(path) as text:
            result = json.load(text)
        for case in result["cases"]:
            found = seed_of(case)
            if not found:
                continue
            flags, stream = found
            # Tokens and dates are unique to a run, and say nothing.
            stream = re.sub(rb"smtpspec-[0-9a-z]{6,}|[0-9a-z]{24}",
                            b"token", stream)
            stream = re.sub(rb"Date: [^\r\n]*",
                            b"Date: Thu, 1 Jan 1970 00:00:00 +0000", stream)
            if (flags, stream) in seen:
                continue
            seen.add((flags, stream))
            data = bytes([flags, 255 if flags & GROUPED else 0, 0, 0]) + stream
            name = hashlib.sha256(data).hexdigest()[:16]
            with open(os.path.join(folder, name), "wb") as out:
                out.write(data)
    print(f"{len(seen)} seeds in {folder}")


if __name__ == "__main__":
    main()
