# shellcheck shell=bash disable=SC2034 # sourced by pid1.sh
node /opt/server.js &
main_pid=$!
