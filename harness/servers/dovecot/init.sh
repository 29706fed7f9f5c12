# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
useradd --system --no-create-home vmail
chmod 644 /etc/dovecot/users
# The key is read by root, before it gives root up.
# The relay behind: it takes everything and writes one file a message.
smtp-sink -u postfix -h relay.example.test -d /srv/mail/new/%s. \
	127.0.0.1:21505 200 &
dovecot -F &
main_pid=$!
