'use strict';
// smtp-server as an MX and as a submission server, mail into a maildir.
const fs = require('node:fs');
const { SMTPServer } = require('/opt/npm/node_modules/smtp-server');

const mail = '/srv/mail';
let count = 0;

function refused(code, text) {
    const error = new Error(text);
    error.responseCode = code;
    return error;
}

function onAuth(auth, session, done) {
    const ok = auth.username === 'tester@example.test' &&
        (auth.method === 'CRAM-MD5' ? auth.validatePassword('secret-pw')
            : auth.password === 'secret-pw');
    if (ok) {
        return done(null, { user: auth.username });
    }
    done(refused(535, 'Invalid username or password'));
}

function onRcptTo(to, session, done) {
    const address = to.address.toLowerCase();
    if (address === 'nosuch@example.test') {
        return done(refused(550, 'User unknown'));
    }
    if (!session.user && address.includes('@') &&
        !address.endsWith('@example.test')) {
        return done(refused(550, 'Relaying denied'));
    }
    done();
}

function onData(stream, session, done) {
    const name = `${process.hrtime.bigint()}.${process.pid}_${count++}.mx`;
    const file = fs.createWriteStream(`${mail}/tmp/${name}`);
    file.on('error', () => done(refused(451, 'Cannot store')));
    file.on('finish', () => {
        fs.renameSync(`${mail}/tmp/${name}`, `${mail}/new/${name}`);
        done(null, 'Queued');
    });
    const sender = session.envelope.mailFrom.address || '';
    const chunks = [`Return-Path: <${sender}>\r\n`];
    stream.on('data', (chunk) => chunks.push(chunk.toString('latin1')));
    stream.on('end', () => file.end(chunks.join('')
        .replace(/(?<=^[^\n]*\n)Return-Path:[^\n]*\n/, ''), 'latin1'));
}

const all = {
    key: fs.readFileSync('/etc/smtpspec/key.pem'),
    cert: fs.readFileSync('/etc/smtpspec/cert.pem'),
    name: 'mx.example.test',
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    disableReverseLookup: true,
    onAuth,
    onRcptTo,
    onData,
};

function listen(port, options) {
    const server = new SMTPServer({ ...all, ...options });
    server.on('error', (error) => console.log(port, error.message));
    server.listen(port, '127.0.0.1');
}

listen(22101, { authOptional: true, disabledCommands: ['AUTH'] });
listen(22102, { allowInsecureAuth: true });
listen(22103, { secure: true });
