# shellcheck shell=bash disable=SC2034 # read by rig
packages=(postfix sasl2-bin libsasl2-modules libsasl2-modules-db)
preseed='postfix postfix/main_mailer_type select No configuration'
version_of=postfix
targets=(
	'mx               smtp       21101 postfix-mx'
	'submission       submission 21102 postfix-submission'
	'submissions      smtps      21103 postfix-submission'
	'submission-early submission 21105 postfix-submission'
	'tls-required     submission 21106 postfix-submission'
	'hardened         smtp       21107 postfix-mx'
	'normalize        smtp       21108 postfix-mx'
)
