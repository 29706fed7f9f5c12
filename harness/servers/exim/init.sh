# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
# Exim reads the key after it gave up root, and its configuration only if
# nobody else can write it.
chown root:Debian-exim /etc/smtpspec/key.pem /etc/exim4/exim4.conf
chmod 640 /etc/smtpspec/key.pem /etc/exim4/exim4.conf
mkdir -p /var/spool/exim4 /run/exim4
chown Debian-exim:Debian-exim /var/spool/exim4 /run/exim4
exim4 -bdf -q30m -oP /run/exim4/exim.pid &
main_pid=$!
