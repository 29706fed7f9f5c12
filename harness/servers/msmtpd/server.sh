# shellcheck shell=bash disable=SC2034 # read by rig
# msmtp's small server hands each message to a program; it has no TLS.
packages=(msmtp-mta)
version_of=msmtp-mta
targets=(
	'mx         smtp       23001 msmtpd-mx'
	'submission submission 23002 msmtpd-submission'
)
