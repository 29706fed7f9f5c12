#!/usr/bin/env bash
# The completions of bash and zsh, asked as the shells ask them.
#
#   completion.sh PROGRAM
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

program=$(realpath "${1:?usage: completion.sh PROGRAM}")
work=$(mktemp -d "${TMPDIR:-/tmp}/completion.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/smtpspec"
export PATH=$work/bin:$PATH

passed=0
failed=0
expect() { # SHELL LINE WANTED GOT
    local word
    for word in $3; do
        if grep -qxF -- "$word" <<<"$4"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "completion: $1: \"$2\": expected $word among:"
            head -5 <<<"$4"
        fi
    done
}

in_bash() { # LINE
    bash --norc -c '
        . completions/smtpspec.bash
        COMP_LINE=$1 COMP_POINT=${#1}
        read -r -a COMP_WORDS <<<"$1"
        _smtpspec 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"' - "$1"
}

in_zsh() { # LINE
    rm -f "$work/matches.over"
    : >"$work/matches"
    timeout 300 zsh -f tests/cli/complete.zsh "$PWD/completions" \
        "$work/matches" "$1" >/dev/null
    cat "$work/matches"
}

while IFS='|' read -r line wanted; do
    expect bash "$line" "$wanted" "$(in_bash "$line")"
done <<'ROWS'
smtpspec |check list replay lint serve parse explain report
smtpspec che|check
smtpspec check --js|--json
smtpspec check |smtp:// ref:
smtpspec check --profile |auto mx submission lmtp
smtpspec check --select rfc5321/4.1.1.10/quit-221|rfc5321/4.1.1.10/quit-221-close/ehlo
smtpspec check --json docs/result.sch|docs/result.schema.json
smtpspec serve --fault quit-|quit-250
smtpspec parse |reply command path
smtpspec lint conf|conformance
ROWS

while IFS='|' read -r line wanted; do
    expect zsh "$line" "$wanted" "$(in_zsh "$line")"
done <<'ROWS'
smtpspec che|check
smtpspec check --js|--json
smtpspec check --profile |auto mx submission lmtp
smtpspec serve --fault quit-2|quit-250
smtpspec parse re|reply
ROWS

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
