// All eight objects of order 216, one after the other, sent by the small SEZ of sez.cjs.
// node life.cjs REGISTRY KEYS HOME, such as http://127.0.0.1:8401 .run/authority .sez
const crypto = require('crypto');
const { Draft, all, moment, text } = require('./documents.cjs');
const { Registry, RegistryFault } = require('./registry.cjs');
const { Sez } = require('./sez.cjs');

const BIDDING = 4_000; // milliseconds: on a stand a term that is too short is only warned of
const FORMED_BY = { Name: 'АХМЕТОВ ЕРЛАН', Iin: '800314300212' };
const HEAD = { signers: ['customer1-head'], formedBy: FORMED_BY };
const COMMISSION = { signers: ['customer1-head', 'customer1-signer'], formedBy: FORMED_BY };
const BY_SYSTEM = { formedBy: { Name: 'ИС «ЖАЙЫК ТЕНДЕР»' } };

const created = () => ({ objectId: crypto.randomUUID() });
const updated = (objectId, reason) => ({ objectId, operation: 'UPDATE', reason });
const until = (at) => new Promise((done) => setTimeout(done, Math.max(0, at - Date.now()) + 100));

// Puts files of ours under the names of a sample's files: their hashes, sizes and moments.
function withFiles(sez, draft, lines) {
  const files = [];
  const now = moment(Date.now());
  draft.set('Documents/Document/Sha256', (_, at) => (files[at] = sez.addFile(lines[at])).hash);
  draft.set('Documents/Document/Size', (_, at) => files[at].size);
  return draft.set('Documents/Document/UploadedAt', now);
}

const FILES = ['Tender documentation', 'Specification, lot 1', 'Specification, lot 2', 'Draft contract'];

// An open tender of two lots, open for bids from now until the moment closes.
function tender(sez, closes) {
  const now = moment(Date.now());
  const draft = new Draft('purchase').set('PublishedAt', now).set('BidsFrom', now);
  draft.set('BidsTo', moment(closes)).set('OpeningAt', moment(closes));
  return withFiles(sez, draft, FILES);
}

// The five messages of a purchase: announced, documentation changed, extended, changed, deleted.
async function purchase(sez) {
  const { objectId } = created();
  const day = 86_400_000;
  const [closes, later] = [Date.now() + 20 * day, Date.now() + 27 * day];
  const draft = tender(sez, closes);
  await sez.publish(draft, { objectId, ...HEAD });

  const lines = FILES.with(1, 'Specification, lot 1, second edition');
  const documentation = withFiles(sez, new Draft('documentation'), lines);
  await sez.publish(documentation, { ...updated(objectId, 'Уточнена спецификация'), ...HEAD });

  const extension = new Draft('extension');
  extension.set('OldBidsTo', moment(closes)).set('OldOpeningAt', moment(closes));
  extension.set('NewBidsTo', moment(later)).set('NewOpeningAt', moment(later));
  await sez.publish(extension, { ...updated(objectId, 'Изменена документация'), ...HEAD });

  draft.set('BidsTo', moment(later)).set('OpeningAt', moment(later)); // a change carries the whole
  draft.replace('Documents', documentation).set('Name/Ru', 'Устройства и ремонт');
  await sez.publish(draft, { ...updated(objectId, 'Исправлено название'), ...HEAD });

  const deletion = new Draft('deletion').set('DeletedAt', moment(Date.now()));
  await sez.publish(deletion, { objectId, operation: 'DELETE', reason: 'Размещено ошибочно', ...HEAD });
}

// An open tender to its results: downloads, bids sealed and opened, review, results.
async function results(sez) {
  const { objectId } = created();
  const closes = Date.now() + BIDDING;
  const announced = Date.now();
  const draft = tender(sez, closes);
  await sez.publish(draft, { objectId, ...HEAD });

  const now = moment(Date.now());
  const downloads = new Draft('download-list').set('PurchaseId', objectId).set('AsOf', now);
  downloads.set('Downloads/Download/DownloadedAt', now);
  downloads.set('Downloads/Download/DocumentId', draft.text('Documents/Document/DocumentId'));
  await sez.publish(downloads, { ...created(), ...BY_SYSTEM });

  const submitted = moment(Date.now());
  await until(closes); // bids are opened when bidding has ended, not before
  const opened = moment(Date.now());
  const bids = new Draft('bid-list').set('PurchaseId', objectId).set('AsOf', opened);
  bids.set('Bids/Bid/SubmittedAt', submitted);
  await sez.publish(bids, { ...created(), ...BY_SYSTEM });

  const review = protocol('review-protocol', objectId).set('OpenedAt', opened);
  review.set('LotReviews/LotReview/BidReviews/BidReview/SubmittedAt', submitted);
  const reviewed = created();
  await sez.publish(review, { ...reviewed, ...COMMISSION });

  const summed = protocol('results-protocol', objectId).set('ReviewProtocolId', reviewed.objectId);
  await sez.publish(summed, { ...created(), ...COMMISSION });
}

function protocol(sample, purchaseId) {
  const draft = new Draft(sample).set('PurchaseId', purchaseId);
  return draft.set('ProtocolDate', moment(Date.now()));
}

// A purchase from a single source, and the protocol that concludes it.
async function singleSource(sez) {
  const { objectId } = created();
  const draft = new Draft('single-source').set('PublishedAt', moment(Date.now()));
  await sez.publish(draft, { objectId, ...HEAD });
  await sez.publish(protocol('single-source-protocol', objectId), { ...created(), ...COMMISSION });
}

// A supplier's card and a programme: loaded, and deleted again, since a second one would be refused.
async function cards(sez) {
  for (const [sample, by] of [['supplier', 'TransferRecords'], ['programme', 'LoadProgramme']]) {
    const { objectId } = created();
    const draft = new Draft(sample);
    await sez.publish(draft, { objectId, ...HEAD, by });
    const deletion = new Draft('deletion').set('DeletedAt', moment(Date.now()));
    deletion.set('Act/ObjectType', draft.text('Act/ObjectType'));
    await sez.publish(deletion, { objectId, operation: 'DELETE', reason: 'Проба', ...HEAD });
  }
}

// What takes no package: a question, and a number that was taken and will never be sent.
async function others(sez) {
  const units = await sez.ask('GetClassifier', 'ClassifierRequest', { Classifier: 'MKEI', Page: 1 });
  console.log(`${text(units, 'Classifier')}: ${all(units, 'Codes/Code').length} codes`);
  await sez.voidSequence(sez.nextSequence(), 'Пакет не был отправлен');
}

async function main(address, keys, home) {
  const sez = new Sez({ code: 'SEZ02', system: 'sez2', keys, home });
  sez.registry = await Registry.at(address, sez.registryCertificate, sez.files);
  await purchase(sez);
  await results(sez);
  await singleSource(sez);
  await cards(sez);
  await others(sez);
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error instanceof RegistryFault ? error.message : error);
  process.exitCode = 1;
});
