#!/bin/bash -eu
exec "$SRC/smtpspec/fuzz/build.sh"
