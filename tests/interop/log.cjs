// The log of events of this SEZ: what was signed, with which bytes, sealed by a chain.
// docs/vendor-guide/8-what-the-registry-asks.md says how a chain is calculated.
const fs = require('fs');
const path = require('path');
const { moment } = require('./documents.cjs');
const { sha256 } = require('./signing.cjs');

const GENESIS = '0'.repeat(64); // the chain value before the first event
const SIGNED = 'DocumentSigned 1';
const REFUSED = 'DocumentRefused 1';

// What a leaf is made of is a system's own affair, as long as no event can be changed unseen.
const leafHash = (event) => sha256(Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(event))]));

function chainHash(previous, position, leaf) {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(position));
  const parts = [Buffer.of(2), Buffer.from(previous, 'hex'), number, Buffer.from(leaf, 'hex')];
  return sha256(Buffer.concat(parts));
}

class EventLog {
  // One process at a time writes to the folder home.
  constructor(home) {
    this.home = home;
    this.file = path.join(home, 'log.jsonl');
    const lines = fs.existsSync(this.file) ? fs.readFileSync(this.file, 'utf8').split('\n') : [];
    this.entries = lines.filter(Boolean).map((line) => JSON.parse(line));
  }

  // Keeps the bytes of a signed document, then the event by which it was signed.
  signed(header, { operation, previousHash, document }) {
    fs.writeFileSync(this.document(header.DocumentHash), document, { flush: true });
    const told = { formedAt: header.FormedAt, formedBy: header.FormedBy, previousHash };
    this.append({ action: SIGNED, ...named(header), operation, ...told });
  }

  // The Registry refused that version: it never came to be, and its number is free again.
  refused(header) {
    this.append({ action: REFUSED, ...named(header), outcome: 'REFUSED' });
  }

  append(event) {
    const position = this.entries.length + 1;
    const recorded = { ...event, recordedAt: moment(Date.now()) };
    const chain = chainHash(this.chainAt(position - 1), position, leafHash(recorded));
    const entry = { position, event: recorded, chain };
    fs.appendFileSync(this.file, JSON.stringify(entry) + '\n', { flush: true });
    this.entries.push(entry);
  }

  chainAt(position) {
    return position ? this.entries[position - 1].chain : GENESIS;
  }

  // The entries by which documents were signed that stand, up to a position.
  versions(position = this.entries.length) {
    const known = this.entries.slice(0, position);
    const gone = known.filter(({ event }) => event.action === REFUSED);
    const hashes = new Set(gone.map(({ event }) => event.documentHash));
    return known.filter(({ event }) => event.action === SIGNED && !hashes.has(event.documentHash));
  }

  newest(objectId) {
    return this.versions().findLast(({ event }) => event.objectId === objectId)?.event;
  }

  // The bytes that are kept, as they are now; null where there are none.
  kept(hash) {
    return fs.existsSync(this.document(hash)) ? fs.readFileSync(this.document(hash)) : null;
  }

  document(hash) {
    return path.join(this.home, `${hash}.document.xml`);
  }
}

function named(header) {
  const { ObjectType: objectType, ObjectId: objectId, Version: version } = header;
  return { objectType, objectId, version, documentHash: header.DocumentHash };
}

module.exports = { EventLog, leafHash };
