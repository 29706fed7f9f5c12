# shellcheck shell=bash disable=SC2034 # read by rig
packages=(courier-mta courier-authdaemon courier-authlib-userdb)
version_of=courier-mta
targets=(
	'mx          smtp       21601 courier-mx'
	'submission  submission 21602 courier-submission'
	'submissions smtps      21603 courier-submission'
)
