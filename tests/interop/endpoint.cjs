// The endpoint of the small SEZ, which the Registry calls, and the hook by which the kit drives it.
// node endpoint.cjs REGISTRY KEYS HOME PORT, such as http://127.0.0.1:8401 .run/authority .sez 8412
// It serves SOAP at /soap/ and the hook at /hook of that port of loopback; port 0 is any free one.
const fs = require('fs');
const http = require('http');
const path = require('path');
const { XMLSerializer } = require('@xmldom/xmldom');
const { answer } = require('./answers.cjs');
const { Fault, SOAP11, TYPES, answerIn, childrenOf, faultIn, opened } = require('./envelope.cjs');
const objects = require('./objects.cjs');
const { Registry } = require('./registry.cjs');
const { Sez } = require('./sez.cjs');

const BODY_BYTES = 16_777_216;
const WSDL = path.join(__dirname, '..', '..', 'shared_contracts', 'schemas', '1.1', 'sez.wsdl');
const SECONDS = 30; // within which a whole request must have come

const TRANSMITTED = {
  PURCHASE: objects.singleSource,
  REVIEW_PROTOCOL: objects.review,
  RESULTS_PROTOCOL: objects.results,
  SINGLE_SOURCE_PROTOCOL: objects.singleSourceProtocol,
  PROGRAMME: (sez, { years }) => objects.programme(sez, years ?? 1),
};

// What the Registry calls: one question in, one signed answer or a fault out.
function soap(sez, body) {
  let version = SOAP11;
  try {
    const { wrapper, ...envelope } = opened(body.toString('utf8'));
    version = envelope.version;
    const questions = childrenOf(wrapper);
    if (questions.length !== 1) throw new Fault('NOT_A_PACKAGE', `${questions.length} documents`);
    const xml = new XMLSerializer().serializeToString(questions[0]);
    const signed = answer(sez, wrapper.localName, xml);
    return { status: 200, type: TYPES[version], body: answerIn(version, wrapper.localName, signed) };
  } catch (flaw) {
    if (!(flaw instanceof Fault)) console.error(flaw);
    const fault = flaw instanceof Fault ? flaw : new Fault('INTERNAL_ERROR');
    return { type: TYPES[version], ...faultIn(version, fault) };
  }
}

// What the kit asks for by its hook (docs/conformance.md): one action after another.
function hookOf(sez) {
  let turn = Promise.resolve();
  const json = (status, told) => ({ status, type: 'application/json', body: JSON.stringify(told) });
  const act = async ({ action, object_type: type, years }) => {
    const transmit = action === 'transmit' && Object.hasOwn(TRANSMITTED, type) && TRANSMITTED[type];
    if (!transmit) return json(501, { detail: `transmit of ${Object.keys(TRANSMITTED).join(', ')}` });
    const { objectId } = await transmit(sez, { years });
    return json(200, { object_id: objectId });
  };
  return (body) => {
    const done = turn.then(() => act(JSON.parse(body))).catch((error) => {
      console.error(error);
      return json(500, { detail: error.message });
    });
    turn = done;
    return done;
  };
}

// The bytes of a request; null where there are more than a message may have.
async function bytesOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function main(address, keys, home, port) {
  const sez = new Sez({ code: 'SEZ02', system: 'sez2', keys, home });
  sez.registry = new Registry(address, sez.registryCertificate, sez.files);
  const hook = hookOf(sez);
  const served = { '/soap/': (body) => soap(sez, body), '/hook': hook };
  const server = http.createServer({ requestTimeout: SECONDS * 1000 }, async (request, response) => {
    if (request.method === 'GET' && request.url === '/soap/?wsdl') {
      const own = `http://127.0.0.1:${server.address().port}/soap/`;
      const wsdl = fs.readFileSync(WSDL, 'utf8').replaceAll('@ADDRESS@', own);
      response.writeHead(200, { 'Content-Type': TYPES[SOAP11] }).end(wsdl);
      return;
    }
    const handle = request.method === 'POST' && Object.hasOwn(served, request.url) && served[request.url];
    const body = handle && (await bytesOf(request).catch(() => null));
    const told = !handle
      ? { status: 404, type: 'text/plain', body: 'POST /soap/ or /hook' }
      : body === null
        ? { type: TYPES[SOAP11], ...faultIn(SOAP11, new Fault('TOO_LARGE')) }
        : await handle(body);
    response.writeHead(told.status, { 'Content-Type': told.type }).end(told.body);
  });
  server.listen(Number(port), '127.0.0.1', () => {
    console.log(`SEZ02 at http://127.0.0.1:${server.address().port}`);
  });
}

main(...process.argv.slice(2));
