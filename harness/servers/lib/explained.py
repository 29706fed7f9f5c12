"""Holds expected/ against docs/findings.md: nothing unexplained, nothing stale.

usage: explained.py EXPECTED FINDINGS

An entry of FINDINGS begins with "### ", has its cases in backquotes (globs,
beginning with "rfc") in its first paragraph, and a paragraph "On: Server,
Server (role role)." that says where. Each line of EXPECTED/NAME-ROLE.txt
needs an entry with its case and its server; each case and each server of an
entry needs such a line. "On: nobody" stands for what expected/ cannot hold.
"""

import fnmatch
import pathlib
import re
import sys

GLOB = re.compile(r"`(rfc\d[^`\s]*)`")
SERVER = re.compile(r"([A-Za-z][\w-]*)(?: \(([^)]*)\))?")


def entry(text):
    """Title, globs, and the roles (empty: all) of each server."""
    title, *paragraphs = [" ".join(p.split()) for p in text.split("\n\n")]
    globs = GLOB.findall(title + " " + (paragraphs or [""])[0])
    where = {}
    for p in paragraphs:
        if p.startswith("On: "):
            for name, roles in SERVER.findall(p[4:].split(".")[0]):
                where[name.lower()] = set(roles.split())
    return title, globs, where


def entries(path):
    text = re.split(r"^#+ ", path.read_text(), flags=re.M)
    found = [entry(t) for t in text[1:] if "\nOn: " in t]
    return [e for e in found if "nobody" not in e[2]]


def expected(folder):
    """Server, role and case of each line."""
    for path in sorted(folder.glob("*.txt")):
        name, _, role = path.stem.partition("-")
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                yield name, role, line.split()[1]


def explains(known, name, role, case):
    _, globs, where = known
    if name not in where or (where[name] and role not in where[name]):
        return False
    return any(fnmatch.fnmatchcase(case, g) for g in globs)


def unexplained(rows, known):
    for row in rows:
        if not any(explains(k, *row) for k in known):
            yield "{}-{}: no entry for {}".format(*row)


def stale(rows, known):
    for title, globs, where in known:
        for g in globs:
            if not any(explains((title, [g], where), *r) for r in rows):
                yield f"{title}: nobody shows {g}"
        for name, roles in where.items():
            for role in roles or {None}:
                one = (title, globs, {name: {role} if role else set()})
                if not any(explains(one, *r) for r in rows):
                    yield f"{title}: {name} {role or ''} shows none of it"


def main(folder, findings):
    rows = list(expected(pathlib.Path(folder)))
    known = entries(pathlib.Path(findings))
    wrong = [*unexplained(rows, known), *stale(rows, known)]
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"{len(rows)} findings, {len(known)} entries, {len(wrong)} mistakes")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
