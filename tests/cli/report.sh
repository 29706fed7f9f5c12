#!/bin/bash
# smtpspec report and the formats: each held against an independent tool,
# shards merged, runs compared, baselines, and input that is none.

# Usage: tests/cli/report.sh [PROGRAM]     (default build/release/smtpspec)
# Ends with "N passed, N failed"; exit status 1 when anything failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/build/release/smtpspec}")
work=$(mktemp -d "${TMPDIR:-/tmp}/smtpspec-report.XXXXXX")
passed=0
failed=0
server=

clean_up() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT
unset SMTPSPEC_PASSWORD NO_COLOR
export TMPDIR=$work
cd "$work" || exit 1

# A few dozen cases, quick ones.
few=(--select rfc5321/4.1.1.10 --select rfc5321/4.2 --select rfc5321/4.1.1.5)
formats=(json:r.json junit:r.xml tap:r.tap sarif:r.sarif markdown:r.md
	html:r.html)

pass() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	echo "FAIL: $1"
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@" | cut -c 1-400
}

# run NAME STATUS ARGS...: keeps out, err
run() {
	local name=$1 want=$2 got=0
	shift 2
	timeout 600 "$program" "$@" >out 2>err </dev/null || got=$?
	if [ "$got" -eq "$want" ]; then
		pass
	else
		fail "$name: exit status $got, not $want" \
			"$(head -c 300 err)" "$(tail -n 3 out)"
	fi
}

# says NAME FILE TEXT
says() {
	if grep -qF -- "$3" "$2"; then
		pass
	else
		fail "$1: \"$3\" is not in $2" "$(head -c 300 "$2")"
	fi
}

# check NAME COMMAND...: the command must succeed
check() {
	local name=$1
	shift
	if "$@" >checked 2>&1; then
		pass
	else
		fail "$name" "$(head -n 5 checked)"
	fi
}

one_line() {
	check "$1: one line on stderr, nothing on stdout" \
		test "$(wc -l <err)" -eq 1 -a ! -s out
}

# refused NAME TEXT ARGS...: exit status 2 and one line with TEXT
refused() {
	local name=$1 text=$2
	shift 2
	run "$name" 2 report "$@"
	one_line "$name"
	says "$name" err "$text"
}

# all_formats FOLDER: the options for all of them
all_formats() {
	options=()
	mkdir -p "$1"
	for f in "${formats[@]}"; do
		options+=("--${f%%:*}" "$1/${f##*:}")
	done
}

# valid NAME FOLDER: what independent tools say
valid() {
	local status=0
	python3 "$root/tests/report/check_formats.py" "$2" clean/r.html \
		>checked 2>&1 || status=$?
	case $status in
	0) pass ;;
	77) echo "SKIP: $1: $(cat checked)" ;;
	*) fail "$1: formats" "$(head -n 5 checked)" ;;
	esac
	if LC_ALL=C grep -q '[^ -~]' out; then
		fail "$1: octets on the terminal" \
			"$(LC_ALL=C grep -m1 '[^ -~]' out | od -c | head -n 3)"
	else
		pass
	fi
}

# edit FILE NEW PYTHON: FILE's result, as r, changed
edit() {
	python3 - "$1" "$2" "$3" <<-'END'
		import json, sys
		r = json.load(open(sys.argv[1]))
		exec(sys.argv[3])
		json.dump(r, open(sys.argv[2], "w"))
	END
}

# holds NAME PYTHON FILE...: an expression over the results a, b, ...
holds() {
	local name=$1 expression=$2
	shift 2
	check "$name" python3 - "$expression" "$@" <<-'END'
		import json, sys
		a, b = ([json.load(open(f)) for f in sys.argv[2:]] + [None])[:2]
		ids = lambda r, *v: {c["id"] for c in r["cases"]
		                     if c["verdict"] in v}
		assert eval(sys.argv[1]), sys.argv[1]
	END
}

from_a_run() {
	all_formats clean
	run "clean" 0 check "${few[@]}" "${options[@]}" ref:
	valid "clean" clean
	all_formats fault
	run "fault" 1 check "${few[@]}" "${options[@]}" ref:quit-250
	valid "fault" fault
	all_formats refused
	run "refused" 3 check --timeout 1 "${few[@]}" "${options[@]}" \
		127.0.0.1:1
	valid "refused" refused
}

# What report makes of the JSON is what check made of the run.
from_json() {
	for of in clean:0 fault:1 refused:3; do
		all_formats again
		run "report of ${of%:*}" "${of#*:}" report "${options[@]}" \
			"${of%:*}/r.json"
		for f in "${formats[@]}"; do
			check "report of ${of%:*}: ${f%%:*} is the same" \
				cmp "${of%:*}/${f##*:}" "again/${f##*:}"
		done
	done
	"$program" report -q --json - - <fault/r.json >piped 2>err
	check "from standard input to standard output" cmp piped fault/r.json
}

hostile() {
	rm -f port
	python3 "$here/hostile.py" inject "$work/port" &
	server=$!
	for _ in $(seq 1200); do # a minute
		[ ! -s port ] || break
		sleep 0.05
	done
	all_formats evil
	run "hostile server" 1 check --timeout 2 --jobs 4 \
		--select rfc5321/4.1.1 --select rfc5321/4.2 \
		--select rfc5321/3.8 "${options[@]}" "127.0.0.1:$(cat port)"
	kill "$server"
	wait "$server" 2>/dev/null
	server=
	valid "hostile server" evil
	says "hostile server: its words are in the report" evil/r.md \
		"document.title="
	holds "hostile server: something failed" 'ids(a, "FAIL")' evil/r.json
	# a result that somebody changed: text of ours is not trusted either
	# shellcheck disable=SC2016  # Markdown's own backticks
	edit evil/r.json changed.json '
evil = ("</script><script>alert(1)</script> ]]> \x1b[2J\u202e [x](http://e/)"
        " | `a` ```\n# h\n<img src=x onerror=alert(1)> www.e.example a@e.org"
        " {0} # TODO \u0085 \\ ${x} <!-- ")
for c in r["cases"]:
    for k in ("title", "reason", "expected", "got", "where", "level",
              "explain", "fix", "exploit", "reproduce", "spec"):
        c[k] = evil
    c["id"] += evil
    c["covers"] = [evil]
for k in ("target", "tool", "failure"):
    r[k] = evil
for q in r["requirements"]:
    q["text"] = q["rfc"] = q["section"] = q["level"] = evil
'
	all_formats changed
	run "changed by hand" 3 report "${options[@]}" changed.json
	valid "changed by hand" changed
}

shards() {
	local parts=()
	run "whole" 1 check "${few[@]}" --json whole.json ref:quit-250
	for i in 1 2 3 4; do
		parts+=("s$i.json")
		timeout 600 "$program" check "${few[@]}" --shard "$i/4" -q \
			--json "s$i.json" ref:quit-250 >out 2>err
	done
	run "merged" 1 report --json merged.json "${parts[@]}"
	check "merged: the whole run but for times" python3 - <<-'END'
		import json
		def load(name):
		    r = json.load(open(name))
		    for k in ("started", "ended"):
		        del r[k]
		    for c in r["cases"]:
		        if c["passive"]: # its evidence is of other sessions
		            del c["reason"], c["reproduce"], c["got"]
		            del c["notes"]
		        for k in ("at", "duration"):
		            del c[k]
		        c["transcript"] = [] if c["passive"] else [
		            (e["event"], e["conn"], e["tls"])
		            for e in c["transcript"]
		            if e["event"] not in ("received", "note")]
		    r["server"]["tls"] = bool(r["server"]["tls"])
		    return r
		a, b = load("whole.json"), load("merged.json")
		for k in a:
		    assert k == "cases" or a[k] == b[k], (k, a[k], b[k])
		assert len(a["cases"]) == len(b["cases"])
		for x, y in zip(a["cases"], b["cases"]):
		    assert x == y, [(k, x[k], y[k]) for k in x if x[k] != y[k]]
	END
	holds "shards are disjoint" \
		'not ({c["id"] for c in a["cases"] if not c["passive"]} & {
		 c["id"] for c in b["cases"] if not c["passive"]})' \
		s1.json s2.json
	refused "a shard is missing" "3/4 of ref:quit-250 is missing" \
		s1.json s2.json s4.json
	refused "a shard is there twice" "1/4 of ref:quit-250 is there twice" \
		"${parts[@]}" s1.json
	edit s2.json other.json 'r["options"].append(
		{"name": "strict", "value": "yes"})'
	refused "another option" "--strict is not the same" \
		s1.json other.json s3.json s4.json
	run "one shard by itself" 1 report s1.json
	timeout 600 "$program" check -q --select rfc5321/4.1.1.10 \
		--json p1.json ref: >out
	timeout 600 "$program" check -q --select rfc5321/4.1.1.5 \
		--json p2.json ref: >out
	run "--merge" 0 report --merge --json p.json p1.json p2.json
	holds "--merge: both are in it" \
		'len(a["cases"]) > len(b["cases"])' p.json p1.json
	refused "--merge of two servers" "the targets are" --merge \
		p1.json whole.json
}

compared() {
	run "compare" 1 report --compare clean/r.json fault/r.json
	says "compare" out "PASS -> FAIL"
	check "compare: exactly the fault's cases are new" python3 - <<-'END'
		import json, re
		bad = {c["id"] for c in json.load(open("fault/r.json"))["cases"]
		       if c["verdict"] in ("FAIL", "WARN")}
		text = " ".join(open("out").read().split())
		n = int(re.search(r"new: (\d+)", text).group(1))
		assert n == len(bad) > 0, (n, len(bad))
		assert "fixed: 0" in text and "changed: 0" in text, text
		for i in bad:
		    assert i in text, i
	END
	run "compare: fixed" 0 report --compare fault/r.json clean/r.json
	says "compare: fixed" out "new: 0"
	run "compare: the same" 0 report --compare fault/r.json fault/r.json
	mkdir -p both
	run "compare: formats" 1 report --compare --sarif both/c.sarif \
		--markdown both/c.md --html both/c.html clean/r.json fault/r.json
	check "compare: SARIF" python3 - "$root" <<-'END'
		import json, sys, jsonschema
		log = json.load(open("both/c.sarif"))
		jsonschema.Draft4Validator(json.load(open(
		    sys.argv[1] + "/tests/report/schema/sarif-2.1.0-rtm.5.json")
		)).validate(log)
		states = [r["baselineState"] for r in log["runs"][0]["results"]]
		assert states and set(states) == {"new"}, set(states)
	END
	says "compare: Markdown" both/c.md "## New: "
	refused "compare: one file" "two files behind --compare" \
		--compare clean/r.json
	refused "compare: three" "two files" --compare clean/r.json \
		fault/r.json clean/r.json
	refused "compare: JUnit" "--junit: expected one result" \
		--compare --junit x.xml clean/r.json fault/r.json
	check "compare: no report was begun" test ! -e x.xml
}

several() {
	run "two servers" 3 report --sarif both/s.sarif --markdown both/s.md \
		--html both/s.html clean/r.json refused/r.json
	says "two servers" out "A    ref:"
	says "two servers" out "B    127.0.0.1:1"
	says "two servers: Markdown" both/s.md "| case | 1 | 2 |"
	run "a server that fails weighs more" 1 report refused/r.json \
		fault/r.json
	refused "two servers: TAP" "--tap: expected one result" --tap x.tap \
		clean/r.json fault/r.json
}

versions() {
	edit fault/r.json newer.json 'r["tool"] = "smtpspec 9.9"'
	refused "another tool" "smtpspec 9.9, suite" clean/r.json newer.json
	says "another tool: both are named" err "$("$program" --version)"
	refused "another tool, compared" "of one version" --compare \
		clean/r.json newer.json
	edit fault/r.json suite.json 'r["suite"] = "0123456789abcdef"'
	refused "another suite" "suite 0123456789abcdef" clean/r.json suite.json
	edit fault/r.json format.json 'r["schema"] = 2'
	refused "another format" "format version 1, not 2" format.json
}

bad_input() {
	head -c 5000 fault/r.json >cut.json
	: >empty.json
	printf '{"a": [1, 2]}' >foreign.json
	printf '<testsuites/>' >xml.json
	truncate -s 200M huge.json
	printf '%0.s[' $(seq 100000) >deep.json
	head -c 100000 /dev/urandom >random.json
	mkdir folder
	for f in cut empty foreign xml huge deep random; do
		refused "bad input: $f" "$f.json" "$f.json"
	done
	refused "bad input: a folder" "Is a directory" folder
	refused "bad input: nothing there" "No such file" none.json
	refused "bad input: the second file" "cut.json:" fault/r.json cut.json
	refused "no file" "expected result files"
	refused "an unknown option" "unknown option --user" --user x r.json
	refused "an unwritable report" "no/such/x.tap" --tap no/such/x.tap \
		fault/r.json
	run "a full disk" 3 report --sarif /dev/full clean/r.json
	says "a full disk" err "No space left on device"
}

verified() {
	run "verify" 0 report --verify fault/r.html fault/r.json
	says "verify" out "$(sha256sum fault/r.json | cut -c 1-64)"
	sed 's/"FAIL"/"PASS"/' fault/r.json >forged.json
	run "verify: changed" 1 report --verify fault/r.html forged.json
	says "verify: changed" out "DIFFERS"
	says "verify: changed" out "MISSING"
	run "verify: two, one named" 1 report --verify both/c.html fault/r.json
	says "verify: two, one named" out "MISSING"
	run "verify: two" 0 report --verify both/c.html fault/r.json \
		clean/r.json
	refused "verify: no report" "with the SHA-256" --verify \
		fault/r.json fault/r.json
}

baselines() {
	run "write a baseline" 1 check "${few[@]}" --write-baseline known.txt \
		ref:quit-250
	run "use it" 0 check "${few[@]}" --baseline known.txt --json known.json \
		--junit known.xml ref:quit-250
	says "use it" out "known: the baseline has them"
	holds "use it: verdicts stay" \
		'ids(a, "FAIL") and all(c["baseline"] for c in a["cases"]
		 if c["verdict"] == "FAIL")' known.json
	check "use it: nothing fails in JUnit" \
		grep -q 'failures="0" errors="0"' known.xml
	run "another fault" 1 check "${few[@]}" --baseline known.txt \
		ref:quit-250,greeting-no-domain
	run "it passes now" 1 check "${few[@]}" --baseline known.txt \
		--json stale.json ref:
	says "it passes now" out "Stale"
	holds "it passes now: each entry" \
		'len(a["stale"]) == len(ids(b, "FAIL"))' stale.json known.json
	sed 's/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]/2020-01-01/' known.txt >old.txt
	run "its time is over" 1 check "${few[@]}" --baseline old.txt \
		ref:quit-250
	says "its time is over" out "until 2020-01-01"
	sed 's/ 250 / 550 /' known.txt >pinned.txt
	run "another reply" 1 check "${few[@]}" --baseline pinned.txt \
		ref:quit-250
	says "another reply" out "the baseline lists it with the reply 550"
	echo 'no/such/case FAIL - 2099-01-01 x' >>known.txt
	run "an unknown id" 2 check --baseline known.txt ref:
	says "an unknown id" err 'expected the id of a case, not "no/such/case"'
	one_line "an unknown id"
	echo 'what' >wrong.txt
	run "a bad baseline" 2 check --baseline wrong.txt ref:
	says "a bad baseline" err "wrong.txt:1: expected FAIL or BLOCKED"
	run "baseline of a saved result" 0 report --baseline known.txt \
		fault/r.json
	run "baseline of shards" 0 report --baseline known.txt s1.json s2.json \
		s3.json s4.json
}

from_a_run
from_json
hostile
shards
compared
several
versions
bad_input
verified
baselines
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
