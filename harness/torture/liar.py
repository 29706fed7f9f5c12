#!/usr/bin/env python3
"""In place of smtpspec: runs it, and spoils what comes of it.

    LIE=KIND LIAR_OF=PROGRAM liar.py ARGUMENTS-OF-PROGRAM

Nothing is spoiled where nobody can listen, at port 1: torture counts cases
there. harness/torture/selftest has the kinds.
"""
import json
import os
import subprocess
import sys
import time

PROGRAM = os.environ["LIAR_OF"]
ARGS = sys.argv[1:]
REPORT = ARGS[ARGS.index("--json") + 1]


def change(edit):
    with open(REPORT, encoding="utf-8") as f:
        result = json.load(f)
    edit(result)
    with open(REPORT, "w", encoding="utf-8") as f:
        json.dump(result, f)


def active(result):
    return [c for c in result["cases"] if not c["passive"]]


def set_one(**values):
    return lambda: change(lambda r: active(r)[0].update(values))


def leak():
    """300 MiB that are really there."""
    block = bytearray(300 << 20)
    block[::4096] = bytes([1]) * (len(block) // 4096)


def cut():
    os.truncate(REPORT, os.path.getsize(REPORT) // 2)


def crash():
    os.kill(os.getpid(), 11)


LIES = {
    "none": lambda: None,
    "leak": leak,
    "cut": cut,
    "no-report": lambda: os.unlink(REPORT),
    "lose": lambda: change(lambda r: r["cases"].pop()),
    "pass": set_one(verdict="PASS"),
    "pass-unheard": set_one(verdict="PASS", transcript=[]),
    "error": set_one(verdict="ERROR", reason="out of something"),
    "no-reason": set_one(verdict="FAIL", reason="", spec=""),
    "failure": lambda: change(lambda r: r.update(failure="no server")),
    "crash": crash,
    "hang": lambda: time.sleep(600),
    "exit": lambda: sys.exit(2),
}


status = subprocess.run([PROGRAM, *ARGS], check=False).returncode
if not ARGS[-1].endswith(":1"):
    LIES[os.environ["LIE"]]()
sys.exit(status)
