// Documents, packages and questions as XML text, unsigned.
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { DOMParser, XMLSerializer } = require('@xmldom/xmldom');
const xpath = require('xpath');

const NS = 'urn:kz:tru-registry:exchange:1';
const SAMPLES = path.join(__dirname, '..', '..', 'docs', 'vendor-guide', 'samples', 'documents');
const select = xpath.useNamespaces({ x: NS });
const named = (names) => names.replace(/[A-Za-z]\w*/g, 'x:$&'); // Act/ObjectId: x:Act/x:ObjectId

// Kazakhstan has one offset, +05:00, and every moment is written with it.
function moment(at) {
  return new Date(at + 5 * 3600_000).toISOString().replace('Z', '+05:00');
}

function all(element, names) {
  return select('./' + named(names), element);
}

function text(element, names) {
  const [found] = all(element, names);
  return found ? found.textContent : null;
}

// A document that begins as one of the guide's samples; a system of your own writes its own.
class Draft {
  constructor(sample) {
    const xml = fs.readFileSync(path.join(SAMPLES, sample + '.xml'), 'utf8');
    const bare = xml.replace(/>\s+</g, '><'); // spaces between elements would be signed too
    this.root = new DOMParser().parseFromString(bare, 'text/xml').documentElement;
  }

  // Writes a value into every element that the names lead to: set('Lots/Lot/Unit', '796').
  set(names, value) {
    const found = all(this.root, names);
    if (!found.length) throw new Error(`${this.root.localName} has no ${names}`);
    found.forEach((element, at) => {
      element.textContent = typeof value === 'function' ? value(element, at) : value;
    });
    return this;
  }

  text(names) {
    return text(this.root, names);
  }

  // Writes the element that the names lead to several times, as often as is said, one after another.
  repeat(names, times) {
    for (const first of all(this.root, names)) {
      for (let at = 1; at < times; at += 1) {
        first.parentNode.insertBefore(first.cloneNode(true), first);
      }
    }
    return this;
  }

  // Takes an element over from another draft, in the place of its own.
  replace(name, other) {
    const [[own], [theirs]] = [all(this.root, name), all(other.root, name)];
    this.root.replaceChild(this.root.ownerDocument.importNode(theirs, true), own);
    return this;
  }

  // The head of a version: whose object, which version, and the hash of the version before.
  act({ sezCode, objectId, version, operation, reason, previousHash }) {
    const [act] = all(this.root, 'Act');
    const add = (name, value, before) => {
      const element = this.root.ownerDocument.createElementNS(NS, name);
      element.textContent = value;
      act.insertBefore(element, before);
    };
    all(act, 'Reason').concat(all(act, 'PreviousHash')).forEach((old) => act.removeChild(old));
    this.set('Act/SezCode', sezCode).set('Act/ObjectId', objectId);
    this.set('Act/Version', String(version)).set('Act/Operation', operation);
    if (reason) add('Reason', reason, all(act, 'ConditionsVersion')[0]);
    if (previousHash) add('PreviousHash', previousHash, null);
    return this;
  }

  // Lists are signed by the system, whose reference names the root by its Id.
  withId(id) {
    this.root.setAttribute('Id', id);
    return this;
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }
}

const escaped = (value) => String(value).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// { ObjectId: 'x', FormedBy: { Name: 'y' } } as elements, in the order in which they are written;
// a list is the same element several times.
function elements(content) {
  return Object.entries(content)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => element(name, one)))
    .join('');
}

function element(name, value) {
  const inner = typeof value === 'object' ? elements(value) : escaped(value);
  return `<${name}>${inner}</${name}>`;
}

function message(root, head, rest = '') {
  return `<${root} xmlns="${NS}" Id="_${head.MessageId ?? head.NoticeId}">${elements(head)}${rest}</${root}>`;
}

// What every message to the Registry begins with.
function head(sezCode, sequence) {
  const messageId = crypto.randomUUID();
  const numbered = sequence === undefined ? {} : { Sequence: sequence };
  const common = { MessageId: messageId, SezCode: sezCode, Environment: 'STAND' };
  return { ...common, ...numbered, CreatedAt: moment(Date.now()) };
}

function packageOf(sezCode, sequence, records) {
  const told = { ...head(sezCode, sequence), ContractVersion: '1.1', RecordCount: records.length };
  const body = records
    .map((one) => `<Record>${elements({ Header: one.header, Document: one.document })}</Record>`)
    .join('');
  return message('Package', told, `<Records>${body}</Records>`);
}

module.exports = { Draft, all, elements, escaped, head, message, moment, packageOf, text };
