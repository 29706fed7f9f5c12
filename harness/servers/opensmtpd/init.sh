# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
# Its home is read for a .forward, and must not be sticky as the maildir is.
useradd --system --create-home mailsink
# A cheap hash: with the default one a single process spends 170 ms on each
# authentication, and sessions in parallel wait for one another.
# shellcheck disable=SC2016 # the salt's own dollar signs
hash=$(perl -e 'print crypt("secret-pw", q($6$rounds=1000$smtpspec$))')
printf 'tester@example.test\t%s\n' "$hash" >/etc/creds
chown root:opensmtpd /etc/creds
chmod 640 /etc/creds
smtpd -d &
main_pid=$!
