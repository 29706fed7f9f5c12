// The program's side of harness/adapters/process.c, for parsers in
// JavaScript.
//
// An adapter calls serve() with a function that takes the kind ("reply",
// "command", "path", "xtext", "base64", "data") and a list of pieces
// (Buffers), and returns an object, or a promise of one: verdict ("accepted",
// "rejected", "more", "skipped") and what the parser found: used, code, lines,
// size, last (numbers), text, verb, local, domain, content (Buffers), params
// (pairs of Buffers), note (a string). An exception is a fault, named by its
// class.
'use strict';

const fs = require('fs');

const KINDS = {r: 'reply', c: 'command', p: 'path', x: 'xtext', b: 'base64',
    d: 'data'};
const NUMBERS = ['used', 'code', 'lines', 'size', 'last'];
const OCTETS = ['text', 'verb', 'local', 'domain', 'content'];

const hex = octets => octets.toString('hex') || '-';

// Exactly so many octets; null at the end of the input.
function read(n) {
    const buffer = Buffer.alloc(n);
    for (let at = 0; at < n;) {
        const got = fs.readSync(0, buffer, at, n - at, null);
        if (got === 0) {
            return null;
        }
        at += got;
    }
    return buffer;
}

function send(lines) {
    const text = Buffer.from(lines.join('\n'));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(text.length);
    const message = Buffer.concat([head, text]);
    for (let at = 0; at < message.length;) {
        at += fs.writeSync(1, message, at);
    }
}

function show(result) {
    const lines = ['verdict ' + result.verdict];
    for (const name of NUMBERS.filter(name => name in result)) {
        lines.push(name + ' ' +
            Math.min(Number(result[name]), Number.MAX_SAFE_INTEGER));
    }
    for (const name of OCTETS.filter(name => name in result)) {
        lines.push(name + ' ' + hex(result[name]));
    }
    if (result.params) {
        lines.push('params');
        for (const [keyword, value] of result.params) {
            lines.push('param ' + hex(keyword) + ' ' + hex(value));
        }
    }
    if (result.note) {
        lines.push('note ' + result.note.replace(/[^ -~]+/g, ' '));
    }
    return lines;
}

function cut(octets, size) {
    const pieces = [];
    for (let at = 0; at < octets.length; at += size || octets.length) {
        pieces.push(octets.subarray(at, size ? at + size : octets.length));
    }
    return pieces;
}

async function serve(parse, {name, kinds, pieces = '', utf8 = false}) {
    send(['name ' + name, 'kinds ' + kinds, 'pieces ' + pieces]
        .concat(utf8 ? ['utf8'] : []));
    for (let head; (head = read(4));) {
        const body = read(head.readUInt32BE());
        let result;
        try {
            const octets = cut(body.subarray(5), body.readUInt32BE(1));
            result = await parse(KINDS[String.fromCharCode(body[0])], octets);
        } catch (error) {
            result = {verdict: 'fault',
                note: error.constructor.name + ': ' + error.message};
        }
        send(show(result));
    }
    process.exit(0);
}

module.exports = {serve};
