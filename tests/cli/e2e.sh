#!/bin/bash
# The program from outside: real runs against the reference server and
# against servers that are none.
#
# Usage: tests/cli/e2e.sh [PROGRAM]     (default build/release/smtpspec)
# Ends with "N passed, N failed"; exit status 1 when anything failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/build/release/smtpspec}")
torture=$(dirname "$program")/torture # serves hostile servers
work=$(mktemp -d "${TMPDIR:-/tmp}/smtpspec-e2e.XXXXXX")
passed=0
failed=0
servers=()

clean_up() {
	for pid in ${servers[@]+"${servers[@]}"}; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$work"
}
trap clean_up EXIT

unset SMTPSPEC_PASSWORD NO_COLOR
# Of memory, KiB. The address sanitizer keeps what was freed.
most=65536
case $program in
*/asan/*) most=$((1024 * 1024)) ;;
esac
export TMPDIR=$work

pass() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	echo "FAIL: $1"
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@"
}

# run NAME STATUS ARGS...: keeps out, err, seconds, memory
run() {
	local name=$1 want=$2 got=0
	shift 2
	timeout 600 python3 "$here/measure.py" "$work/measured" \
		"$program" "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
	read -r seconds memory <"$work/measured"
	if [ "$got" -eq "$want" ]; then
		pass
	else
		fail "$name: exit status $got, not $want" \
			"$(head -c 400 "$work/err")" "$(tail -n 4 "$work/out")"
	fi
}

# says NAME FILE TEXT
says() {
	if grep -qF -- "$3" "$work/$2"; then
		pass
	else
		fail "$1: \"$3\" is not in $2" "$(head -c 400 "$work/$2")"
	fi
}

# check NAME COMMAND...: the command must succeed
check() {
	local name=$1
	shift
	if "$@" >"$work/checked" 2>&1; then
		pass
	else
		fail "$name" "$(head -c 400 "$work/checked")"
	fi
}

# waited NAME: the last run waited for a server that does not answer, and no
# longer than a few of its --timeout 1. The rest is for a machine that is busy.
waited() {
	check "$1: took $seconds s" \
		awk -v s="$seconds" 'BEGIN { exit !(s <= 60) }'
}

# await SECONDS COMMAND...: until it succeeds; false once the time is over
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

one_error_line() {
	check "$1: expected one line on stderr, nothing on stdout" \
		test "$(wc -l <"$work/err")" -eq 1 -a ! -s "$work/out"
}

plain_80() {
	# shellcheck disable=SC2016  # awk's own $
	check "$1: lines of at most 80 columns" \
		awk 'length($0) > 80 { exit 1 }' "$work/out"
	if LC_ALL=C grep -q '[^ -~]' "$work/out"; then
		fail "$1: raw octets in the report" \
			"$(LC_ALL=C grep -m1 '[^ -~]' "$work/out" | od -c | head)"
	else
		pass
	fi
}

schema() {
	local status=0
	python3 "$root/tests/report/check_schema.py" \
		"$root/docs/result.schema.json" "$work/r.json" \
		>"$work/checked" 2>&1 || status=$?
	case $status in
	0) pass ;;
	77) echo "SKIP: $1: $(cat "$work/checked")" ;;
	*) fail "$1: schema" "$(head -n 5 "$work/checked")" ;;
	esac
	if command -v xmllint >/dev/null; then
		check "$1: JUnit" xmllint --noout "$work/r.xml"
	else
		echo "SKIP: $1: xmllint is not installed"
	fi
}

# hostile WAY: starts a server, its port in $port, its process in $pid
hostile() {
	rm -f "$work/port"
	"$torture" --serve "$1" "$work/port" &
	pid=$!
	servers+=("$pid")
	check "$1: its port" await 60 test -s "$work/port"
	port=$(cat "$work/port")
}

end_hostile() {
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

reports=(--json "$work/r.json" --junit "$work/r.xml")

reference() {
	run "ref:" 0 check "${reports[@]}" ref:
	says "ref:" out "Exit status 0: nothing failed"
	plain_80 "ref:"
	schema "ref:"
	check "ref: at most $((most / 1024)) MiB, not $memory KiB" \
		test "$memory" -le "$most"
	run "ref: the tour" 0 check --select rfc5321/4.3.2/reply-codes ref:
	says "ref: the tour" out "PASS 1 "
	run "ref: with a fault" 1 check "${reports[@]}" ref:quit-250
	says "ref: with a fault" out "FAIL  rfc5321/4.1.1.10/quit-221-close"
	says "ref: with a fault" out "Exit status 1"
	plain_80 "ref: with a fault"
	schema "ref: with a fault"
	run "ref: verbose" 1 check -v ref:quit-250
	plain_80 "ref: verbose"
	run "ref: loses mail" 1 check --select rfc5321/2.1 ref:deliver-never
	says "ref: loses mail" out "FAIL  rfc5321/2.1/delivered-once"
	mkdir "$work/mail"
	run "a folder of the user's" 0 check --select rfc5321/2.1 \
		--delivery "$work/mail" ref:
	check "a folder of the user's: the messages are there" \
		compgen -G "$work/mail/*"
	run "a folder that gets nothing" 1 check --select rfc5321/2.1 \
		--delivery "$work/mail" ref:deliver-never
	run "no folder" 2 check --delivery "$work/out" ref:
	one_error_line "no folder"
	says "no folder" err "$work/out: expected a folder for the messages"
	run "no such folder" 2 check --delivery "$work/none" ref:
	says "no such folder" err "--delivery: $work/none: No such file"
	printf 'delivery = mail\n' >"$work/delivery.conf"
	run "delivery in a file" 0 check --select rfc5321/2.1 \
		--config "$work/delivery.conf" ref:
	check "no folder of ref: is left" \
		test -z "$(find "$work" -mindepth 1 -name "smtpspec-*" -type d)"
	run "quiet" 0 check -q --select rfc5321/4.1.1.10 ref:
	check "quiet: one line" test "$(wc -l <"$work/out")" -eq 1
	run "every mode" 0 check -q ref:submission
	run "an unknown fault" 2 check ref:no-such-fault
	one_error_line "an unknown fault"
	run "JSON on standard output" 0 check --json - \
		--select rfc5321/4.1.1.10 ref:
	check "JSON on standard output" python3 -m json.tool "$work/out"
}

usage() {
	run "no match" 2 check --select no/such/case ref:
	one_error_line "no match"
	run "not local" 2 check 192.0.2.1
	says "not local" err "give --remote"
	run "a bad target" 2 check "smtp://host:99999"
	one_error_line "a bad target"
	run "an unwritable report" 2 check --json "$work/no/such/x.json" ref:
	one_error_line "an unwritable report"
	says "an unwritable report" err "$work/no/such/x.json"
	printf 'user = joe\njobs = many\n' >"$work/bad.conf"
	run "a bad configuration" 2 check --config "$work/bad.conf" ref:
	says "a bad configuration" err "bad.conf:2: jobs: expected a number"
	one_error_line "a bad configuration"
	printf 'case: x/y\nC: QUIT\nS?: 221\n' >"$work/bad.smtp"
	run "a bad script" 2 replay "$work/bad.smtp" ref:
	says "a bad script" err "bad.smtp:3:"
	run "lint of a bad script" 2 lint "$work/bad.smtp"
	says "lint of a bad script" err "bad.smtp:3:"
	run "lint of the suite" 0 lint "$root/conformance"
	says "lint of the suite" out "no mistakes"
	run "list" 0 list
	says "list" out "rfc5321/4.1.1.10/quit-221-close"
	run "list of requirements" 0 list --requirements
	says "list of requirements" out "RFC5321-4.1.1.10-a"
	says "list of requirements" out "server-side rows, "
	run "list of one requirement" 0 list --requirements \
		--select RFC5321-4.1.1.10-a
	says "list of one requirement" out \
		"# 1 server-side rows, 1 of them observable, 1 covered (100.0 %)"
}

files() {
	run "a full disk" 3 check --json /dev/full --select rfc5321/4.1.1.10 \
		ref:
	says "a full disk" err "No space left on device"
	mkdir "$work/small"
	# four blocks of 1 KiB for each file; the report is larger
	(
		ulimit -f 4
		exec "$program" check --json "$work/small/x.json" ref:quit-250
	) >"$work/out" 2>"$work/err"
	says "a disk that fills up" err "File too large"
	check "a disk that fills up: nothing is left" \
		test -z "$(ls -A "$work/small")"
	run "a wrong target leaves no report" 2 check \
		--json "$work/small/y.json" --profile mx "nothing://x"
	check "a wrong target leaves no report" \
		test -z "$(ls -A "$work/small")"
}

# No way of these may take longer than its waits or more than 64 MiB.
no_server() {
	run "refused" 3 check --timeout 1 "${reports[@]}" 127.0.0.1:1
	says "refused" out "Could not test: "
	waited "refused"
	schema "refused"
	run "no such name" 3 check --timeout 1 --remote no-such-host.invalid
	says "no such name" out "Could not test: "
	run "no such name, not remote" 3 check no-such-host.invalid
	run "no such socket" 3 check --timeout 1 "unix:$work/none"
	run "a child that ends" 3 check --timeout 1 "exec:true"
	for way in silent closes resets http tls flood flood-lines nuls slow; do
		hostile "$way"
		run "$way" 3 check --timeout 1 "${reports[@]}" "127.0.0.1:$port"
		says "$way" out "Could not test: "
		check "$way: one clear line" test \
			"$(grep -c 'Could not test' "$work/out")" -eq 1
		waited "$way"
		check "$way: at most $((most / 1024)) MiB, not $memory KiB" \
			test "$memory" -le "$most"
		plain_80 "$way"
		end_hostile
	done
	hostile silent
	run "implicit TLS with a silent server" 3 check --timeout 1 \
		"smtps://127.0.0.1:$port"
	waited "implicit TLS with a silent server"
	end_hostile
}

hostile_text() {
	hostile text
	run "octets that a terminal obeys" 1 check --timeout 1 --jobs 4 \
		"${reports[@]}" "127.0.0.1:$port"
	plain_80 "octets that a terminal obeys"
	schema "octets that a terminal obeys"
	end_hostile
}

# A message has come to the folder of ref:, or the program has ended: the run
# is in the middle of its cases.
plays() { # PID
	compgen -G "$work/smtpspec-*/*" >/dev/null || ! kill -0 "$1" 2>/dev/null
}

interrupted() {
	local got=0
	for signal in INT TERM; do
		rm -f "$work/r.json" "$work/r.xml"
		got=0
		"$program" check --jobs 1 "${reports[@]}" ref: \
			>"$work/out" 2>"$work/err" &
		local run=$!
		check "SIG$signal: cases are played" await 300 plays "$run"
		kill -s "$signal" "$run"
		wait "$run" || got=$?
		check "SIG$signal: exit status $got, not 130" \
			test "$got" -eq 130
		says "SIG$signal" r.json '"interrupted": true'
		schema "SIG$signal"
	done
}

replays() {
	cat >"$work/case.smtp" <<-'END'
		case: rfc5321/4.1.1.10/made-up
		title: a case of the test
		spec: RFC5321 4.1.1.10
		covers: RFC5321-4.1.1.10-a
		level: MUST
		start: ehlo
		fault: quit-250

		C: QUIT
		S!: 221
	END
	run "lint" 0 lint "$work/case.smtp"
	run "replay" 0 replay "$work/case.smtp" ref:
	says "replay" out "C: QUIT"
	says "replay" out "PASS 1 (exit status 0)"
	run "replay that fails" 1 replay "$work/case.smtp" ref:quit-250
	says "replay that fails" out "FAIL 1 (exit status 1)"
	run "replay of one case" 2 replay --case no/such "$work/case.smtp" ref:
	run "replay without a server" 3 replay --timeout 1 "$work/case.smtp" \
		127.0.0.1:1
	printf '220 a.example x\r\n' >"$work/reply"
	run "parse" 0 parse reply "$work/reply"
	run "explain" 0 explain 530
}

set -m # so that a background job takes SIGINT
reference
usage
files
no_server
hostile_text
interrupted
replays
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
