// The objects of order 216 as this SEZ forms them, each from a sample of the guide. Who calls gets
// the identifier of the object that was sent.
const crypto = require('crypto');
const { Draft, moment } = require('./documents.cjs');

const BIDDING = 4_000; // milliseconds: on a stand a term that is too short is only warned of
const FORMED_BY = { Name: 'АХМЕТОВ ЕРЛАН', Iin: '800314300212' };
const HEAD = { signers: ['customer1-head'], formedBy: FORMED_BY };
const COMMISSION = { signers: ['customer1-head', 'customer1-signer'], formedBy: FORMED_BY };
const BY_SYSTEM = { formedBy: { Name: 'ИС «ЖАЙЫК ТЕНДЕР»' } };

const created = () => ({ objectId: crypto.randomUUID() });
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

// An open tender to the protocol of its review: downloads, bids sealed and opened, review.
async function review(sez) {
  const { objectId } = created();
  const closes = Date.now() + BIDDING;
  const draft = tender(sez, closes);
  await sez.publish(draft, { objectId, ...HEAD });

  const now = moment(Date.now());
  const downloads = new Draft('download-list').set('PurchaseId', objectId).set('AsOf', now);
  downloads.set('Downloads/Download/DownloadedAt', now);
  downloads.set('Downloads/Download/DocumentId', draft.text('Documents/Document/DocumentId'));
  await sez.publish(downloads, { ...created(), ...BY_SYSTEM });

  const submitted = draft.text('BidsFrom'); // all bid at once
  await until(closes); // bids are opened when bidding has ended, not before
  const opened = moment(Date.now());
  const bids = new Draft('bid-list').set('PurchaseId', objectId).set('AsOf', opened);
  bids.set('Bids/Bid/SubmittedAt', submitted);
  await sez.publish(bids, { ...created(), ...BY_SYSTEM });

  const draftOfReview = protocol('review-protocol', objectId).set('OpenedAt', opened);
  draftOfReview.set('LotReviews/LotReview/BidReviews/BidReview/SubmittedAt', submitted);
  const reviewed = created();
  await sez.publish(draftOfReview, { ...reviewed, ...COMMISSION });
  return { purchaseId: objectId, objectId: reviewed.objectId };
}

// The protocol of the results, of a tender whose bids were reviewed.
async function results(sez) {
  const reviewed = await review(sez);
  const draft = protocol('results-protocol', reviewed.purchaseId);
  draft.set('ReviewProtocolId', reviewed.objectId);
  return published(sez, draft, COMMISSION);
}

function protocol(sample, purchaseId) {
  const draft = new Draft(sample).set('PurchaseId', purchaseId);
  return draft.set('ProtocolDate', moment(Date.now()));
}

async function published(sez, draft, by) {
  const { objectId } = created();
  await sez.publish(draft, { objectId, ...by });
  return { objectId };
}

// A purchase from a single source, and the protocol that concludes it.
const singleSource = (sez) =>
  published(sez, new Draft('single-source').set('PublishedAt', moment(Date.now())), HEAD);

async function singleSourceProtocol(sez) {
  const { objectId } = await singleSource(sez);
  return published(sez, protocol('single-source-protocol', objectId), COMMISSION);
}

// A programme of one year, or of several: every item is planned alike in each of them. The Registry
// takes one programme for the same years, so a stand that is tried often plans far ahead.
function programme(sez, years) {
  const from = new Date().getFullYear() + 1 + crypto.randomInt(900);
  const year = (at) => String(from + (at % years));
  const draft = new Draft('programme').set('Kind', years === 1 ? 'ANNUAL' : 'MEDIUM_TERM');
  draft.set('YearFrom', year(0)).set('YearTo', year(years - 1));
  draft.set('ApprovedOn', moment(Date.now()).slice(0, 10));
  draft.repeat('YearTotals/YearTotal', years).repeat('Items/Item/YearPlans/YearPlan', years);
  draft.set('YearTotals/YearTotal/Year', (_, at) => year(at));
  draft.set('Items/Item/YearPlans/YearPlan/Year', (_, at) => year(at));
  draft.set('Items/Item/YearPlans/YearPlan/PurchaseMonth', (_, at) => `${year(at)}-03`);
  return published(sez, draft, { ...HEAD, by: 'LoadProgramme' });
}

module.exports = {
  FILES,
  HEAD,
  created,
  programme,
  results,
  review,
  singleSource,
  singleSourceProtocol,
  tender,
  withFiles,
};
