# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
mkdir -p /run/courier/authdaemon
chown courier:courier /run/courier /run/courier/authdaemon
cd /etc/courier || exit
cat /etc/smtpspec/cert.pem /etc/smtpspec/key.pem >esmtpd.pem
chown courier esmtpd.pem
chmod 600 esmtpd.pem
echo mx.example.test >me
echo example.test >defaultdomain
printf '%s\n' localhost example.test mx.example.test >locals
mkdir -p esmtpacceptmailfor.dir
printf '%s\n' example.test mx.example.test >esmtpacceptmailfor.dir/rig
makeacceptmailfor
# By default clients on loopback may relay.
: >smtpaccess/default
makesmtpaccess
echo 'postmaster: tester' >aliases/system
makealiases

# Limits of operation are off, and so is the tarpit: 8 s behind each error.
# What is appended goes over what is above it.
for service in 'esmtpd PORT 21601 ESMTPDSTART' \
	'esmtpd-msa PORT 21602 ESMTPDSTART' \
	'esmtpd-ssl SSLPORT 21603 ESMTPDSSLSTART'; do
	read -r file port number start <<<"$service"
	cat >>"$file" <<-OPTIONS
		$port=127.0.0.1.$number
		$start=YES
		TARPIT=0
		MAXDAEMONS=200
		MAXPERC=200
		MAXPERIP=200
		TCPDOPTS="-stderrlogger=/usr/sbin/courierlogger -noidentlookup -nodnslookup"
	OPTIONS
	[ "$file" != esmtpd ] || continue
	cat >>"$file" <<-'OPTIONS'
		ESMTPAUTH="PLAIN LOGIN CRAM-MD5 CRAM-SHA1 CRAM-SHA256"
		ESMTPAUTH_TLS="PLAIN LOGIN CRAM-MD5 CRAM-SHA1 CRAM-SHA256"
		AUTH_REQUIRED=1
	OPTIONS
done

# The account, known by its address, delivers into the one maildir that the
# host can see.
useradd --system --create-home --uid 990 tester
ln -s /srv/mail /home/tester/Maildir
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' authdaemonrc
rm -rf userdb
mkdir -m 700 userdb
pw=$(echo secret-pw | userdbpw -md5)
user="uid=990|gid=$(id -g tester)|home=/home/tester|shell=/bin/sh"
{
	printf 'tester@example.test\t%s|esmtppw=%s|systempw=%s' \
		"$user" "$pw" "$pw"
	for hash in md5 sha1 sha256; do
		printf '|hmac-%spw=%s' "$hash" \
			"$(echo secret-pw | userdbpw "-hmac-$hash")"
	done
	printf '\ntester\t%s|systempw=%s\n' "$user" "$pw"
} >userdb/tester
chmod 600 userdb/tester
makeuserdb

authdaemond start
courier start
esmtpd-msa start
esmtpd-ssl start
esmtpd start
# All of these are daemons: what is waited for is a process that watches.
tail -f --pid="$(cat /run/courier/esmtpd.pid)" /dev/null &
main_pid=$!
