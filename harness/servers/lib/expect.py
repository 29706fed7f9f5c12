"""Holds the results of check-all against what is known of each server.

usage: expect.py compare|write RESULTS EXPECTED

RESULTS has rows.tsv and NAME-ROLE.json; EXPECTED has NAME-ROLE.txt, a line
"VERDICT id" for each case that needs an explanation.
"""

import json
import pathlib
import sys

EXPLAINED = ("FAIL", "WARN", "BLOCKED", "ERROR")


def found(path):
    """The lines that the result at path calls for."""
    result = json.loads(path.read_text())
    return sorted(
        f"{case['verdict']} {case['id']}"
        for case in result["cases"]
        if case["verdict"] in EXPLAINED
    )


def known(path):
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted(l for l in lines if l and not l.startswith("#"))


def targets(results):
    """Each target of rows.tsv, and whether the machine cannot run it."""
    for line in (results / "rows.tsv").read_text().splitlines():
        name, role, _, status = line.split("\t")[:4]
        yield f"{name}-{role}", status == "skipped"


def compare(target, results, expected):
    """True when the target shows what is expected, and nothing else."""
    path = results / f"{target}.json"
    if not path.exists():
        print(f"{target}: FAILED: it could not be checked")
        return False
    seen, listed = found(path), known(expected / f"{target}.txt")
    for line in sorted(set(seen) - set(listed)):
        print(f"{target}: not expected: {line}")
    for line in sorted(set(listed) - set(seen)):
        print(f"{target}: no longer seen: {line}")
    print(f"{target}: {'ok' if seen == listed else 'FAILED'}")
    return seen == listed


def write(target, results, expected):
    expected.mkdir(exist_ok=True)
    lines = found(results / f"{target}.json")
    (expected / f"{target}.txt").write_text("".join(f"{l}\n" for l in lines))


def main(mode, results, expected):
    results, expected = pathlib.Path(results), pathlib.Path(expected)
    rows = list(targets(results))
    names = [target for target, skipped in rows if not skipped]
    if mode == "write":
        for target in names:
            write(target, results, expected)
        return 0
    passed = sum(compare(t, results, expected) for t in names)
    failed = len(names) - passed
    for target, skipped in rows:
        if skipped:
            print(f"{target}: skipped: this machine cannot run it (see above)")
    print(f"{passed} passed, {failed} failed, {len(rows) - len(names)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
