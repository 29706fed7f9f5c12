# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
useradd --system --no-create-home mailsink
echo secret-pw | saslpasswd2 -p -c -u example.test tester
chown postfix /etc/sasldb2
# Postfix waits for two seconds before it trusts a file just written.
touch -d '1 hour ago' /etc/postfix/main.cf /etc/postfix/master.cf
# What "postfix start-fg" does, less the shell in between: the main process
# is then the one that a SIGTERM shuts down.
postfix check
/usr/lib/postfix/sbin/master -s &
main_pid=$!
