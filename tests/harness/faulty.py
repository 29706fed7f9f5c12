#!/usr/bin/python3
"""A process adapter that goes wrong, as $FAULTY says, when it meets "X"."""

import os
import sys
import time

sys.path.append(os.path.join(os.path.dirname(__file__),
                             "../../harness/adapters"))
from smtpspec_adapter import serve  # noqa: E402  pylint: disable=C0413

FAULTY = os.environ.get("FAULTY", "")


def spin():
    end = time.process_time() + 60
    while time.process_time() < end:
        pass


WAYS = {"exit": lambda: os._exit(3), "abort": os.abort, "hang": spin,
        "raise": lambda: {}["X"], "wrong": lambda: {"verdict": "perhaps"}}


def parse(_kind, pieces):
    octets = b"".join(pieces)
    if b"X" in octets:
        return WAYS[FAULTY]()
    if not octets.endswith(b"\r\n"):
        return {"verdict": "more"}
    return {"verdict": "accepted", "code": int(octets[:3])}


if FAULTY == "start":
    sys.exit(1)
serve(parse, "faulty", "r")
