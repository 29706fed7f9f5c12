#!/bin/sh
# Stores the message on standard input as one file of the maildir, for
# servers that hand messages to a program.
umask 022
name=$(date +%s.%N).$$.mx.example.test
cat >"/srv/mail/tmp/$name" && mv "/srv/mail/tmp/$name" "/srv/mail/new/$name"
