# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
haraka=/opt/npm/node_modules/Haraka
for i in mx sub; do
	mkdir -p /etc/haraka-$i/plugins /etc/haraka-$i/queue
	cp /opt/rig.js /etc/haraka-$i/plugins/
	# it ends at start without a copy of its own
	cp $haraka/config/connection.ini /etc/haraka-$i/config/
done
node $haraka/bin/haraka -c /etc/haraka-sub &
node $haraka/bin/haraka -c /etc/haraka-mx &
main_pid=$!
