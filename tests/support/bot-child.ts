/**
 * Requests of a portal in a process of its own, for tests that kill it. argv: database URL; then, on stdin, one request a
 * line. Answers go to stdout, one a line. `crash` names the point at which the process ends itself with SIGKILL, as a power
 * cut would.
 */
import { createInterface } from 'node:readline';
import { openPostgres } from '../../store/database.ts';
import { askTalk, type TalkAsk } from './bot-ask.ts';

const store = openPostgres({ url: process.argv[2]!, pool_max: 2 });
for await (const line of createInterface({ input: process.stdin })) {
  const { crash, ...ask } = JSON.parse(line) as TalkAsk & { crash?: string };
  const answer = await askTalk(store, ask, (point) => {
    if (point === crash) process.kill(process.pid, 'SIGKILL');
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await store.close();
