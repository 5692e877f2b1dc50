import { counted } from '../../domain/counted.ts';
import { sql } from 'kysely';
import { SYSTEM } from '../../store/database.ts';
import { json, ok, rowId, type StoreCommand } from './context.ts';

const BATCH_MAX = 10_000;

/**
 * `requeue [--message ID] [--stuck]`: gives pipeline rows a new revision and a new job: one message, or all that are
 * stuck before `dispatched`. What is already dispatched is never decided again by this command.
 */
export const requeue: StoreCommand = async ({ store, queues }, options) => {
  const id = options['message'] === undefined ? undefined : rowId(options, 'message');
  const rows = await store.write(SYSTEM, (tx) =>
    tx
      .updateTable('message')
      .set({ rev: sql<number>`rev + 1`, starts: 0 })
      .where('id', 'in', (from) =>
        from
          .selectFrom('message')
          .select('id')
          .where('status', 'in', ['received', 'parsed', 'decided'])
          .$if(id !== undefined, (query) => query.where('id', '=', id!))
          .orderBy('received_at')
          .limit(BATCH_MAX),
      )
      .returning(['id', 'rev', 'status'])
      .execute(),
  );
  const jobs = (decided: boolean): { id: string; rev: number }[] =>
    rows.filter((row) => (row.status === 'decided') === decided).map(({ id: row, rev }) => ({ id: row, rev }));
  await queues.enqueue('triage', jobs(false));
  await queues.enqueue('dispatch', jobs(true));
  return options['json'] === true
    ? json({ requeued: rows.length })
    : ok(`${counted(rows.length, 'message remis', 'messages remis')} en file.\n`);
};
