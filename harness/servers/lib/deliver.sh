#!/bin/sh
# Stores the message on standard input as one file of the maildir, for
# servers that hand messages to a program. With -r SENDER it adds what final
# delivery has to add.
umask 022
name=$(date +%s.%N).$$.mx.example.test
{
	[ "$1" != -r ] || printf 'Return-Path: <%s>\n' "$2"
	cat
} >"/srv/mail/tmp/$name" && mv "/srv/mail/tmp/$name" "/srv/mail/new/$name"
