#!/bin/sh
# Stores the message on standard input as one file of the maildir, for
# servers that hand messages to a program. With -r SENDER it adds what final
# delivery has to add, and takes away what must not stand beside it.
umask 022
name=$(date +%s.%N).$$.mx.example.test
if [ "$1" = -r ]; then
	printf 'Return-Path: <%s>\n' "$2"
	LC_ALL=C sed '1,/^\r*$/{/^Return-Path:/d}'
else
	cat
fi >"/srv/mail/tmp/$name" && mv "/srv/mail/tmp/$name" "/srv/mail/new/$name"
