# shellcheck shell=bash disable=SC2034 # read by rig
packages=(python3-aiosmtpd)
version_of=python3-aiosmtpd
targets=(
	'mx           smtp       21701 aiosmtpd-mx'
	'submission   submission 21702 aiosmtpd-submission'
	'submissions  smtps      21703 aiosmtpd-submission'
	'tls-required submission 21706 aiosmtpd-submission'
)
