#!/usr/bin/env python3
"""Seeds for the fuzz targets, from what was played.

    seeds.py OUT SCRIPT.smtp|RESULT.json...

A result's transcripts hold what the conformance cases sent and what a server
answered; a script holds cases. Writes OUT/<target>/<hash of the content>.
"""
import base64
import hashlib
import json
import os
import re
import sys

MAX = 2048  # octets of a seed
MODES = {"mx": b"m", "submission": b"s", "lmtp": b"l"}
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0"}


def octets(text):
    """The octets that a transcript's escaped text stands for."""
    out = b""
    for m in re.finditer(r"\\x(..)|\\(.)|([^\\]+)", text, re.S):
        if m[1]:
            out += bytes([int(m[1], 16)])
        elif m[2]:
            out += ESCAPES.get(m[2], m[2].encode())
        else:
            out += m[3].encode("utf-8")
    return out


class Seeds:
    def __init__(self, out):
        self.out = out
        self.seen = set()

    def put(self, target, data, limit=MAX):
        if not 0 < len(data) <= limit or (target, data) in self.seen:
            return
        self.seen.add((target, data))
        folder = os.path.join(self.out, target)
        os.makedirs(folder, exist_ok=True)
        name = hashlib.sha1(data).hexdigest()
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)

    def reply(self, data):
        self.put("reply", data)
        if data[:4] in (b"220 ", b"220-", b"250-"):
            self.put("ehlo", data)

    def command(self, line):
        self.put("command", line)
        m = re.match(rb"(?i)(mail from|rcpt to):\s*([^\r\n]*)", line)
        if not m:
            return
        path, _, params = m[2].partition(b"> ")
        self.put("path", path + (b">" if params else b""))
        self.put("path", path.strip(b"<>"))
        self.put("param", params)
        for value in re.findall(rb"=(\S+)", params):
            self.put("param", value)

    def exchange(self, name, messages):
        """An AUTH exchange: what the client sent, decoded."""
        lines = []
        for m in messages:
            try:
                lines.append(base64.b64decode(m, validate=True))
            except ValueError:
                lines.append(m)
        self.put("sasl", b"S " + name.upper() + b"\n" + b"\n".join(lines))


def sent_lines(seeds, data, state):
    """One write of the client: commands, content, or an AUTH message."""
    if state["content"]:
        seeds.put("data", data)
        state["content"] = not data.endswith(b"\r\n.\r\n")
        return
    if state["auth"]:
        state["auth"][1].append(data.rstrip(b"\r\n"))
        return
    for line in data.split(b"\n")[:-1]:
        line += b"\n"
        seeds.command(line)
        m = re.match(rb"(?i)auth (\S+) ?(\S*)", line)
        if m:
            state["auth"] = (m[1], [m[2]] if m[2] else [])


def received(seeds, data, state):
    seeds.reply(data)
    state["content"] = data.startswith(b"354")
    if state["auth"] and not data.startswith(b"334"):
        seeds.exchange(*state["auth"])
        state["auth"] = None


def session(seeds, case, mode):
    """A case: all its pieces, and the whole of what the client said."""
    stream = b""
    state = {"content": False, "auth": None}
    tls = False
    for e in case["transcript"]:
        if e["event"] not in ("sent", "received") or e["conn"] != 0:
            continue
        if len(e["data"]) > 16 * MAX: # not what a seed is made of
            continue
        data = octets(e["data"])
        tls = tls or (e["tls"] and not stream)
        if e["event"] == "sent":
            stream += data
            sent_lines(seeds, data, state)
        else:
            received(seeds, data, state)
    if state["auth"]:
        seeds.exchange(*state["auth"])
    seeds.put("session", (mode.upper() if tls else mode) + stream)


def small(result, cases):
    """The result with these cases only, and a few requirements."""
    covers = {c for case in cases for c in case["covers"]}
    some = [q for q in result["requirements"] if q["id"] in covers]
    return dict(result, cases=cases, requirements=some[:3])


def from_result(seeds, path):
    with open(path, encoding="utf-8") as f:
        result = json.load(f)
    server = result["server"]
    mode = MODES.get(server.get("profile"), b"m")
    seeds.reply(octets(server.get("greeting") or ""))
    for case in result["cases"]:
        session(seeds, case, mode)
    verdicts = {}
    for case in result["cases"]:
        key = (case["verdict"], bool(case["notes"]))
        if key not in verdicts and len(json.dumps(case)) < 6000:
            verdicts[key] = case
    for case in verdicts.values():
        text = json.dumps(small(result, [case]), indent=1)
        seeds.put("result", text.encode(), 8192)
    text = json.dumps(small(result, []), indent=1)
    seeds.put("result", text.encode(), 8192)


def from_script(seeds, path):
    with open(path, "rb") as f:
        text = f.read()
    for case in re.split(rb"(?m)^(?=case:)", text):
        seeds.put("script", case, 4096)


def main():
    seeds = Seeds(sys.argv[1])
    for path in sys.argv[2:]:
        if path.endswith(".smtp"):
            from_script(seeds, path)
        else:
            from_result(seeds, path)


main()
