# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
# The key is read after root is given up.
cp /etc/smtpspec/key.pem /etc/qp-key.pem
chown qpsmtpd /etc/qp-key.pem
mkdir -m 700 /var/spool/qp-mx /var/spool/qp-sub
chown qpsmtpd /var/spool/qp-mx /var/spool/qp-sub
# The port of implicit TLS is no option.
# shellcheck disable=SC2016 # perl's dollar
sed -i 's/$local_port != 465/$local_port != 21903/' \
	/usr/share/qpsmtpd/plugins/tls
# -c, -m: limits of operation, not of the protocol
QPSMTPD_CONFIG=/etc/qp-sub qpsmtpd-forkserver -c 100 -m 100 \
	-l 127.0.0.1 -p 21902 -p 21903 -u qpsmtpd &
QPSMTPD_CONFIG=/etc/qp-mx qpsmtpd-forkserver -c 100 -m 100 \
	-l 127.0.0.1 -p 21901 -u qpsmtpd &
main_pid=$!
