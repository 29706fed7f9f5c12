# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
# Whoever connects from this machine may relay, by three rules that no
# option turns off. Without them a tester on loopback is a stranger.
m4 /etc/mail/rig/rig.mc | sed '/^SRelay_ok/,/^###/ {
	/^R127\.0\.0\.1[[:space:]]/d
	/^R\$=w[[:space:]]/d
	/^R<?> \$=w[[:space:]]/d
}' >/etc/mail/rig/rig.cf
# It refuses a queue that is not root's own.
mkdir -p /var/spool/mqueue /var/lib/sendmail/host_status \
	/run/sendmail/mta /etc/mail/sslkey
chown root:smmsp /var/spool/mqueue
chmod 700 /var/spool/mqueue
chown smmta:smmsp /run/sendmail/mta /var/lib/sendmail/host_status
cp /etc/smtpspec/key.pem /etc/mail/sslkey/key.pem
chmod 600 /etc/mail/sslkey/key.pem
makemap hash /etc/mail/rig/access.db </etc/mail/rig/access
chown root:smmsp /etc/mail/rig/access.db
newaliases -oA/etc/mail/rig/aliases
touch /var/lib/sendmail/sendmail.st
mkdir -p /usr/lib/sasl2
cat >/usr/lib/sasl2/Sendmail.conf <<'SASL'
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
SASL
echo secret-pw | saslpasswd2 -p -c -u example.test tester
chgrp smmsp /etc/sasldb2
chmod 640 /etc/sasldb2
/usr/libexec/sendmail/sendmail -bD -C/etc/mail/rig/rig.cf &
main_pid=$!
