"""A server on a free loopback port whose replies hold what reports must not
pass on. (Servers that break sessions are harness/torture's.)

Usage: hostile.py WAY PORTFILE
Writes its port to PORTFILE, then serves until it is killed, at most ten
minutes.
"""
import os
import socket
import sys
import threading
import time

END = time.monotonic() + 600


# What some format or terminal takes for more than text, and all octets but
# the line ends.
EVIL = (
    b"</script><script>document.title='owned'</script> ]]> <!-- -->",
    b"<img src=x onerror=alert(1)> \" onmouseover='alert(1)' <b>&lt;",
    b"| [link](http://evil.example/) `code` ``` www.evil.example *b* _i_",
    b"![i](http://evil.example/i.png) a@evil.example http://evil.example/",
    b"\x1b[2J\x1b]0;owned\x07\x9b31m \xe2\x80\xae\xc2\x85 {0} # TODO x # SKIP",
    b"=1+1;\t--- ...: [x] \\ \xff\xfe\xc3( %s%n $(id) `id` #1 :smile:",
    bytes(b for b in range(1, 256) if b not in b"\r\n"),
)


def evil(code, n):
    return b"%d 2.0.0 %s\r\n" % (code, EVIL[n % len(EVIL)])


def inject(conn):
    f = conn.makefile("rb")
    n = 0
    conn.sendall(b"220 mx.example.test " + EVIL[0] + b"\r\n")
    for line in f:
        verb = line[:4].upper()
        n += 1
        if verb == b"EHLO":
            conn.sendall(b"250-mx.example.test " + EVIL[1] + b"\r\n" +
                         b"".join(b"250-X" + e[:200] + b"\r\n"
                                  for e in EVIL) + b"250 PIPELINING\r\n")
        elif verb == b"DATA":
            conn.sendall(evil(354, n))
            for content in f:
                if content == b".\r\n":
                    break
            conn.sendall(evil(250, n + 1))
        else:
            conn.sendall(evil(250, n))
        if verb == b"QUIT":
            return


WAYS = {"inject": inject}


def serve(way, conn):
    try:
        with conn:
            WAYS[way](conn)
    except OSError:
        pass


def main():
    way, portfile = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    with open(portfile + ".new", "w", encoding="ascii") as f:
        f.write(str(listener.getsockname()[1]))
    os.rename(portfile + ".new", portfile)
    listener.settimeout(1)
    while time.monotonic() < END:
        try:
            conn, _ = listener.accept()
        except TimeoutError:
            continue
        conn.settimeout(120)
        threading.Thread(target=serve, args=(way, conn),
                         daemon=True).start()


main()
