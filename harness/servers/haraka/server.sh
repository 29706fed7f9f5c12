# shellcheck shell=bash disable=SC2034 # read by rig
# It wants a newer node than bookworm has.
suite=trixie
packages=(nodejs)
npm_packages=(Haraka@3.2.1)
version_of=Haraka
targets=(
	'mx          smtp       22001 haraka-mx'
	'submission  submission 22002 haraka-submission'
	'submissions smtps      22003 haraka-submission'
)
