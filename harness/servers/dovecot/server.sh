# shellcheck shell=bash disable=SC2034 # read by rig
# Postfix is here for its smtp-sink, the relay behind the submission service.
packages=(dovecot-core dovecot-submissiond dovecot-lmtpd postfix)
preseed='postfix postfix/main_mailer_type select No configuration'
version_of=dovecot-submissiond
targets=(
	'submission  submission 21502 dovecot-submission'
	'submissions smtps      21503 dovecot-submission'
	'lmtp        lmtp       21504 dovecot-lmtp'
)
other_ports=(21505)
