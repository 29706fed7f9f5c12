"""Holds several runs of check-all against each other.

usage: same.py RESULTS RESULTS...

Each RESULTS has rows.tsv and NAME-ROLE.json, of the same servers. A target
passes when each of its cases has one verdict in all of them.
"""

import json
import pathlib
import sys


def targets(results):
    """Each target of rows.tsv, and the seconds its check took."""
    for line in (results / "rows.tsv").read_text().splitlines():
        name, role, _, status, ms = line.split("\t")[:5]
        if status != "skipped":
            yield f"{name}-{role}", int(ms) / 1000


def verdicts(path):
    """Verdict by case id; nothing when there is no whole result."""
    try:
        result = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return {case["id"]: case["verdict"] for case in result["cases"]}


def same(target, runs):
    """True when the target shows the same in all runs."""
    seen = [verdicts(run / f"{target}.json") for run in runs]
    if not all(seen):
        print(f"{target}: FAILED: it could not be checked each time")
        return False
    differ = 0
    for case in sorted(set().union(*seen)):
        row = [run.get(case, "nothing") for run in seen]
        if len(set(row)) > 1:
            print(f"{target}: {case}: {', '.join(row)}")
            differ += 1
    print(f"{target}: {'FAILED' if differ else 'ok'}: {len(seen[0])} cases")
    return not differ


def main(runs):
    runs = [pathlib.Path(run) for run in runs]
    times = [dict(targets(run)) for run in runs]
    names = list(times[0])
    passed = sum(same(target, runs) for target in names)
    for target in names:
        row = " ".join(f"{t.get(target, 0):6.1f}" for t in times)
        print(f"{target:24} seconds {row}")
    print(f"{passed} passed, {len(names) - passed} failed")
    return 1 if passed < len(names) or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
