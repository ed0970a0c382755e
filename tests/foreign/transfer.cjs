// Sends a document to an operation of a service, knowing nothing but its WSDL.
// node transfer.cjs WSDL OPERATION 1.1|1.2 FILE; prints the answer as it came.
// Exit code: 0 for an answer, 1 for a fault, 2 for anything else.
const fs = require('fs');
const path = require('path');
const soap = require(path.join(__dirname, '..', '..', '.tools', 'node_modules', 'soap'));

async function main(wsdl, operation, version, file) {
  const document = fs.readFileSync(file, 'utf8').replace(/^<\?xml[^>]*\?>\s*/, '');
  const client = await soap.createClientAsync(wsdl, { forceSoap12Headers: version === '1.2' });
  try {
    await client[operation + 'Async']({ $xml: document });
    process.stdout.write(client.lastResponse);
  } catch (error) {
    if (!client.lastResponse) throw error;
    process.stdout.write(client.lastResponse);
    process.exitCode = 1;
  }
}

main(...process.argv.slice(2)).catch((error) => {
  process.stderr.write(String(error) + '\n');
  process.exitCode = 2;
});
