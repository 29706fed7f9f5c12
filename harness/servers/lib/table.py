#!/usr/bin/env python3
"""Set the results of several `smtpspec check` runs side by side.

usage: table.py ROWS

ROWS is a tab-separated file: server, role, version, exit status or why
there is none, milliseconds, path of the result JSON.
"""
import collections
import json
import sys

VERDICTS = ("PASS", "FAIL", "WARN", "INFO", "SKIP", "BLOCKED", "ERROR")


def cases(path):
    """The cases of a result, or None when there is no readable one."""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            found = json.load(f).get("cases", [])
    except (OSError, ValueError, AttributeError):
        return None
    return [c for c in found if isinstance(c, dict)]


def verdict(case):
    return str(case.get("verdict", "")).upper()


def table(rows):
    head = ("server", "version") + VERDICTS + ("exit", "s")
    lines = [head]
    for server, role, version, status, ms, path in rows:
        name = server if role == "-" else server + " " + role
        found = cases(path)
        if found is None:
            counts = ["-"] * len(VERDICTS)
        else:
            tally = collections.Counter(verdict(c) for c in found)
            counts = [str(tally[v]) for v in VERDICTS]
        # without epoch and Debian revision, to keep the table narrow
        version = version.split(":")[-1].rsplit("-", 1)[0]
        seconds = "%.1f" % (int(ms) / 1000)
        lines.append((name, version, *counts, status, seconds))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        text = [line[i].ljust(widths[i]) for i in (0, 1)]
        text += [line[i].rjust(widths[i]) for i in range(2, len(head))]
        print("  ".join(text).rstrip())


def details(rows):
    for server, role, _, _, _, path in rows:
        bad = [c for c in cases(path) or []
               if verdict(c) in ("FAIL", "WARN", "BLOCKED", "ERROR")]
        if not bad:
            continue
        print("\n%s %s" % (server, role))
        for c in sorted(bad, key=verdict):
            reason = " ".join(str(c.get("reason") or "").split())
            if len(reason) > 160:
                reason = reason[:157] + "..."
            line = "  %-7s %s  %s" % (verdict(c), c.get("id", "?"), reason)
            print(line.rstrip())


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    print()
    table(rows)
    details(rows)


if __name__ == "__main__":
    main()
