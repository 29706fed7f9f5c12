#!/usr/bin/env bash
# smtpspec fuzz, from outside: usage, a good server, planted faults, and its
# end by signals.
#
#   fuzz.sh PROGRAM PLANTED [FAULT...]
#
# PLANTED-asan is harness/live/planted.c under ASan, with the fork server's
# runtime, and PLANTED the same without ASan. Without FAULTs all are looked
# for, SECONDS_EACH (300) each; FAULT "none" looks for none.
set -uo pipefail

program=$(realpath "${1:?usage: fuzz.sh PROGRAM PLANTED [FAULT...]}")
built=$(realpath "${2:?usage: fuzz.sh PROGRAM PLANTED [FAULT...]}")
shift 2
work=$(mktemp -d "${TMPDIR:-/tmp}/fuzz.XXXXXX")
pid=
server=
end() {
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
cd "$work" || exit 1
# In a place of our own: what is left of it is ours.
mkdir bin
cp "$built" "$built-asan" bin/ || exit 1
plain=$work/bin/${built##*/}
planted=$plain-asan

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
usage 'not exec:' --server true exec:true
usage 'expected one worker' --server true --workers 2 smtp://127.0.0.1:1
run --server true --timeout 1 smtp://127.0.0.1:1
expect "no server: status $status" is "$status" 3
expect "no server: says so" grep -q -e '--server: no answer' err
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
left() { pgrep -f "$work/bin"; }
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

# A server that serves many sessions; its port in $port.
listen() { # FAULT
    "$plain" --listen "$1" >port &
    server=$!
    until [ -s port ]; do sleep 0.1; done
    port=$(cat port)
}
deafen() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null
        wait "$server" 2>/dev/null
    fi
    server=
    rm -f port
}
# What is fuzzed, and how.
target=
target_args=()
aim() { # FAULT MODE ORACLE HOW
    target="exec:exec $planted $1"
    target_args=(--fork-server)
    [ "$2" != submission ] || target_args+=(--profile submission)
    [ "$4" = listen ] || return 0
    listen "$1"
    target=smtp://127.0.0.1:$port
    target_args=(--pid "$server" --max-memory 64)
    [ "$3" = gone ] || return 0
    # One that is started again: its port is free when it has ended.
    target_args=(--server "exec $plain --listen $1 $port")
    deafen
}
miss() {
    deafen
    rm -rf findings smtpspec-corpus
}

# What can be played again is shown again; a script shows what a client sees.
look_again() { # FAULT ORACLE
    "$program" fuzz --timeout 3 "${target_args[@]}" --reproduce \
        "$(finding "$2" .raw)" "$target" >out 2>err
    expect "$1: --reproduce" is $? 1
    expect "$1: --reproduce says why" grep -q "^$2: " out
    # What a script does not see, it says.
    case $2 in
    memory | grammar | gone)
        expect "$1: the script says that it does not see it" \
            grep -q '^# A script passes' "$(finding "$2" .smtp)"
        return 0
        ;;
    esac
    "$program" replay --timeout 10 "$(finding "$2" .smtp)" \
        "exec:exec $planted $1" >out 2>err
    status=$?
    expect "$1: replay: not exit status 1 but $status: $(tail -3 out)" \
        is "$status" 1
}

look_for() { # FAULT MODE ORACLE HOW
    local fault=$1 oracle=$3 t0=$SECONDS units
    aim "$1" "$2" "$3" "$4"
    "$program" fuzz --timeout 3 --time "${SECONDS_EACH:-300}" \
        "${target_args[@]}" "$target" >out 2>err &
    pid=$!
    while kill -0 "$pid" 2>/dev/null && ! found "$oracle"; do
        sleep 0.2
    done
    stop INT
    expect "$fault: the oracle $oracle says nothing" found "$oracle"
    [ "$oracle" != gone ] ||
        expect "$fault: the run goes on: status $status" is "$status" 130
    if found "$oracle"; then
        units=$(sed -n 's/^  "units": \([0-9]*\),*$/\1/p' \
            findings/"$oracle"-*.json | sort -n | head -1)
        echo "$fault: $oracle after $((SECONDS - t0)) s, $units commands"
        if [ "$4" = exec ] || [ "$oracle" = gone ]; then
            expect "$fault: $units commands, not at most 6" \
                [ "$units" -le 6 ]
            look_again "$fault" "$oracle"
        fi
        "$program" lint "$(finding "$oracle" .smtp)" \
            >out 2>err
        expect "$fault: the script" is $? 0
    fi
    miss
}
while IFS=$'\t' read -r fault mode oracle how _; do
    [ $# -gt 0 ] && [[ " $* " != *" $fault "* ]] && continue
    look_for "$fault" "$mode" "$oracle" "$how"
done < <("$planted" --list)
expect "processes are left" none_left

# ---- oracles ----
# ORACLE FAULT HEADER INPUT: one input on which that oracle speaks, and no
# other; none does where it is switched off, or without the fault. A FAULT of
# the reference server begins with "ref:", one that is to be without ASan with
# a dash.
oracles() {
    local mail='EHLO c\r\nMAIL FROM:<>\r\n' rcpt='RCPT TO:<postmaster>\r\n'
    local name
    name=$(printf '%080d' 0)
    cat <<EOF
crash|-node-missing|\0\0\0\0|ETRN @\r\n
sanitizer|node-missing|\0\0\0\0|ETRN @\r\n
hang|nul-loop|\0\0\0\0|NOOP \0\r\n
lost|silent-end|\0\0\0\0|$mail$rcpt$rcpt${rcpt}DATA\r\n
grammar|echo|\0\0\0\0|HELP x\r\n
count|two-replies|\0\0\0\0|NOOP $name\r\n
flood|-chunk-flood|\0\0\0\0|BDAT 1\r\nxBDAT 1\r\nx
order|rcpt-kept|\0\0\0\0|$mail${rcpt}RSET\r\n$rcpt
auth|auth-group|\2\0\0\0|EHLO c\r\nAUTH PLAIN =\r\nMAIL FROM:<>\r\n${rcpt}DATA\r\n
smuggled|ref:eod-lf-lf|\0\0\0\0|$mail${rcpt}DATA\r\na\n.\nNOOP\r\n.\r\n
injected|ref:starttls-injection|\6\0\0\0|EHLO c\r\nSTARTTLS\r\nEHLO c\r\n
EOF
}
# Sets target and target_args.
aim_at() { # ORACLE FAULT
    target_args=()
    case $2 in
    ref:*) target=$2 ;;
    -*) target="exec:exec $plain ${2#-}" ;;
    *) target="exec:exec $planted $2" ;;
    esac
    [ "$1" != auth ] || target_args=(--profile submission)
}
spoke() { # the oracles of all findings, a line each
    sed -n 's/^  "oracle": "\([a-z]*\)".*/\1/p' findings/*.json 2>/dev/null |
        sort -u
}
play() { # ARGS...
    rm -rf findings smtpspec-corpus
    run --timeout 1 --seeds seeds --runs 1 "${target_args[@]}" "$@" "$target"
}
mkdir seeds none
while IFS='|' read -r -u 3 oracle fault header input; do
    printf '%b%b' "$header" "$input" >seeds/one
    aim_at "$oracle" "$fault"
    ways=('' --fork-server)
    [[ $target != ref:* ]] || ways=('')
    for way in "${ways[@]}"; do
        play ${way:+"$way"}
        expect "$oracle $way on $fault: $(spoke | tr '\n' ' ')" \
            is "$(spoke)" "$oracle"
    done
    # Another may see the same, as "lost" sees a crash: not this one.
    play --no-oracle "$oracle"
    expect "--no-oracle $oracle on $fault" \
        is "$(spoke | grep -x "$oracle")" ''
    case $target in
    ref:*) target=ref: ;;
    *) target="exec:exec $planted" ;;
    esac
    [ "$oracle" != auth ] || continue # a server for submission is another
    play
    expect "$oracle on a good server: $(spoke)" is "$(spoke)" ''
done 3< <(oracles)
rm -rf seeds findings smtpspec-corpus

# ---- hangs ----
# Of a server that hangs in several states one is settled at once, the others
# behind the run; made small they are the same.
mkdir seeds
printf '\0\0\0\0NOOP \0\r\n' >seeds/one
printf '\0\0\0\0EHLO c\r\nNOOP \0\r\n' >seeds/two
printf '\0\0\0\0EHLO c\r\nMAIL FROM:<>\r\nNOOP \0\r\n' >seeds/three
run --fork-server --timeout 1 --seeds seeds --runs 1 \
    "exec:exec $planted nul-loop"
expect "hangs: status" is "$status" 1
expect "hangs: $(ls findings)" is "$(echo findings/*.raw)" \
    findings/hang-start-nothing.raw
expect "hangs: the other two" grep -q 'known ones were seen [2-9] times' out
rm -rf findings smtpspec-corpus
# A server that hangs and serves nobody else is gone; it is ended, and what it
# hung in is found, not who came next.
rm seeds/two seeds/three
listen nul-loop
deafen
run --timeout 1 --seeds seeds --runs 1 \
    --server "exec $plain --listen nul-loop $port" "smtp://127.0.0.1:$port"
expect "a server that hangs: $(ls findings)" is "$(echo findings/*.json)" \
    findings/gone-start-unknown.json
expect "a server that hangs: made small" \
    grep -q '"octets": [1-8],' findings/gone-start-unknown.json
rm -rf seeds findings smtpspec-corpus

# ---- what a server leaves ----
# A process in a session of its own does not outlive the SMTP session.
run --runs 1 --seeds none \
    "exec:setsid -f sleep 97.5 >/dev/null; exec $planted"
stays() { pgrep -fx 'sleep 97.5'; }
expect "what a session starts ends with it" is "$(stays)" ''
expect "and the session was one" grep -q '^[1-9].* sessions' out
rm -rf findings smtpspec-corpus

# ---- bounds ----
mkdir smtpspec-corpus
head -c 3M /dev/zero >smtpspec-corpus/large
run --time 60 --max-disk 2 "exec:exec $planted"
expect "disk: says so" grep -q 'more than 2 MiB: the run ends' err
expect "disk: status $status" is "$status" 0
expect "disk: processes are left" none_left
rm -rf findings smtpspec-corpus

# ---- signals ----
# At any moment: what is written is whole, nothing runs on, and no finding or
# beginning of one that was there has gone.
mkdir seeds
printf '\0\0\0\0EHLO %0400d\r\n' 0 >seeds/long
whole() {
    local json
    for json in findings/*.json; do
        [ -e "$json" ] || return 0
        [ -s "${json%.json}.raw" ] && [ -s "${json%.json}.smtp" ] &&
            grep -q '^}' "$json" || return 1
    done
}
wrong=0
some=0
for i in $(seq 30); do
    case $((i % 3)) in
    0) sig=KILL ;;
    1) sig=TERM ;;
    2) sig=INT ;;
    esac
    start ehlo-overflow --seeds seeds -q
    sleep "$((RANDOM % 2)).$((RANDOM % 10))"
    before=$(find findings -name '*.raw' 2>/dev/null | wc -l)
    stop "$sig"
    after=$(find findings -name '*.raw' 2>/dev/null | wc -l)
    [ "$after" -eq 0 ] || some=$((some + 1))
    if ! whole || ! none_left || { [ "$before" -gt 0 ] &&
        [ "$after" -eq 0 ]; }; then
        wrong=$((wrong + 1))
        echo "fuzz: after SIG$sig: $before, then $after"
        ls findings
    fi
    # Begin anew now and then: or only the first times find anything.
    [ $((i % 3)) -ne 0 ] || rm -rf findings smtpspec-corpus
done
expect "killed 30 times: $wrong times something was lost or left" \
    is "$wrong" 0
expect "killed 30 times: $some times there was something to lose" \
    [ "$some" -ge 5 ]
rm -rf findings smtpspec-corpus
run --fork-server --seeds seeds --runs 1 "exec:exec $planted ehlo-overflow"
cp "$(finding sanitizer .raw)" kept
rm -rf findings/*
cp kept findings/begun.raw
printf '\0\0\0\0NOOP\r\n' >findings/nothing.raw
run --fork-server --seeds none --runs 1 "exec:exec $planted ehlo-overflow"
expect "resumed: the finding" found sanitizer
expect "resumed: the old names are gone" is "$(find findings \
    -name 'begun*' -o -name 'nothing*')" ''
expect "resumed: status $status" is "$status" 1
rm -rf findings smtpspec-corpus seeds
start ehlo-overflow
sleep 2
stop INT
expect "interrupted: status $status" is "$status" 130
expect "interrupted: sums up" grep -q 'sessions in' out
expect "interrupted: processes are left" none_left

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
