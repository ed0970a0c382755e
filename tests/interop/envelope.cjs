// SOAP 1.1 and 1.2: what an envelope holds, and the envelope around an answer or a fault.
const crypto = require('crypto');
const { DOMParser } = require('@xmldom/xmldom');
const { elements, escaped } = require('./documents.cjs');

const NS = 'urn:kz:tru-registry:exchange:1';
const SERVICE = 'urn:kz:tru-registry:sez:1';
const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP12 = 'http://www.w3.org/2003/05/soap-envelope';
const TYPES = { [SOAP11]: 'text/xml; charset=utf-8', [SOAP12]: 'application/soap+xml; charset=utf-8' };

// The texts are those of docs/vendor-guide/3-sequence-and-retry.md: in three languages, with the cure.
const FAULTS = require('./faults.json');

// Why a message was not processed; detail says what exactly was found.
class Fault extends Error {
  constructor(code, detail = '') {
    super(`${code}: ${FAULTS[code].Text.En} (${detail})`);
    Object.assign(this, { code, detail });
  }
}

const childrenOf = (element) => Array.from(element.childNodes).filter((one) => one.nodeType === 1);

// The root of an XML document without DTD; a Fault for anything else.
function parsed(xml) {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new Fault('DTD_FORBIDDEN');
  const fail = (flaw) => {
    throw new Fault('NOT_XML', flaw);
  };
  const errorHandler = { warning: fail, error: fail, fatalError: fail };
  const document = new DOMParser({ errorHandler }).parseFromString(xml, 'text/xml');
  return document?.documentElement ?? fail('no element');
}

// { version, wrapper }: the namespace of the envelope, and the only child of its Body.
function opened(envelope) {
  const root = parsed(envelope);
  const body = childrenOf(root).find((one) => one.localName === 'Body');
  const wrapper = body && childrenOf(body)[0];
  if (root.localName !== 'Envelope' || !TYPES[root.namespaceURI] || !wrapper) throw new Fault('NOT_SOAP');
  return { version: root.namespaceURI, wrapper };
}

function enveloped(version, inside) {
  return `<s:Envelope xmlns:s="${version}"><s:Body>${inside}</s:Body></s:Envelope>`;
}

function answerIn(version, operation, signed) {
  const name = `${operation}Response`;
  return enveloped(version, `<${name} xmlns="${SERVICE}">${signed}</${name}>`);
}

// { status, body } of a fault: its FaultDetail says all that a program reads of it.
function faultIn(version, fault) {
  const { Text, Cure, RetryAfterSeconds } = FAULTS[fault.code];
  const told = { Code: fault.code, Incident: crypto.randomUUID(), Text, Cure, RetryAfterSeconds };
  const detail = `<FaultDetail xmlns="${NS}">${elements(told)}</FaultDetail>`;
  const isOurs = RetryAfterSeconds !== undefined; // the same bytes are welcome again
  if (version === SOAP12) {
    const code = `<s:Code><s:Value>s:${isOurs ? 'Receiver' : 'Sender'}</s:Value></s:Code>`;
    const words = `<s:Reason><s:Text xml:lang="en">${escaped(fault.message)}</s:Text></s:Reason>`;
    const inside = `<s:Fault>${code}${words}<s:Detail>${detail}</s:Detail></s:Fault>`;
    return { status: isOurs ? 500 : 400, body: enveloped(version, inside) };
  }
  const code = `<faultcode>s:${isOurs ? 'Server' : 'Client'}</faultcode>`;
  const words = `<faultstring xml:lang="en">${escaped(fault.message)}</faultstring>`;
  const inside = `<s:Fault>${code}${words}<detail>${detail}</detail></s:Fault>`;
  return { status: 500, body: enveloped(version, inside) };
}

module.exports = { Fault, SOAP11, TYPES, answerIn, childrenOf, faultIn, opened, parsed };
