/**
 * One sending in a process of its own, for tests that kill it. argv: database URL, SMTP port, delivery id, revision.
 * A portal's URL and secret after them: answers by the account's API go there (portal `nord` of tests/support/bot-keys.ts).
 * AIGUILLAGE_CRASH_AT names the point at which the process ends itself with SIGKILL, as a power cut would.
 */
import { attemptDelivery } from '../../mail/outbox.ts';
import { openSender } from '../../mail/delivery.ts';
import { openPostgres } from '../../store/database.ts';
import { portals } from './bot-keys.ts';

const [url, port, id, rev, portal_url, secret] = process.argv.slice(2);
const store = openPostgres({ url: url!, pool_max: 2 });
const sender = openSender({ host: '127.0.0.1', port: Number(port), security: 'insecure' });
const mailbox = { profile: { address: 'assures@caisse.example', label: 'PFS' }, sender };
const attempt = await attemptDelivery(
  {
    store,
    mailbox: async () => mailbox,
    ...(portal_url === undefined
      ? {}
      : { portals: portals({ url: portal_url, key: { id: 'caisse', secret: secret! }, timeout_ms: 5_000 }) }),
    clock: () => new Date(),
    at: (point) => {
      if (point === process.env['AIGUILLAGE_CRASH_AT']) process.kill(process.pid, 'SIGKILL');
    },
  },
  { id: id!, rev: Number(rev) },
);
process.stdout.write(JSON.stringify(attempt));
await sender.close();
await store.close();
