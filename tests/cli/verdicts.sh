#!/bin/bash
# What becomes of servers that refuse something altogether, or end sessions
# where a case does not expect it: which verdicts, and how many.
#
# Usage: tests/cli/verdicts.sh [PROGRAM]   (default build/release/smtpspec)
# Ends with "N passed, N failed"; exit status 1 when anything failed.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/build/release/smtpspec}")
work=$(mktemp -d "${TMPDIR:-/tmp}/smtpspec-verdicts.XXXXXX")
passed=0
failed=0
trap 'rm -rf "$work"' EXIT
export SMTPSPEC_PASSWORD=secret

# verdicts NAME STATUS WANT ARGUMENTS-OF-THE-SERVER -- OPTIONS...: plays the
# cases that the options select; WANT is what is neither PASS nor SKIP, as
# "VERDICT id VERDICT id", sorted.
verdicts() {
	local name=$1 want_status=$2 want=$3 server=$4 status=0 got
	shift 5
	timeout 600 "$program" check --json "$work/r.json" "$@" \
		"exec:python3 $here/answers.py $server" \
		>"$work/out" 2>&1 || status=$?
	got=$(python3 - "$work/r.json" <<'EOF'
import json, sys
cases = json.load(open(sys.argv[1]))["cases"]
print(" ".join(sorted(f"{c['verdict']} {c['id']}" for c in cases
                      if c["verdict"] not in ("PASS", "SKIP"))))
EOF
	)
	if [ "$status" -eq "$want_status" ] && [ "$got" = "$want" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $name: exit status $status, not $want_status"
		printf '    got  %s\n    want %s\n' "$got" "$want"
		tail -n 3 "$work/out"
	fi
}

# A server that knows HELO alone is one finding (RFC 5321 2.2.1).
verdicts "HELO alone" 1 "FAIL rfc5321/4.1.1.1/ehlo-250/clear" \
	"'EHLO=500 no'" -- --select rfc5321/4.1.1.1/ehlo-250 \
	--select rfc5321/3.3 --select rfc5321/4.1.1.10 --select rfc5321/2.4 \
	--select rfc5321/4.1.3 --select rfc4865
# STARTTLS that is offered and never available: one line says so.
verdicts "STARTTLS 454" 3 "BLOCKED rfc3207/3/offered-works" tls -- \
	--select rfc3207/3 --select rfc3207/4.2 --select rfc4954/4 \
	--select rfc4616
verdicts "STARTTLS 502" 1 "FAIL rfc3207/3/offered-works" \
	"tls 'STARTTLS=502 no'" -- --select rfc3207/3 --select rfc3207/4.2
# What a session ended before is not said of the authentication.
survives=rfc5321/4.1.1.5/auth-survives/rset
verdicts "RSET refused, and closed" 3 "BLOCKED $survives" \
	"auth 'RSET!502 no'" -- --select $survives --user u
verdicts "RSET served" 0 "" auth -- --select $survives --user u
verdicts "AUTH lost on RSET" 1 "FAIL $survives" \
	"auth forgets" -- --select $survives --user u
attempts=rfc4954/9/three-attempts
verdicts "AUTH 250" 3 "BLOCKED $attempts" "auth 'AUTH=250 Ok'" -- \
	--select $attempts
verdicts "AUTH refused three times" 0 "" "auth 'AUTH=535 no'" -- \
	--select $attempts
verdicts "AUTH refused, and closed" 0 "WARN $attempts" \
	"auth 'AUTH!535 no'" -- --select $attempts
twice=rfc4954/4/auth-twice
verdicts "AUTH again 538" 1 "FAIL $twice" "auth 'again=538 no'" -- \
	--select $twice --user u
verdicts "AUTH again 503" 0 "" "auth 'again=503 no'" -- \
	--select $twice --user u

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
