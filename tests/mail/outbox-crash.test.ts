import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RowJob } from '../../queues/contracts.ts';
import { SYSTEM } from '../../store/database.ts';
import { recoverDeliveries } from '../../store/delivery-desk.ts';
import { readDelivery, seedDelivery, seedMailbox } from '../support/delivery-rows.ts';
import { startSink, type SmtpSink } from '../support/smtp-sink.ts';
import { freshPostgres, type FreshStore } from '../support/stores.ts';

const CHILD = fileURLToPath(new URL('../support/send-child.ts', import.meta.url));
const NOW_DEAD = { before_data: 0, after_data: 0 };

let fresh: FreshStore;
let sink: SmtpSink;
beforeAll(async () => {
  fresh = await freshPostgres();
  await seedMailbox(fresh.store);
  sink = await startSink();
});
afterAll(async () => {
  await sink.close();
  await fresh.close();
});

function start(job: RowJob, crash_at?: string): ChildProcess {
  return spawn(process.execPath, [CHILD, fresh.url, String(sink.port), job.id, String(job.rev)], {
    env: { ...process.env, NODE_OPTIONS: '', ...(crash_at === undefined ? {} : { AIGUILLAGE_CRASH_AT: crash_at }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ended(child: ChildProcess): Promise<string | null> {
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal;
}

/** What the next process does first: settle the rows of the dead one, then work what is due again. */
async function recoverAndRun(job: RowJob): Promise<string> {
  const again = await fresh.store.write(SYSTEM, (tx) => recoverDeliveries(tx, new Date(), NOW_DEAD));
  if (again.some(({ id }) => id === job.id)) await ended(start(job));
  return (await readDelivery(fresh.store, job.id)).status;
}

const acceptedOf = (job: RowJob & { message_id: string }): number =>
  sink.accepted.filter(({ raw }) => raw.includes(job.message_id)).length;

describe('a process killed in the middle of a sending', () => {
  test.each([
    // point, accepted before the kill, what the row becomes, accepted in the end
    ['delivery.claimed', 0, 'sent', 1],
    ['delivery.before-data', 0, 'sent', 1],
    // The dot was allowed and not written; nobody can know that any more.
    ['delivery.after-data', 0, 'ambiguous', 0],
    ['delivery.accepted', 1, 'ambiguous', 1],
    ['delivery.recorded', 1, 'sent', 1],
  ])('at %s is recovered without a second acceptance', async (point, before, status, accepted) => {
    const job = await seedDelivery(fresh.store);
    expect(await ended(start(job, point))).toBe('SIGKILL');
    expect(acceptedOf(job)).toBe(before);
    expect(await recoverAndRun(job)).toBe(status);
    expect(acceptedOf(job)).toBe(accepted);
    // However often the sweep comes by, nothing more is sent.
    expect(await recoverAndRun(job)).toBe(status);
    expect(acceptedOf(job)).toBe(accepted);
  });

  test('between the dot and its answer leaves it to a person', async () => {
    const job = await seedDelivery(fresh.store);
    sink.script({ dot: 'accept-silence' });
    const dot = sink.nextDot();
    const child = start(job);
    await dot;
    child.kill('SIGKILL');
    await ended(child);
    expect(await recoverAndRun(job)).toBe('ambiguous');
    expect(acceptedOf(job)).toBe(1);
  });

  test('twice before the dot still ends in one acceptance', async () => {
    const job = await seedDelivery(fresh.store);
    for (const point of ['delivery.before-data', 'delivery.claimed']) {
      await ended(start(job, point));
      await fresh.store.write(SYSTEM, (tx) => recoverDeliveries(tx, new Date(), NOW_DEAD));
    }
    await ended(start(job));
    expect(await readDelivery(fresh.store, job.id)).toMatchObject({ status: 'sent', attempts: 3 });
    expect(acceptedOf(job)).toBe(1);
  });
});

test('two processes with the same job send one mail', async () => {
  const job = await seedDelivery(fresh.store);
  await Promise.all([ended(start(job)), ended(start(job))]);
  expect((await readDelivery(fresh.store, job.id)).status).toBe('sent');
  expect(acceptedOf(job)).toBe(1);
});
