// What this SEZ answers to the Registry, operation by operation.
const fs = require('fs');
const path = require('path');
const { auditPage, objectPage } = require('./audit.cjs');
const { message, text } = require('./documents.cjs');
const { Fault, parsed } = require('./envelope.cjs');
const { sha256, signAsSystem, verifySystem } = require('./signing.cjs');
const { noticeTaken, receiptDelivered } = require('./taken.cjs');

const SCHEMAS = path.join(__dirname, '..', '..', 'shared_contracts', 'schemas', '1.1');
const TYPES = ['PURCHASE', 'SUPPLIER', 'PROGRAMME', 'DOWNLOAD_LIST', 'BID_LIST'];
const PROTOCOLS = ['REVIEW_PROTOCOL', 'RESULTS_PROTOCOL', 'SINGLE_SOURCE_PROTOCOL'];
const LIMITS = {
  BodyBytes: 16_777_216,
  DocumentBytes: 5_242_880,
  Depth: 64,
  Records: 1000,
  Lots: 1000,
  Findings: 500,
};

// By operation: what makes the unsigned answer from the XML of the question.
const OPERATIONS = {
  GetCapabilities: capabilities,
  Notify: (sez, xml) => noticeTaken(sez, xml, proven(sez, xml, 'Notice')),
  Audit: (sez, xml) => auditPage(sez, proven(sez, xml, 'AuditRequest')),
  AuditObject: (sez, xml) => objectPage(sez, proven(sez, xml, 'ObjectAuditRequest')),
  DeliverReceipt: (sez, xml) => receiptDelivered(sez, xml, proven(sez, xml, 'Receipt')),
};

// The signed answer to a question; a Fault where there is none.
function answer(sez, operation, xml) {
  if (!Object.hasOwn(OPERATIONS, operation)) throw new Fault('UNKNOWN_OPERATION', operation);
  return signAsSystem(OPERATIONS[operation](sez, xml), sez.system);
}

// Who asks what a system can do need not sign the question.
function capabilities(sez, xml) {
  const names = fs.readdirSync(SCHEMAS).filter((name) => name.endsWith('.xsd')).sort();
  const schemas = names.map((name) => fs.readFileSync(path.join(SCHEMAS, name)));
  return message('Capabilities', {
    MessageId: text(parsed(xml), 'MessageId'),
    System: sez.code,
    Environment: 'STAND',
    ContractVersions: { ContractVersion: ['1.1'] },
    Operations: { Operation: Object.keys(OPERATIONS) },
    ObjectTypes: { ObjectType: [...TYPES, ...PROTOCOLS] },
    Limits: LIMITS,
    SchemaSha256: sha256(Buffer.concat(schemas)),
  });
}

// A question that the Registry signed, and nobody else; nothing of it is read before that is known.
function proven(sez, xml, name) {
  let question;
  try {
    question = verifySystem(xml, sez.registryCertificate);
  } catch (flaw) {
    throw new Fault('NOT_THE_REGISTRY', flaw.message);
  }
  if (question.localName !== name) throw new Fault('NOT_A_PACKAGE', question.localName);
  return question;
}

module.exports = { answer };
