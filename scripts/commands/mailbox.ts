import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendAudit, appendEvents } from '../../store/events.ts';
import { ensureMailbox } from '../../store/mailboxes.ts';
import { json, ok, table, text, type StoreCommand } from './context.ts';

/** `mailbox list`: mode and last complete look of each mailbox. */
export const list: StoreCommand = async ({ store }, options) => {
  const rows = await store.read(SYSTEM, (tx) => tx.selectFrom('mailbox').selectAll().orderBy('id').execute());
  if (options['json'] === true) return json(rows);
  return ok(
    table(
      ['boîte', 'mode', 'vue complète le', 'dernier problème'],
      rows.map((row) => [row.id, row.mode, row.last_synced_at?.toISOString() ?? 'jamais', row.last_error ?? '']),
    ),
  );
};

/** `mailbox mode ID observe|live`: in `observe` nothing is sent, flagged or moved. */
export const mode: StoreCommand = async ({ store, rulebook, clock }, options) => {
  const id = text(options, 'id') ?? '';
  const wanted = text(options, 'mode');
  if (wanted !== 'observe' && wanted !== 'live') throw new AiguillageError('USAGE', 'mailbox mode ID observe|live');
  await store.write(SYSTEM, async (tx) => {
    const known = (await rulebook(tx)).mailboxes.map((mailbox) => mailbox.id);
    if (!known.includes(id)) throw new AiguillageError('NOT_FOUND', `Mailboxes: ${known.join(', ')}.`);
    await ensureMailbox(tx, id);
    await tx.updateTable('mailbox').set({ mode: wanted }).where('id', '=', id).execute();
    await appendEvents(tx, SYSTEM, clock(), [
      { type: 'mailbox.mode', occurred_at: clock(), data: { mailbox: id, mode: wanted } },
    ]);
    await appendAudit(tx, SYSTEM, clock(), 'mailbox.mode', id, { mode: wanted });
  });
  return options['json'] === true ? json({ mailbox: id, mode: wanted }) : ok(`Boîte ${id} : mode ${wanted}.\n`);
};
