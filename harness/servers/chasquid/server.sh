# shellcheck shell=bash disable=SC2034 # read by rig
packages=(chasquid)
version_of=chasquid
targets=(
	'mx          smtp       21801 chasquid-mx'
	'submission  submission 21802 chasquid-submission'
	'submissions smtps      21803 chasquid-submission'
)
