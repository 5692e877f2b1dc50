/**
 * A group reply going on in a process of its own, for tests that kill it. argv: database URL, id of the group reply.
 * AIGUILLAGE_CRASH_AT names a point, AIGUILLAGE_CRASH_AFTER how often it is passed before the process ends itself with
 * SIGKILL, as a power cut would.
 */
import { sendGroup } from '../../mail/group-reply.ts';
import { openPostgres } from '../../store/database.ts';
import { deskBook } from './desk-book.ts';

const [url, id] = process.argv.slice(2);
const store = openPostgres({ url: url!, pool_max: 2 });
const book = deskBook();
let passes = Number(process.env['AIGUILLAGE_CRASH_AFTER'] ?? 0);
await sendGroup(
  {
    store,
    rulebook: async () => book,
    secret: 'a secret of more than thirty-two characters',
    clock: () => new Date('2026-11-24T09:00:00.000Z'),
    at: (point) => {
      if (point !== process.env['AIGUILLAGE_CRASH_AT']) return;
      if (passes === 0) process.kill(process.pid, 'SIGKILL');
      passes -= 1;
    },
  },
  id!,
  100,
);
await store.close();
