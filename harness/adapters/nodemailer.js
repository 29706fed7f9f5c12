#!/usr/bin/env node
// Adapter of nodemailer's SMTP client: how it reads a reply. Its module is
// looked for in $ADAPTER_MODULES (`make adapter-modules` puts it there).
//
//     make fuzz-adapter ADAPTER=harness/adapters/nodemailer.js
'use strict';

const path = require('path');
const {serve} = require('./smtpspec_adapter.js');

const modules = process.env.ADAPTER_MODULES ||
    path.join(__dirname, '../../build/adapters/node_modules');
const SMTPConnection =
    require(path.join(modules, 'nodemailer/lib/smtp-connection'));
const {version} = require(path.join(modules, 'nodemailer/package.json'));

function parse(kind, pieces) {
    const client = new SMTPConnection({});
    let reply;
    client._onError = () => false; // nothing is expected behind the reply
    client._responseActions.push(text => {
        reply = text;
    });
    for (const piece of pieces) {
        if (reply === undefined) {
            client._onData(piece);
        }
    }
    if (reply === undefined) {
        return {verdict: 'more'};
    }
    const {responseCode} = client._formatError('reply', 'EPROTOCOL', reply);
    if (!responseCode) {
        return {verdict: 'rejected', note: 'no code'};
    }
    return {verdict: 'accepted', code: responseCode,
        lines: reply.split('\n').length};
}

serve(parse, {name: 'nodemailer ' + version, kinds: 'r', pieces: 'r'});
