#!/usr/bin/env python3
"""Mutants of the reference server that nobody designed: one condition of its
source negated, one operand of && or || left out, one comparison shifted, one
assignment or call left out; and the suite is played against each. A mutant
that changes no verdict survives: it is equivalent, or a case is missing.

    run.py [--every N] [--from N] [FILE...]

prints each survivor with its place and what was changed, and a summary. Takes
some seconds a mutant, so it is no part of `make test`.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = "build/release"
MODES = ["", "submission", "lmtp", "tls-required", "refuse", "null"]
SLOW = 0.7  # seconds: cases that take longer are left out


def closing(text, at):
    """The offset of the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return -1


def blank_comments(text):
    """The same text with comments and strings blanked, so that offsets
    stay."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m[0])
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])\'',
                  blank, text, flags=re.S)


def mutations(text):
    """(offset, end, replacement, what) of each."""
    code = blank_comments(text)
    for m in re.finditer(r"\b(if|while) \(", code):
        a = m.end() - 1
        b = closing(code, a)
        yield a + 1, b, f"!({text[a + 1:b]})", f"{m[1]} negated"
    for m in re.finditer(r" (&&|\|\|) ?\n?\s*", code):
        # The operand behind, up to the next operator or parenthesis.
        i, depth = m.end(), 0
        while i < len(code) and (depth or (
                code[i] not in "),;?" and
                code[i:i + 2] not in ("&&", "||"))):
            depth += {"(": 1, ")": -1}.get(code[i], 0)
            i += 1
        yield m.start(), i, " ", f"without {' '.join(text[m.start():i].split())}"
    for m in re.finditer(r" (<=|>=|<|>) ", code):
        new = {"<=": "<", ">=": ">", "<": "<=", ">": ">="}[m[1]]
        yield m.start() + 1, m.end() - 1, new, f"{m[1]} is {new}"
    for m in re.finditer(r"\breturn ([^;\n]*(?:==|!=|&|\|\|)[^;\n]*);", code):
        yield m.start(1), m.end(1), f"!({text[m.start(1):m.end(1)]})", \
            "result negated"
    for m in re.finditer(r"\n {4,}([a-z_>.()\[\]-]+ (?:=|\|=|&=) [^;{}]*;)",
                         code):
        if not re.match(r"(const |struct |unsigned |size_t |int |bool |char "
                        r"|uint)", m[1]):
            yield m.start(1), m.end(1), ";", f"without {text[m.start(1):m.end(1)]}"
    for m in re.finditer(r"\n {4,}([a-z_]+\([^;{}]*\);)", code):
        if not m[1].startswith(("free", "memcpy", "memset", "memmove")):
            yield m.start(1), m.end(1), ";", f"without {text[m.start(1):m.end(1)]}"


def sh(words, **more):
    return subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **more)


def verdicts(program, mode, exclude, work, timeout):
    out = os.path.join(work, "r.json")
    if os.path.exists(out):
        os.remove(out)
    words = [program, "check", "--suite", "conformance", "--jobs", "24",
             "--confirm", "0", "--timeout", "1.5", "-q", "--json", out]
    for pattern in exclude:
        words += ["--exclude", pattern]
    try:
        sh(words + ["ref:" + mode], timeout=timeout)
        with open(out) as text:
            result = json.load(text)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    return result


def as_table(result):
    """By case; what timing alone decides is left out."""
    return {c["id"]: c["verdict"] for c in result["cases"]}


class Server:
    def __init__(self, work):
        self.work = work
        self.program = os.path.join(work, "smtpspec")
        self.objs = glob.glob(os.path.join(ROOT, BUILD, "lib/*.a"))
        self.libs = sh(["pkg-config", "--libs", "openssl", "libgsasl",
                        "jansson", "libxml-2.0"]).stdout.decode().split()

    def build(self, path, text):
        name = os.path.basename(path)
        source = os.path.join(self.work, name)
        with open(source, "w") as out:
            out.write(text)
        obj = source[:-2] + ".o"
        done = sh(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Isrc", "-pthread",
                   "-fPIC", "-O0", "-w", "-c", "-o", obj, source])
        if done.returncode:
            return False
        archive = os.path.join(self.work, "server.a")
        shutil.copy(os.path.join(ROOT, BUILD, "lib/server.a"), archive)
        sh(["ar", "d", archive, name[:-2] + ".o"])
        others = [a for a in self.objs if not a.endswith("/server.a")]
        done = sh(["gcc", "-pthread", "-o", self.program,
                   os.path.join(ROOT, BUILD, "obj/cli/main.o"), obj,
                   "-Wl,--start-group", archive] + others +
                  ["-Wl,--end-group"] + self.libs)
        if done.returncode:
            print(done.stdout.decode()[-300:])
        return done.returncode == 0


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--every", type=int, default=1)
    args.add_argument("--from", dest="start", type=int, default=0)
    args.add_argument("files", nargs="*")
    o = args.parse_args()
    files = o.files or sorted(glob.glob("src/server/session*.c", root_dir=ROOT))
    with tempfile.TemporaryDirectory() as work:
        server = Server(work)
        base, exclude = {}, {}
        for mode in MODES:
            first = verdicts(os.path.join(ROOT, BUILD, "smtpspec"), mode, [],
                             work, 300)
            slow = [c["id"] for c in first["cases"]
                    if c["duration"] > SLOW and not c["passive"]]
            exclude[mode] = slow[:120]
            again = [as_table(verdicts(os.path.join(ROOT, BUILD, "smtpspec"),
                                       mode, exclude[mode], work, 300))
                     for _ in range(2)]
            # What differs between runs of the same program says nothing.
            base[mode] = {k: v for k, v in again[0].items()
                          if again[1].get(k) == v}
        all_of = [(p, m) for p in files
                  for m in mutations(open(os.path.join(ROOT, p)).read())]
        killed = survived = invalid = 0
        for i, (path, (a, b, new, what)) in enumerate(all_of):
            if i < o.start or (i - o.start) % o.every:
                continue
            text = open(os.path.join(ROOT, path)).read()
            line = text.count("\n", 0, a) + 1
            if not server.build(path, text[:a] + new + text[b:]):
                invalid += 1
                continue
            by = None
            for mode in MODES:
                r = verdicts(server.program, mode, exclude[mode], work, 60)
                if r is None:
                    by = "no result"
                    break
                t = as_table(r)
                diff = [k for k in base[mode] if t.get(k) != base[mode][k]]
                if diff:
                    by = f"{mode or 'mx'} {diff[0]}"
                    break
            if by:
                killed += 1
            else:
                survived += 1
                print(f"SURVIVED {path}:{line}: {what}", flush=True)
            print(f"# {i}/{len(all_of)} {path}:{line} {by}", file=sys.stderr,
                  flush=True)
        print(f"mutants: {killed + survived} played, {killed} killed, "
              f"{survived} survived, {invalid} did not compile")


if __name__ == "__main__":
    main()
