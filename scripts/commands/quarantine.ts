import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { listQuarantine, replayQuarantine } from '../../store/quarantine.ts';
import { json, ok, rowId, table, type StoreCommand } from './context.ts';

/** `quarantine list`: what was set aside and why. */
export const list: StoreCommand = async ({ store }, options) => {
  const items = await store.read(SYSTEM, (tx) => listQuarantine(tx));
  if (options['json'] === true) return json(items);
  if (items.length === 0) return ok('Aucun message en quarantaine.\n');
  return ok(
    table(
      ['id', 'boîte', 'dossier', 'uid', 'octets', 'motif', 'depuis', 'rejoué'],
      items.map((item) => [
        item.id,
        item.mailbox,
        item.folder,
        item.uid,
        item.size ?? '?',
        item.reason,
        item.created_at.toISOString(),
        item.replayed_at === null ? 'non' : 'oui',
      ]),
    ),
  );
};

/** `quarantine show ID`: one item with its place in the ledger. */
export const show: StoreCommand = async ({ store }, options) => {
  const id = rowId(options, 'id');
  const item = (await store.read(SYSTEM, (tx) => listQuarantine(tx, 10_000))).find((candidate) => candidate.id === id);
  if (item === undefined) throw new AiguillageError('NOT_FOUND', 'See "quarantine list".');
  return json(item);
};

/** `quarantine replay ID`: through triage once more. */
export const replay: StoreCommand = async ({ store, queues, clock }, options) => {
  const id = rowId(options, 'id');
  const job = await store.write(SYSTEM, (tx) => replayQuarantine(tx, id, 'cli', clock()));
  if (job === undefined) {
    return {
      exit: 1,
      stdout: '',
      stderr: 'aiguillage: nothing to replay under this id (unknown, already replayed, or never fetched)\n',
    };
  }
  await queues.enqueue('triage', [job]);
  return options['json'] === true ? json({ replayed: id }) : ok('Message remis dans la file de tri.\n');
};
