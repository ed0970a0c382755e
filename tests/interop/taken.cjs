// What this SEZ takes of the Registry and keeps: notices, and receipts of packages under tickets.
const fs = require('fs');
const path = require('path');
const { message, moment, text } = require('./documents.cjs');
const { Fault, parsed } = require('./envelope.cjs');
const { packageHash } = require('./signing.cjs');

// The word that a notice is kept: taken once, whatever comes again under its identifier.
function noticeTaken(sez, xml, notice) {
  const id = text(notice, 'NoticeId');
  ownOnly(sez, notice, 'NOTICE_REFUSED');
  const { sha256, takenAt } = keptOnce(sez, `${id}.notice`, xml, 'NOTICE_REFUSED');
  return message('NoticeTaken', {
    NoticeId: id,
    Environment: 'STAND',
    SezCode: sez.code,
    NoticeSha256: sha256,
    TakenAt: takenAt,
  });
}

// The word that a receipt is kept; its package must have been sent from here.
function receiptDelivered(sez, xml, receipt) {
  const [messageId, receiptId] = ['MessageId', 'ReceiptId'].map((name) => text(receipt, name));
  ownOnly(sez, receipt, 'RECEIPT_REFUSED');
  if (!sent(sez).includes(messageId)) throw new Fault('RECEIPT_REFUSED', `MessageId ${messageId}`);
  const { sha256, takenAt } = keptOnce(sez, `${messageId}.delivered`, xml, 'RECEIPT_REFUSED');
  return message('ReceiptDelivered', {
    MessageId: messageId,
    SezCode: sez.code,
    Environment: 'STAND',
    ReceiptId: receiptId,
    ReceiptSha256: sha256,
    TakenAt: takenAt,
  });
}

function ownOnly(sez, document, fault) {
  const said = [text(document, 'SezCode'), text(document, 'Environment')];
  if (said[0] !== sez.code || said[1] !== 'STAND') throw new Fault(fault, said.join(' '));
}

// What was taken under a name, and when: on the disk before it is acknowledged. The same bytes
// again change nothing; others under the same name are refused.
function keptOnce(sez, name, xml, fault) {
  const file = path.join(sez.home, `${name}.json`);
  const sha256 = packageHash(xml);
  if (!fs.existsSync(file)) {
    sez.keep(`${name}.xml`, xml);
    sez.keep(`${name}.json`, JSON.stringify({ sha256, takenAt: moment(Date.now()) }));
  }
  const kept = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (kept.sha256 !== sha256) throw new Fault(fault, `${name} ${kept.sha256}`);
  return kept;
}

// The identifiers of the packages that were signed here.
function sent(sez) {
  const names = fs.readdirSync(sez.home).filter((name) => name.endsWith('.package.xml'));
  const packages = names.map((name) => fs.readFileSync(path.join(sez.home, name), 'utf8'));
  return packages.map((xml) => text(parsed(xml), 'MessageId'));
}

module.exports = { noticeTaken, receiptDelivered };
