// A SEZ: numbers, packages and receipts of one system. What it sends, life.cjs says.
const fs = require('fs');
const path = require('path');
const { EventLog } = require('./log.cjs');
const { all, head, message, moment, packageOf, text } = require('./documents.cjs');
const { packageHash, sha256, signAsPerson, signAsSystem } = require('./signing.cjs');

class Sez {
  // keys: the folder with keys and certificates; home: what must not be lost, numbers and packages.
  constructor({ code, system, keys, home }) {
    const read = (name) => fs.readFileSync(path.join(keys, name), 'utf8');
    this.signer = (name) => ({ key: read(`${name}.key.pem`), chain: read(`${name}.pem`) });
    Object.assign(this, { code, home, system: this.signer(system) });
    this.registryCertificate = read('registry.pem');
    this.files = new Map();
    fs.mkdirSync(home, { recursive: true });
    this.log = new EventLog(home);
  }

  addFile(words) {
    const bytes = Buffer.from(words);
    const hash = sha256(bytes);
    this.files.set(hash, bytes);
    return { hash, size: String(bytes.length) };
  }

  // Signs the next version of an object by its persons, sends it, and returns the receipt.
  // What persons vouch for is signed by each of them, what the platform saw by the system alone.
  async publish(draft, { objectId, operation = 'CREATE', reason, signers, formedBy, by }) {
    const before = this.log.newest(objectId) ?? { version: 0 };
    const version = before.version + 1;
    draft.act({ sezCode: this.code, objectId, version, operation, reason, previousHash: before.documentHash });
    const signed = signers
      ? signers.map(this.signer).reduce(signAsPerson, draft.toString())
      : signAsSystem(draft.withId(`_${objectId}`).toString(), this.system);
    const document = Buffer.from(signed); // these bytes, and no others, from now on
    const header = {
      ObjectType: text(draft.root, 'Act/ObjectType'),
      ObjectId: objectId,
      Version: version,
      FormedAt: moment(Date.now()),
      FormedBy: formedBy,
      DocumentHash: sha256(document),
    };
    this.log.signed(header, { operation, previousHash: before.documentHash, document });
    const record = { header, document: { Bytes: document.toString('base64') } };
    return this.transfer([record], by);
  }

  // Sends records as a package of their own and returns its receipt; a refusal is an error.
  async transfer(records, operation = 'TransferRecords') {
    const sequence = this.nextSequence();
    const signed = signAsSystem(packageOf(this.code, sequence, records), this.system);
    this.keep(`${sequence}.package.xml`, signed);
    const { root, xml } = await this.registry.call(operation, signed);
    this.keep(`${sequence}.receipt.xml`, xml);
    if (text(root, 'PackageHash') !== packageHash(signed)) {
      throw new Error(`the receipt for number ${sequence} is of another package`);
    }
    this.tell(sequence, root);
    if (text(root, 'Result') === 'ACCEPTED') return root;
    records.forEach(({ header }) => this.log.refused(header));
    throw new Error(`package ${sequence} was refused`);
  }

  // Asks a signed question that takes no number, and returns the answer.
  async ask(operation, root, content = {}) {
    const question = message(root, { ...head(this.code), ...content });
    return (await this.registry.call(operation, signAsSystem(question, this.system))).root;
  }

  // Says of a number that nothing was ever sent under it, so that nobody waits for it.
  async voidSequence(sequence, reason) {
    const statement = message('VoidSequence', { ...head(this.code, sequence), Reason: reason });
    const signed = signAsSystem(statement, this.system);
    const { root, xml } = await this.registry.call('VoidSequence', signed);
    this.keep(`${sequence}.receipt.xml`, xml);
    this.tell(sequence, root);
  }

  // A number is used up once a package is signed with it; so it is on the disk before.
  nextSequence() {
    const file = path.join(this.home, 'sequence');
    const next = (fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0) + 1;
    this.keep('sequence', String(next));
    return next;
  }

  keep(name, content) {
    fs.writeFileSync(path.join(this.home, name), content, { flush: true });
  }

  tell(sequence, receipt) {
    const [record] = all(receipt, 'Records/Record');
    const what = record ? ['ObjectType', 'Version'].map((name) => text(record, name)).join(' ') : 'void';
    console.log(`${text(receipt, 'Result')} ${sequence}: ${what}`);
    for (const finding of all(receipt, 'Findings/Finding')) {
      const told = ['Severity', 'RuleId', 'Path', 'Text/En'].map((name) => text(finding, name));
      console.log(`  ${told.join(' ')}`);
    }
  }
}

module.exports = { Sez };
