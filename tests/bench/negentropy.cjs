// Bytes and round trips by which negentropy (nostr-tools, NIP-77) finds changed members of a set.
// node negentropy.cjs MODULES OBJECTS CHANGED...; a line of JSON for each number of changed ones.
"use strict";
const { createHash } = require("node:crypto");
const [, , modules, objects, ...changes] = process.argv;
const { Negentropy, NegentropyStorageVector } = require(`${modules}/nostr-tools/lib/cjs/nip77.js`);

function id(text) {
  return createHash("sha256").update(text).digest("hex");
}

// A member is the SHA-256 of an object, its version and document; all of one moment, so that the
// order is that of the hashes, as in our trees. Of those that changed the other side has another.
function storage(changed) {
  const vector = new NegentropyStorageVector();
  for (let n = 0; n < Number(objects); n++) vector.insert(1, id(n < changed ? `${n} changed` : `${n}`));
  vector.seal();
  return vector;
}

const ours = storage(0);
for (const changed of changes.map(Number)) {
  const [asking, answering] = [new Negentropy(ours), new Negentropy(storage(changed))];
  const began = Date.now();
  const found = new Set(); // by whichever side a list of members comes to
  const note = (member) => found.add(member);
  let [octets, calls, message] = [0, 0, asking.initiate()];
  while (message) {
    octets += message.length / 2;
    calls += 1;
    const answer = answering.reconcile(message, note, note);
    if (answer === null) break; // it has nothing more to say
    octets += answer.length / 2;
    message = asking.reconcile(answer, note, note);
  }
  const seconds = (Date.now() - began) / 1000;
  console.log(JSON.stringify({ changed, octets, calls, found: found.size, seconds }));
}
