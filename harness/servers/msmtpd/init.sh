# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
msmtpd --interface=127.0.0.1 --port=23002 \
	--auth=tester@example.test,"echo secret-pw" \
	--command="/etc/smtpspec/deliver.sh -r %F --" &
msmtpd --interface=127.0.0.1 --port=23001 \
	--command="/etc/smtpspec/deliver.sh -r %F --" &
main_pid=$!
