# shellcheck shell=bash disable=SC2034 # read by rig
# Postfix's smtp-sink: takes everything, has neither TLS nor AUTH.
packages=(postfix)
preseed='postfix postfix/main_mailer_type select No configuration'
version_of=postfix
targets=(
	'mx   smtp 22901 smtpsink-mx'
	'lmtp lmtp 22904 smtpsink-lmtp'
)
