# shellcheck shell=bash disable=SC2034 # read by rig
packages=(sendmail-bin sendmail-cf sasl2-bin libsasl2-modules
	libsasl2-modules-db)
version_of=sendmail-bin
targets=(
	'mx          smtp       21401 sendmail-mx'
	'submission  submission 21402 sendmail-submission'
	'submissions smtps      21403 sendmail-submission'
)
