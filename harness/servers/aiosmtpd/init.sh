# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
python3 -u /opt/server.py &
main_pid=$!
