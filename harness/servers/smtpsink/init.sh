# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
# -d: one file a message, with the envelope in X- lines on top;
# -a: no AUTH, of which it only knows the name
smtp-sink -a -L -u postfix -h mx.example.test -d /srv/mail/new/%s. \
	127.0.0.1:22904 200 &
smtp-sink -a -u postfix -h mx.example.test -d /srv/mail/new/%s. \
	127.0.0.1:22901 200 &
main_pid=$!
