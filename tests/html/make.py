"""Reports to look at: a hostile server, faults, many servers.

The pieces that tests/html/run.py needs: they run the program, and give back
paths below a directory of the caller's.
"""
import json
import socket
import subprocess
import threading

# Each would set window.pwned if anything of it ran.
SCRIPTS = [
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=2</script>",
    "<img src=x onerror=window.pwned=3>",
    "\"' onmouseover=window.pwned=4 autofocus onfocus=window.pwned=5 x=\"",
    "</title></style><svg onload=window.pwned=6>",
    "javascript:window.pwned=7",
    "--> ]]> <!-- <![CDATA[ <?x ?>",
    "&lt;script&gt;window.pwned=8&lt;/script&gt; &#x3c;",
]
OCTETS = bytes(b for b in range(256) if b not in b"\r\n")


class HostileServer:
    """Speaks SMTP, and puts markup and all octets into its texts."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,),
                             daemon=True).start()

    def close(self):
        self.listener.close()

    @staticmethod
    def reply_to(verb, n):
        text = SCRIPTS[n % len(SCRIPTS)].encode()
        if verb == b"EHLO":
            lines = [b"mx.example.test"] + [s.encode() for s in SCRIPTS]
            return b"".join(b"250-" + s + b"\r\n" for s in lines) + \
                b"250 HELP\r\n"
        if verb == b"QUIT":
            return b"221 " + OCTETS + b"\r\n"
        code = b"354 " if verb == b"DATA" else b"250 "
        return code + text + b"\r\n"

    def talk(self, conn):
        conn.settimeout(30)
        try:
            conn.sendall(b"220 mx.example.test " + SCRIPTS[0].encode() +
                         b"\r\n")
            for n, line in enumerate(conn.makefile("rb")):
                verb = line[:4].upper()
                conn.sendall(self.reply_to(verb, n))
                if verb == b"QUIT":
                    break
        except OSError:
            pass
        conn.close()


def program(path, *args):
    """Runs it; what it printed. Any exit status of a finished run is fine."""
    done = subprocess.run([path, *args], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=300)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError("%s: status %d: %s" % (
            " ".join(args), done.returncode, done.stderr.decode()))
    return done


def check(path, target, base, *options):
    """BASE.json and BASE.html of a run."""
    program(path, "check", "-q", "--timeout", "5", *options,
            "--json", base + ".json", "--html", base + ".html", target)
    with open(base + ".json", encoding="utf-8") as f:
        return json.load(f)


def copies(result, base, n):
    """The result as n servers' that differ in their names."""
    names = []
    for i in range(n):
        result["target"] = "mx%d.example.test:25" % (i + 1)
        names.append("%s-%d.json" % (base, i + 1))
        with open(names[-1], "w", encoding="utf-8") as f:
            json.dump(result, f)
    return names
