// All eight objects of order 216, one after the other, sent by the small SEZ of sez.cjs.
// node life.cjs REGISTRY KEYS HOME, such as http://127.0.0.1:8401 .run/authority .sez
const { Draft, all, moment, text } = require('./documents.cjs');
const objects = require('./objects.cjs');
const { FILES, HEAD, created, tender, withFiles } = objects;
const { Registry, RegistryFault } = require('./registry.cjs');
const { Sez } = require('./sez.cjs');

const updated = (objectId, reason) => ({ objectId, operation: 'UPDATE', reason });

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
  sez.registry = new Registry(address, sez.registryCertificate, sez.files);
  await purchase(sez);
  await objects.results(sez);
  await objects.singleSourceProtocol(sez);
  await cards(sez);
  await others(sez);
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error instanceof RegistryFault ? error.message : error);
  process.exitCode = 1;
});
