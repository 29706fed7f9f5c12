#!/usr/bin/env python3
"""Mutants of the reference server that nobody designed: one condition of its
source negated, one operand left out, one assignment left out (schema.py has
them all); and every case whose sessions come to that place is played. A
mutant that no case finds is equivalent, or a case is missing.

    run.py [--jobs N] [--again] [--keep] [--full] [--explained]
           [--only TEXT]... [-v] BUILD

BUILD/mutants has the player and places.tsv; progress stays there, so that a
run that was ended goes on. It counts as long as neither the server nor the
suite has changed, with --keep longer. Survivors are held against survivors.tsv beside
this file: file, function, text, change, and why no case can find it. Exit
status 1: one is not explained, or an explanation is of none that survives.

Not counted as survivors are places that serve nothing but faults: no session
with a strict server comes there at all, and some session with a server that
has a fault switched on does. They are counted apart; -v lists them.

Each case is played on the first service on which the mutant makes a
difference to it; with --full on all of them.

--again forgets the progress; --only TEXT plays just the mutants whose row has
TEXT in it, and those alone are judged. --explained plays what survivors.tsv
has, and no others: after a change of the suite or of the server.
"""
import argparse
import glob
import hashlib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "../.."))
# What a row of the player says: the server went wrong so that the tester sees
# it, whether a case fails, its session breaks off, or the server is gone.
KILLED = ("found", "blocked", "crash", "hang", "flood")


def rows(path):
    """The lines of a file as lists of fields; comments are left out."""
    if not os.path.exists(path):
        return []
    with open(path) as text:
        return [line.rstrip("\n").split("\t") for line in text
                if line.strip() and not line.startswith("#")]


def explanations():
    """By place: why no case finds it."""
    found = {}
    for row in rows(os.path.join(HERE, "survivors.tsv")):
        if len(row) != 5:
            sys.exit(f"survivors.tsv: expected 5 fields: {row}")
        if tuple(row[:4]) in found:
            sys.exit(f"survivors.tsv: twice: {row[:4]}")
        found[tuple(row[:4])] = row[4]
    return found


def fingerprint():
    """Of what a fate depends on."""
    seen = hashlib.sha256()
    for pattern in ("src/server/*.[ch]", "conformance/**/*.smtp"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern),
                                     recursive=True)):
            with open(path, "rb") as text:
                seen.update(text.read())
    return seen.hexdigest()


class Run:
    def __init__(self, build, jobs):
        self.dir = os.path.join(build, "mutants")
        self.jobs = jobs
        self.places = {int(r[0]): (os.path.basename(r[1]), *r[2:])
                       for r in rows(os.path.join(self.dir, "places.tsv"))}
        self.progress = os.path.join(self.dir, "progress.tsv")
        self.out = os.path.join(self.dir, "out.tsv")
        self.fates = {}

    def load(self, keep):
        """What is known from before, of the same server and suite."""
        kept = rows(self.progress)
        if not keep and (not kept or kept[0] != [fingerprint()]):
            kept = []
            if os.path.exists(self.out):
                os.remove(self.out)
        for row in kept[1:]:
            self.fates[tuple(row[:4])] = row[4:]
        self.collect()

    def save(self):
        with open(self.progress + ".new", "w") as out:
            out.write(fingerprint() + "\n")
            for place, fate in self.fates.items():
                out.write("\t".join((*place, *fate)) + "\n")
        os.replace(self.progress + ".new", self.progress)

    def collect(self):
        """Takes over what the player wrote, even when it was ended."""
        for row in rows(self.out):
            if len(row) == 7 and int(row[0]) in self.places:
                self.fates[self.places[int(row[0])]] = row[1:6]
        if os.path.exists(self.out):
            os.remove(self.out)
        self.save()

    def play(self, numbers, passes):
        if not numbers:
            return
        print(f"mutants: {len(numbers)} to be played", file=sys.stderr)
        text = "".join(f"{n} {passes}\n" for n in numbers)
        with tempfile.TemporaryDirectory() as tmp:
            done = subprocess.run(
                [os.path.join(self.dir, "player"), "conformance",
                 str(max(self.places)), str(self.jobs), self.out],
                cwd=ROOT, input=text.encode(), check=False,
                env={**os.environ, "TMPDIR": tmp})
        self.collect()
        if done.returncode:
            sys.exit("mutants: the player did not come to its end")


def report(run, numbers, judge_all, verbose):
    """Prints what became of them; True: nothing is left to be explained."""
    why = explanations()
    count = {}
    unexplained = []
    explained = set()
    for n in numbers:
        place = run.places[n]
        fate = run.fates[place]
        kind = fate[0] if fate[0] not in KILLED else "killed"
        if kind == "fault":
            if verbose:
                print("FAULT\t" + "\t".join(place))
        elif kind != "killed" and place in why:
            kind = "explained"
            explained.add(place)
        elif kind != "killed":
            kind = "unexplained"
            unexplained.append((fate[0], place))
        count[kind] = count.get(kind, 0) + 1
    for fate, place in unexplained:
        print("SURVIVED\t" + "\t".join((fate, *place)))
    stale = [p for p in why if p not in explained] if judge_all else []
    for place in stale:
        print("STALE\t" + "\t".join(place))
    print(f"mutants: {len(numbers)} played, {count.get('killed', 0)} killed, "
          f"{count.get('explained', 0)} explained, {len(unexplained)} "
          f"unexplained; {count.get('fault', 0)} serve faults only"
          + (f"; {len(stale)} explanations of none" if stale else ""))
    return not unexplained and not stale


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--jobs", type=int, default=4)
    args.add_argument("--again", action="store_true")
    args.add_argument("--full", action="store_true")
    args.add_argument("--keep", action="store_true")
    args.add_argument("--explained", action="store_true")
    args.add_argument("--only", action="append", default=[])
    args.add_argument("-v", dest="verbose", action="store_true")
    args.add_argument("build")
    o = args.parse_args()
    run = Run(os.path.join(ROOT, o.build), o.jobs)
    run.load(o.keep)
    numbers = list(run.places)
    if o.explained:
        why = explanations()
        numbers = [n for n in numbers if run.places[n] in why]
    for text in o.only:
        numbers = [n for n in numbers if text in "\t".join(run.places[n])]
    if o.again:
        for n in numbers:
            run.fates.pop(run.places[n], None)
    run.play([n for n in numbers if run.places[n] not in run.fates],
             3 if o.full else 2)
    judge_all = not o.only
    sys.exit(0 if report(run, numbers, judge_all, o.verbose) else 1)


if __name__ == "__main__":
    main()
