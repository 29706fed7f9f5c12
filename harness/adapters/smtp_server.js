#!/usr/bin/env node
// Adapter of smtp-server, nodemailer's server: MAIL and RCPT, and message
// content. Modules as for nodemailer.js.
//
//     make fuzz-adapter ADAPTER=harness/adapters/smtp_server.js
'use strict';

const path = require('path');
const {serve} = require('./smtpspec_adapter.js');

const modules = process.env.ADAPTER_MODULES ||
    path.join(__dirname, '../../build/adapters/node_modules');
const load = file => require(path.join(modules, 'smtp-server', file));
const {SMTPConnection} = load('lib/smtp-connection');
const {SMTPStream} = load('lib/smtp-stream');
const {version} = load('package.json');

// As much of a connection as its parser looks at.
const connection = Object.create(SMTPConnection.prototype);
connection._server = {options: {}};
connection.secure = true;

function split(address) {
    const at = address.lastIndexOf('@');
    return {local: Buffer.from(at < 0 ? address : address.slice(0, at)),
        domain: Buffer.from(at < 0 ? '' : address.slice(at + 1))};
}

// The first line that its stream makes of the pieces.
function firstLine(pieces) {
    const stream = new SMTPStream();
    let line;
    stream.on('error', () => false);
    stream.oncommand = command => {
        line = line || command; // it is not called back: no more is read
    };
    for (const piece of pieces) {
        if (line === undefined) {
            stream.write(piece);
        }
    }
    return line;
}

function parseCommand(pieces) {
    const line = firstLine(pieces);
    if (line === undefined) {
        return {verdict: 'more'};
    }
    const verb = line.toString().split(' ').shift().toUpperCase();
    if (verb !== 'MAIL' && verb !== 'RCPT') {
        return {verdict: 'skipped'};
    }
    const mail = verb === 'MAIL';
    const parsed = connection._parseAddressCommand(
        mail ? 'mail from' : 'rcpt to', line);
    if (!parsed || (!mail && !parsed.address) ||
        (mail && connection._validateMailParams(parsed))) {
        return {verdict: 'rejected'};
    }
    return Object.assign({verdict: 'accepted', verb: Buffer.from(verb)},
        split(parsed.address));
}

// Feeds the pieces to its stream in data mode.
function parseData(pieces) {
    return new Promise(resolve => {
        const stream = new SMTPStream();
        const data = stream.startDataMode();
        const content = [];
        let next = 0;
        const feed = () => {
            if (next < pieces.length) {
                stream.write(pieces[next++], feed);
            } else {
                resolve({verdict: 'more'});
            }
        };
        data.on('data', chunk => content.push(chunk));
        data.on('end', () => resolve({verdict: 'accepted',
            content: Buffer.concat(content)}));
        feed();
    });
}

const parsers = {command: parseCommand, data: parseData};

serve((kind, pieces) => parsers[kind](pieces), {
    name: 'smtp-server ' + version, kinds: 'cd', pieces: 'cd', utf8: true});
