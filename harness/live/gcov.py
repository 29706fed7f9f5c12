#!/usr/bin/env python3
"""Lines and branches that gcc's counters saw reached, of some files.

    gcov.py [--missed] FOLDER FILE.c...

FOLDER has the objects of a build by gcc --coverage. --missed prints, of each
function, how many branches were not taken, and the lines that were not
reached.
"""
import json
import subprocess
import sys


def read(folder, name):
    """What gcov says of one source file."""
    note = name.removesuffix(".c") + ".gcno"
    done = subprocess.run(
        ["gcov", "--json-format", "--stdout", "--branch-probabilities", note],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        check=True)
    for text in done.stdout.splitlines():
        for entry in json.loads(text)["files"]:
            if entry["file"].rsplit("/", 1)[-1] == name:
                return entry
    raise SystemExit(f"gcov.py: {folder}/{note}: expected counters of {name}")


def branches(line):
    """(taken, all) of a line."""
    return (sum(b["count"] > 0 for b in line["branches"]),
            len(line["branches"]))


def missed(entry):
    """Prints what was not reached, by function."""
    functions = {}
    for line in entry["lines"]:
        taken, all_of = branches(line)
        of = functions.setdefault(line.get("function_name", "?"), [0, 0, []])
        of[0] += taken
        of[1] += all_of
        if line["count"] == 0:
            of[2].append(line["line_number"])
    for name, (taken, all_of, lines) in sorted(
            functions.items(), key=lambda f: f[1][0] - f[1][1]):
        if all_of > taken:
            print(f"  {name}: {taken} of {all_of} branches; not reached: "
                  + " ".join(map(str, lines)))


def main():
    args = sys.argv[1:]
    tell = args[:1] == ["--missed"]
    folder, names = args[tell], args[tell + 1:]
    sums = [0, 0, 0, 0]
    print(f"{'file':14}{'lines':>8}{'of':>8}{'':>9}{'branches':>10}{'of':>8}")
    for name in names + ["all"]:
        row = sums
        if name != "all":
            entry = read(folder, name)
            taken = [branches(line) for line in entry["lines"]]
            row = [sum(line["count"] > 0 for line in entry["lines"]),
                   len(entry["lines"]),
                   sum(t for t, _ in taken), sum(a for _, a in taken)]
            sums = [a + b for a, b in zip(sums, row)]
        print(f"{name:14}{row[0]:8}{row[1]:8}{100 * row[0] / row[1]:8.1f}%"
              f"{row[2]:10}{row[3]:8}{100 * row[2] / row[3]:8.1f}%")
        if tell and name != "all":
            missed(entry)


if __name__ == "__main__":
    main()
