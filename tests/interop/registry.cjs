// The Registry, called by what its WSDL says.
const soap = require('soap');
const { DOMParser, XMLSerializer } = require('@xmldom/xmldom');
const { all, text } = require('./documents.cjs');
const { verifySystem } = require('./signing.cjs');

const ATTEMPTS = 10;

class RegistryFault extends Error {
  constructor(detail) {
    super(`${text(detail, 'Code')}: ${text(detail, 'Text/En')} ${text(detail, 'Cure/En')}`);
    this.code = text(detail, 'Code');
    this.retryAfterSeconds = text(detail, 'RetryAfterSeconds'); // absent: the fault is final
    this.hashes = all(detail, 'Hashes/Hash').map((one) => one.textContent);
  }
}

class Registry {
  // files: a map from SHA-256 to bytes, of all that our documents name.
  constructor(address, certificate, files) {
    Object.assign(this, { address, certificate, files });
  }

  // The WSDL is read when something is sent first. It may name another way to the same Registry.
  async connect() {
    const client = await soap.createClientAsync(`${this.address}/soap/?wsdl`);
    client.setEndpoint(`${this.address}/soap/`);
    return client;
  }

  // Sends signed XML and returns { root, xml }: the verified answer, and as it came.
  // Nothing is sent but the same bytes, as often as a retryable fault asks for them.
  async call(operation, signed) {
    this.client ??= await this.connect();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.client[operation + 'Async']({ $xml: signed }); // $xml goes out as it is
        return this.opened(this.client.lastResponse); // the raw answer: what soap made of it is lost
      } catch (error) {
        const fault = this.faultIn(this.client.lastResponse);
        if (!fault) throw error;
        if (fault.retryAfterSeconds === null || attempt === ATTEMPTS) throw fault;
        if (fault.code === 'FILES_MISSING') await this.upload(fault.hashes);
        else await new Promise((done) => setTimeout(done, fault.retryAfterSeconds * 1000));
      }
    }
  }

  opened(answer) {
    const wrapper = bodyOf(answer);
    const xml = new XMLSerializer().serializeToString(wrapper.firstChild);
    return { root: verifySystem(xml, this.certificate), xml };
  }

  faultIn(answer) {
    const [detail] = answer ? Array.from(bodyOf(answer).getElementsByTagNameNS('*', 'FaultDetail')) : [];
    return detail && new RegistryFault(detail);
  }

  async upload(hashes) {
    for (const hash of hashes) {
      const address = `${this.address}/files/${hash}`;
      const { status } = await fetch(address, { method: 'PUT', body: this.files.get(hash) });
      if (status !== 200 && status !== 201) throw new Error(`PUT ${address} was answered ${status}`);
    }
  }
}

// The only child of the Body: the wrapper of the operation, or a fault.
function bodyOf(answer) {
  const envelope = new DOMParser().parseFromString(answer, 'text/xml').documentElement;
  const body = Array.from(envelope.childNodes).find((one) => one.localName === 'Body');
  return Array.from(body.childNodes).find((one) => one.nodeType === 1);
}

module.exports = { Registry, RegistryFault };
