"""Runs a command; writes its seconds and the KiB it took at most to a file.

Usage: measure.py FILE COMMAND...
Ends with the command's exit status.
"""
import resource
import subprocess
import sys
import time

start = time.monotonic()
status = subprocess.call(sys.argv[2:])
seconds = time.monotonic() - start
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(sys.argv[1], "w", encoding="ascii") as out:
    out.write(f"{seconds:.2f} {memory}\n")
sys.exit(status)
