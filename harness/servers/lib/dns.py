#!/usr/bin/env python3
"""A resolver that knows just enough: answers at once, asks nobody.

usage: dns.py ADDRESS

A is 127.0.0.1 and MX is mx.example.test for every name, except that names
under invalid and the reverse zones do not exist; any other type is empty.
"""
import socket
import struct
import sys

TYPE_A, TYPE_MX = 1, 15
MX_DATA = struct.pack(">H", 10) + b"\2mx\7example\4test\0"
ADDRESS_DATA = socket.inet_aton("127.0.0.1")


def question(packet):
    """The labels asked for, the type, and where the question ends."""
    labels, i = [], 12
    while packet[i]:
        labels.append(packet[i + 1:i + 1 + packet[i]].lower())
        i += 1 + packet[i]
    return labels, struct.unpack_from(">H", packet, i + 1)[0], i + 5


def answer(packet):
    labels, qtype, end = question(packet)
    missing = labels[-1:] in ([b"invalid"], [b"arpa"])
    data = {TYPE_A: ADDRESS_DATA, TYPE_MX: MX_DATA}.get(qtype, b"")
    if missing:
        data = b""
    # response, recursion desired and available; 3 is "no such name"
    flags = 0x8180 | (3 if missing else 0)
    out = packet[:2] + struct.pack(">HHHHH", flags, 1, bool(data), 0, 0)
    out += packet[12:end]
    if data:
        out += struct.pack(">HHHIH", 0xC00C, qtype, 1, 60, len(data)) + data
    return out


def main():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((sys.argv[1], 53))
    while True:
        packet, peer = s.recvfrom(4096)
        try:
            s.sendto(answer(packet), peer)
        except (IndexError, struct.error):
            pass  # not a question


if __name__ == "__main__":
    main()
