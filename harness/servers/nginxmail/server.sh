# shellcheck shell=bash disable=SC2034 # read by rig
# nginx's mail proxy; aiosmtpd is here for the server behind it.
packages=(nginx libnginx-mod-mail python3-aiosmtpd)
version_of=libnginx-mod-mail
targets=(
	'mx          smtp       23201 nginxmail-mx'
	'submission  submission 23202 nginxmail-submission'
	'submissions smtps      23203 nginxmail-submission'
)
other_ports=(23204 23205 23209)
