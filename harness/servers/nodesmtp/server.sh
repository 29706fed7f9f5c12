# shellcheck shell=bash disable=SC2034 # read by rig
# nodemailer's smtp-server, a library as aiosmtpd is
suite=trixie
packages=(nodejs)
npm_packages=(smtp-server@3.18.5)
version_of=smtp-server
targets=(
	'mx          smtp       22101 nodesmtp-mx'
	'submission  submission 22102 nodesmtp-submission'
	'submissions smtps      22103 nodesmtp-submission'
)
