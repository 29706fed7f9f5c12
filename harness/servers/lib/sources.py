#!/usr/bin/env python3
"""Print this machine's Debian sources, for another suite, as deb822.

usage: sources.py SUITE

Takes the entries of /etc/apt that name the running release (with -updates
and -security), so that a local mirror or a cache stays in use, and puts
SUITE in the release's place. Third-party sources do not name the release
alone and are left out.
"""
import glob
import re
import sys


def release():
    with open("/etc/os-release", encoding="utf-8") as f:
        lines = [line.rstrip("\n") for line in f if "=" in line]
    pairs = dict(line.split("=", 1) for line in lines)
    return pairs.get("VERSION_CODENAME", "").strip('"')


def stanzas(text):
    """The stanzas of a deb822 file, each a dict of lower-case fields."""
    fields, key = {}, None
    for line in text.split("\n") + [""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield fields
            fields, key = {}, None
        elif line[0] in " \t" and key:
            fields[key] += "\n" + line
        elif ":" in line:
            key, value = line.split(":", 1)
            key = key.strip().lower()
            fields[key] = value.strip()


def one_liners(text):
    """The same for the one-line format: deb [options] URI suite component."""
    for line in text.split("\n"):
        m = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+\S", line)
        if not m:
            continue
        fields = {"types": "deb", "uris": m[2], "suites": m[3]}
        for option in (m[1] or "").split():
            key, _, value = option.partition("=")
            if key in ("signed-by", "trusted"):
                fields[key] = value
        yield fields


def entries():
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        with open(path, encoding="utf-8") as f:
            yield from stanzas(f.read())
    lists = ["/etc/apt/sources.list"]
    lists += sorted(glob.glob("/etc/apt/sources.list.d/*.list"))
    for path in lists:
        try:
            with open(path, encoding="utf-8") as f:
                yield from one_liners(f.read())
        except FileNotFoundError:
            pass


def wanted(fields, old, new):
    """The entry's suites, moved to the new release; empty if none is ours."""
    if fields.get("enabled", "yes").lower() in ("no", "false", "0"):
        return ""
    if "deb" not in fields.get("types", "deb").split():
        return ""
    ours = (old, old + "-updates", old + "-security")
    suites = [s for s in fields.get("suites", "").split() if s in ours]
    return " ".join(new + s[len(old):] for s in suites)


def main():
    old, new = release(), sys.argv[1]
    seen = set()
    for fields in entries():
        suites = wanted(fields, old, new)
        if not suites or (fields["uris"], suites) in seen:
            continue
        seen.add((fields["uris"], suites))
        print("Types: deb")
        print("URIs: " + fields["uris"])
        print("Suites: " + suites)
        print("Components: main")
        for key in ("Signed-By", "Trusted"):
            if key.lower() in fields:
                print(key + ": " + fields[key.lower()])
        print()
    if not seen:
        sys.exit("no apt source names the release '%s'" % old)


if __name__ == "__main__":
    main()
