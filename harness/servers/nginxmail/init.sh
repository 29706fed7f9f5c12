# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
python3 -u /opt/backend.py &
nginx -c /etc/nginx/rig.conf &
main_pid=$!
