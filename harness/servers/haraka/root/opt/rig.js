'use strict';
// The policy of the rig, and delivery into the maildir that the host can see.
const fs = require('node:fs');
const dsn = require('/opt/npm/node_modules/haraka-dsn');

const mail = '/srv/mail';
let count = 0;

exports.hook_mail = function (next, connection) {
    const wanted = connection.local.port !== 22001;
    if (wanted && !connection.relaying) {
        return next(DENY,
            dsn.create(530, 'Authentication required', 7, 0));
    }
    next();
};

exports.hook_rcpt = function (next, connection, params) {
    const to = params[0];
    const host = (to.host || '').toLowerCase();
    if (host === 'example.test' && to.user.toLowerCase() === 'nosuch') {
        return next(DENY, 'User unknown');
    }
    if (connection.relaying || host === 'example.test' || !host) {
        return next(OK);
    }
    next(DENY, 'Relaying denied');
};

exports.hook_queue = function (next, connection) {
    const name = `${process.hrtime.bigint()}.${process.pid}_${count++}.mx`;
    const file = fs.createWriteStream(`${mail}/tmp/${name}`);
    file.on('error', () => next(DENYSOFT, 'Cannot store'));
    file.on('finish', () => {
        fs.renameSync(`${mail}/tmp/${name}`, `${mail}/new/${name}`);
        next(OK, 'Queued');
    });
    const { transaction } = connection;
    transaction.remove_header('Return-Path');
    file.write(`Return-Path: ${transaction.mail_from.format()}\r\n`);
    transaction.message_stream.pipe(file);
};

// to a recipient elsewhere: the same place
exports.hook_queue_outbound = exports.hook_queue;
