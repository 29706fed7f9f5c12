#!/usr/bin/env bash
# smtpspec fuzz with a server of afl-clang-fast, which runs as it is:
# build/live/preload.so hands its fork server's processes their sessions.
#
#   fuzz-afl.sh PROGRAM PLANTED PRELOAD
#
# PLANTED is harness/live/planted.c by that compiler. Where the package afl++
# is not installed the test says so, and passes.
set -uo pipefail

usage='usage: fuzz-afl.sh PROGRAM PLANTED PRELOAD'
program=$(realpath "${1:?$usage}")
planted=$(realpath -m "${2:?$usage}")
preload=$(realpath "${3:?$usage}")
if [ ! -x "$planted" ]; then
    echo "fuzz-afl: skipped: expected the package afl++"
    exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/fuzz-afl.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad() {
    echo "fuzz-afl: $*"
    cat out
    exit 1
}

timeout 300 "$program" fuzz -q --fork-server --runs 3000 --timeout 5 \
    "exec:LD_PRELOAD=$preload exec $planted two-replies" >out 2>&1
[ $? = 1 ] || bad 'expected the planted fault to be found'
grep -q ', [1-9][0-9]* edges$' out || bad 'expected edges of the server'
[ -n "$(compgen -G 'findings/count-*.smtp')" ] ||
    bad 'expected a finding of the oracle count'
[ "$(sed -n 's/^\([0-9]*\) sessions in.*/\1/p' out)" -ge 3000 ] ||
    bad 'expected 3000 sessions'
echo "fuzz-afl: $(head -n 1 out)"
