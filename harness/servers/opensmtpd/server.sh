# shellcheck shell=bash disable=SC2034 # read by rig
# bookworm's 6.8.0p2 fails every TLS handshake (built against OpenSSL 3
# without the fix): take trixie's 7.6.
suite=trixie
packages=(opensmtpd)
version_of=opensmtpd
targets=(
	'mx           smtp       24301 opensmtpd-mx'
	'submission   submission 24302 opensmtpd-submission'
	'submissions  smtps      24303 opensmtpd-submission'
	'tls-required submission 24306 opensmtpd-submission'
)
