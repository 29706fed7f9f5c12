# shellcheck shell=bash disable=SC2034 # read by rig
packages=(exim4-daemon-heavy)
version_of=exim4-daemon-heavy
targets=(
	'mx          smtp       21201 exim-mx'
	'submission  submission 21202 exim-submission'
	'submissions smtps      21203 exim-submission'
)
