"""A server on a free loopback port that is no good server, one way each.

Usage: hostile.py WAY PORTFILE
Writes its port to PORTFILE, then serves until it is killed, at most two
minutes.
"""
import os
import socket
import sys
import threading
import time

END = time.monotonic() + 120


def silent(conn):
    while time.monotonic() < END and conn.recv(4096):
        pass


def closes(conn):
    conn.close()


def resets(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    b"\1\0\0\0\0\0\0\0")
    conn.close()


def http(conn):
    conn.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    silent(conn)


def tls(conn):
    # a handshake record: an alert, fatal, unexpected message
    conn.sendall(b"\x15\x03\x03\x00\x02\x02\x0a" * 3)
    silent(conn)


def flood(conn):
    chunk = b"2" * 65536
    for _ in range(16384):  # 1 GiB
        conn.sendall(chunk)


def flood_lines(conn):
    conn.sendall((b"220-" + b"x" * 500 + b"\r\n") * 2000000)


def nuls(conn):
    while time.monotonic() < END:
        conn.sendall(b"\0" * 1024)
        time.sleep(0.01)


def drip(conn):
    while time.monotonic() < END:
        conn.sendall(b"2")
        time.sleep(1)


def raw(conn):
    conn.sendall(b"220 \x1b[2J\x1b]0;owned\x07\xff\xfe\0 ESMTP\r\n")
    line = b""
    while time.monotonic() < END:
        data = conn.recv(4096)
        if not data:
            return
        line += data
        while b"\n" in line:
            command, line = line.split(b"\n", 1)
            conn.sendall(answer(command))
            if command.upper().startswith(b"QUIT"):
                return


def answer(command):
    verb = command[:4].upper()
    return {
        b"EHLO": b"250-\x1b[31mhost\xff\r\n250-\x07BELL\r\n250 ]]></x>&\r\n",
        b"QUIT": b"221 \x80bye\x1b[m\r\n",
    }.get(verb, b"500 \x9b31m<b>&amp;\r\n")


WAYS = {f.__name__: f for f in (silent, closes, resets, http, tls, flood,
                                flood_lines, nuls, drip, raw)}


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
