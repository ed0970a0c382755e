// A page of an audit: checksums, changed objects, or the log of events, as it stood at a position.
const { changes } = require('./changes.cjs');
const { all, message, moment, text } = require('./documents.cjs');
const { Fault } = require('./envelope.cjs');
const { leafHash } = require('./log.cjs');
const { sha256 } = require('./signing.cjs');

const OLD = 10 * 60_000; // milliseconds for which a question is answered
const AHEAD = 60_000; // clocks differ
const OBJECT_ENTRIES = 2; // entries of a page about one object: with them go their signed bytes

// Of each content: the entries of the log that it is made of, in their order; how many stand on a
// page; the entry after which a page begins; and the elements that are made of a page.
const CONTENTS = {
  CHECKSUMS: {
    rows: newestVersions,
    most: 1000,
    isAfter: ({ event }, question) => event.objectId > (text(question, 'AfterObject') ?? ''),
    reached: ({ event }) => ({ ReachedObject: event.objectId }),
    shown: (log, page) => ({ Checksums: { Checksum: page.map((one) => checksum(log, one)) } }),
  },
  CHANGED_OBJECTS: {
    rows: (log, position) => log.versions(position),
    most: 50,
    isAfter: afterPosition,
    reached: ({ position }) => ({ ReachedPosition: position }),
    shown: (log, page) => ({ ChangedObjects: { ChangedObject: page.map((one) => changed(log, one)) } }),
  },
  EVENT_LOG: {
    rows: (log, position) => log.entries.slice(0, position),
    most: 500,
    isAfter: afterPosition,
    reached: ({ position }) => ({ ReachedPosition: position }),
    shown: (log, page) => ({ LoggedEvents: { LoggedEvent: page.map((one) => logged(log, one)) } }),
  },
};

// The unsigned answer to a question of the Registry; a Fault where there is none.
function auditPage({ code, log }, question) {
  const content = Object.hasOwn(CONTENTS, text(question, 'Content')) && CONTENTS[text(question, 'Content')];
  if (!content) throw new Fault('AUDIT_REFUSED', `Content ${text(question, 'Content')}`);
  const position = bound(question, code, log);
  const wanted = content.rows(log, position).filter((one) => isWanted(one, question));
  const rows = wanted.filter((one) => content.isAfter(one, question));
  const page = rows.slice(0, content.most);
  const more = rows.length > page.length;
  return message('AuditAnswer', {
    ...answered(code, question),
    Content: text(question, 'Content'),
    ...sealed(log, position, more),
    ...(more ? content.reached(page.at(-1)) : {}),
    ...(page.length ? content.shown(log, page) : {}),
  });
}

// Whose answer it is, to which question.
function answered(code, question) {
  return {
    MessageId: text(question, 'MessageId'),
    SezCode: code,
    Environment: 'STAND',
    AnsweredAt: moment(Date.now()),
    AuditId: text(question, 'AuditId'),
  };
}

// As of which place of the log, and whether another page follows.
function sealed(log, position, more) {
  return {
    Position: position,
    AsOf: position ? log.entries[position - 1].event.recordedAt : moment(Date.now()),
    ChainHash: log.chainAt(position),
    More: more,
  };
}

// A page of one object: the entries of its log, and the versions that stand, with their bytes.
function objectPage({ code, log }, question) {
  const position = bound(question, code, log);
  const objectId = text(question, 'ObjectId');
  const rows = log.entries.slice(0, position).filter((one) => one.event.objectId === objectId);
  const left = rows.filter((one) => isOfType(one, question) && afterPosition(one, question));
  const page = left.slice(0, OBJECT_ENTRIES);
  const more = left.length > page.length;
  const standing = new Set(log.versions(position).map((one) => one.position));
  const signed = page.filter((one) => standing.has(one.position));
  return message('ObjectAuditAnswer', {
    ...answered(code, question),
    ObjectId: objectId,
    ...sealed(log, position, more),
    ...(page.length ? { ReachedPosition: page.at(-1).position } : {}),
    ...(page.length ? { LoggedEvents: { LoggedEvent: page.map((one) => logged(log, one)) } } : {}),
    ...(signed.length ? { SignedRecords: { SignedRecord: signed.map((one) => record(log, one)) } } : {}),
  });
}

function record(log, { position, event }) {
  return {
    Version: event.version,
    Position: position,
    FormedAt: event.formedAt,
    FormedBy: event.formedBy,
    DocumentHash: event.documentHash,
    ListedHash: event.documentHash,
    Document: log.kept(event.documentHash)?.toString('base64'),
    LeftOut: false,
    Packed: false,
  };
}

// The position to which the answer is bound: the first question leaves it to the SEZ, the others
// repeat what it answered.
function bound(question, code, log) {
  const refused = (name) => new Fault('AUDIT_REFUSED', `${name} ${text(question, name)}`);
  const age = Date.now() - Date.parse(text(question, 'CreatedAt'));
  if (text(question, 'SezCode') !== code) throw refused('SezCode');
  if (text(question, 'Environment') !== 'STAND') throw refused('Environment');
  if (!(age >= -AHEAD && age <= OLD)) throw refused('CreatedAt');
  if (text(question, 'Depth')) throw refused('Depth'); // this SEZ keeps no trees
  const position = Number(text(question, 'Position') ?? log.entries.length);
  const after = Number(text(question, 'AfterPosition') ?? 0);
  if (!(position <= log.entries.length && after <= position)) {
    throw new Fault('AUDIT_PAGE_UNKNOWN', `Position ${position}, AfterPosition ${after}`);
  }
  return position;
}

function isWanted(one, question) {
  const at = Date.parse(one.event.recordedAt);
  const [since, until] = ['Since', 'Until'].map((name) => Date.parse(text(question, name) ?? ''));
  return isOfType(one, question) && !(at < since) && !(at > until);
}

function isOfType({ event }, question) {
  const types = all(question, 'ObjectTypes/ObjectType').map((one) => one.textContent);
  return !types.length || types.includes(event.objectType);
}

function afterPosition({ position }, question) {
  return position > Number(text(question, 'AfterPosition') ?? 0);
}

// The newest version of each object, in the order of identifiers.
function newestVersions(log, position) {
  const newest = new Map(log.versions(position).map((one) => [one.event.objectId, one]));
  return [...newest.keys()].sort().map((objectId) => newest.get(objectId));
}

// The hash of what is kept is taken of the bytes as they are on the disk now.
function checksum(log, { position, event }) {
  const bytes = log.kept(event.documentHash);
  return {
    ...version(event),
    DocumentHash: event.documentHash,
    StoredHash: bytes ? sha256(bytes) : undefined,
    FormedAt: event.formedAt,
    Position: position,
  };
}

function changed(log, { position, event }) {
  const earlier = log.versions(position - 1).filter((one) => one.event.objectId === event.objectId);
  const { first, more } = changes(
    log.kept(event.documentHash),
    earlier.map((one) => log.kept(one.event.documentHash)),
  );
  return {
    ...version(event),
    Operation: event.operation,
    Position: position,
    FormedAt: event.formedAt,
    FormedBy: event.formedBy,
    DocumentHash: event.documentHash,
    PreviousHash: event.previousHash,
    Changes: first.length ? { Change: first } : undefined,
    MoreChanges: more > 0 ? more : undefined,
    RecordedAt: event.recordedAt,
  };
}

// The leaf is calculated of the event for this answer, the value of the chain is the recorded one.
function logged(log, { position, event, chain }) {
  return {
    Position: position,
    RecordedAt: event.recordedAt,
    Action: event.action,
    ...version(event),
    Actor: event.formedBy?.Name,
    Outcome: event.outcome,
    LeafHash: leafHash(event),
    ChainHash: chain,
    PreviousChainHash: log.chainAt(position - 1),
  };
}

function version({ objectType, objectId, version: number }) {
  return { ObjectType: objectType, ObjectId: objectId, Version: number };
}

module.exports = { auditPage, objectPage };
