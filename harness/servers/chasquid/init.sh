# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
certs=/etc/chasquid/certs/mx.example.test
mkdir -p $certs /var/lib/chasquid
cp /etc/smtpspec/cert.pem $certs/fullchain.pem
cp /etc/smtpspec/key.pem $certs/privkey.pem
chasquid-util --configdir=/etc/chasquid \
	user-add tester@example.test --password=secret-pw
chasquid --config_dir=/etc/chasquid --logtime=false &
main_pid=$!
