#!/usr/bin/env bash
# smtpspec fuzz, from outside: usage, a good server, planted faults, and its
# end by signals.
#
#   fuzz.sh PROGRAM PLANTED [FAULT...]
#
# PLANTED is harness/live/planted.c under ASan, with the fork server's
# runtime. Without FAULTs all are looked for, SECONDS_EACH (300) each.
set -uo pipefail

program=$(realpath "${1:?usage: fuzz.sh PROGRAM PLANTED [FAULT...]}")
planted=$(realpath "${2:?usage: fuzz.sh PROGRAM PLANTED [FAULT...]}")
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/fuzz.XXXXXX")
pid=
end() {
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
cd "$work" || exit 1

passed=0
failed=0
expect() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "fuzz: $what"
        head -5 err 2>/dev/null
    fi
}
run() { # ARGS... ; the exit status in $status
    timeout 120 "$program" fuzz "$@" >out 2>err
    status=$?
}
is() { [ "$1" = "$2" ]; }
one_line() { [ "$(wc -l <err)" = 1 ] && grep -q -e "$1" err; }

# ---- usage ----
usage() { # TEXT ARGS...
    local text=$1
    shift
    run "$@"
    expect "status of: $*" is "$status" 2
    expect "the line of: $*" one_line "$text"
}
usage 'expected one TARGET'
usage 'no oracle none' --no-oracle none ref:
usage 'expected a target exec:COMMAND' --fork-server ref:
usage 'max-rate with it' --remote smtp://127.0.0.1:1
usage 'not on this machine' smtp://192.0.2.1:25
usage 'No such file' --reproduce nothing.raw ref:
usage 'unknown option' --nothing ref:
usage 'expected' --max-disk 0 ref:
usage 'expected' --max-memory x ref:
usage 'expected' --pid 0 ref:
run --fork-server --time 5 'exec:true'
expect "no fork server: status" is "$status" 3
expect "no fork server: says so" grep -q 'no hello' err

# ---- a server without faults ----
run --runs 400 --graph states.dot ref:
expect "ref: status" is "$status" 0
expect "ref: as many as asked for" \
    [ "$(sed -n 's/^\([0-9]*\) sessions in.*/\1/p' out)" -ge 400 ]
expect "ref: sums up" grep -q '0 findings' out
expect "ref: a corpus" test -d smtpspec-corpus
expect "ref: a graph" grep -q 'hello+mail' states.dot
rm -rf smtpspec-corpus findings

# ---- planted faults ----
# Children of any depth that are left.
left() { pgrep -f "$planted" | grep -vx $$; }
none_left() {
    for _ in $(seq 50); do
        left >/dev/null || return 0
        sleep 0.1
    done
    return 1
}
start() { # FAULT ARGS...
    local fault=$1
    shift
    "$program" fuzz --fork-server --timeout 3 --time "${SECONDS_EACH:-300}" \
        "$@" "exec:exec $planted $fault" >out 2>err &
    pid=$!
}
stop() { # SIGNAL ; the exit status in $status
    kill "-$1" "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    status=$?
    pid=
}
# The first file of an oracle with that suffix.
finding() { # ORACLE SUFFIX
    local files=(findings/"$1"-*"$2")
    [ -e "${files[0]}" ] && echo "${files[0]}"
}
found() { finding "$1" .json >/dev/null; }

look_for() { # FAULT MODE ORACLE
    local fault=$1 oracle=$3 args=() t0=$SECONDS units
    [ "$2" != submission ] || args=(--profile submission)
    start "$fault" "${args[@]}"
    while kill -0 "$pid" 2>/dev/null && ! found "$oracle"; do
        sleep 0.2
    done
    stop INT
    expect "$fault: the oracle $oracle says nothing" found "$oracle"
    if found "$oracle"; then
        units=$(sed -n 's/^  "units": \([0-9]*\),*$/\1/p' \
            findings/"$oracle"-*.json | sort -n | head -1)
        echo "$fault: $oracle after $((SECONDS - t0)) s, $units commands"
        expect "$fault: $units commands, not at most 6" [ "$units" -le 6 ]
        "$program" fuzz --fork-server --timeout 3 "${args[@]}" --reproduce \
            "$(finding "$oracle" .raw)" \
            "exec:exec $planted $fault" >out 2>err
        expect "$fault: --reproduce" is $? 1
        expect "$fault: --reproduce says why" grep -q "^$oracle: " out
        "$program" lint "$(finding "$oracle" .smtp)" \
            >out 2>err
        expect "$fault: the script" is $? 0
    fi
    rm -rf findings smtpspec-corpus
}
while IFS=$'\t' read -r fault mode oracle _; do
    [ $# -gt 0 ] && [[ " $* " != *" $fault "* ]] && continue
    look_for "$fault" "$mode" "$oracle"
done < <("$planted" --list)
expect "processes are left" none_left

# ---- signals ----
start ehlo-overflow --workers 2
while kill -0 "$pid" 2>/dev/null && ! found sanitizer; do
    sleep 0.2
done
stop KILL
expect "killed: the finding is there" found sanitizer
expect "killed: whole files only" [ -z "$(compgen -G 'findings/*.part')" ]
expect "killed: processes are left" none_left
start ehlo-overflow
sleep 2
stop INT
expect "interrupted: status $status" is "$status" 130
expect "interrupted: sums up" grep -q 'sessions in' out
expect "interrupted: processes are left" none_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
