# shellcheck shell=bash disable=SC2034 # read by rig
packages=(qpsmtpd libio-socket-ssl-perl libdigest-hmac-perl)
version_of=qpsmtpd
targets=(
	'mx          smtp       21901 qpsmtpd-mx'
	'submission  submission 21902 qpsmtpd-submission'
	'submissions smtps      21903 qpsmtpd-submission'
)
