import { afterEach, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { openQueues, type Queues } from '../../queues/queues.ts';
import { newId } from '../../store/ids.ts';
import { done, snooze, startWorker, type RunningWorker } from '../../workers/worker.ts';
import { quiet } from '../support/quiet.ts';
import { BACKINGS, freshBacking, type FreshBacking } from '../support/stores.ts';

let fresh: FreshBacking | undefined;
let queues: Queues | undefined;
let worker: RunningWorker | undefined;

afterEach(async () => {
  await worker?.close();
  await queues?.close();
  await fresh?.close();
  fresh = queues = worker = undefined;
});

describe.each(BACKINGS)('queues on %s', (backing) => {
  async function open(): Promise<Queues> {
    fresh = await freshBacking(backing);
    queues = openQueues(fresh.backend, () => {});
    return queues;
  }

  test('a row added twice is worked once while its job is there', async () => {
    const q = await open();
    const job = { id: newId(), rev: 0 };
    await q.enqueue('triage', [job, job]);
    await q.enqueue('triage', [job]);
    expect((await q.counts('triage')).waiting).toBe(1);
  });

  test('a row can be worked again once its job has ended', async () => {
    const q = await open();
    const job = { id: newId(), rev: 0 };
    let runs = 0;
    let finish!: () => void;
    const twice = new Promise<void>((resolve) => (finish = resolve));
    worker = await startWorker({
      backend: q.backend,
      queue: 'triage',
      log: quiet,
      work: () => {
        runs += 1;
        return Promise.resolve(done);
      },
      // As the sweep does with a row that is stuck: the same row and revision once more.
      on_ended: () => {
        if (runs === 2) finish();
        else void q.enqueue('triage', [job]);
      },
    });
    await q.enqueue('triage', [job]);
    await twice;
    expect(runs).toBe(2);
  });

  test('a snoozed job comes back without counting an attempt', async () => {
    const q = await open();
    let runs = 0;
    let ended!: () => void;
    const end = new Promise<void>((resolve) => (ended = resolve));
    worker = await startWorker({
      backend: q.backend,
      queue: 'triage',
      log: quiet,
      work: async () => {
        runs += 1;
        // More often than `attempts` allows errors.
        if (runs <= 7) return snooze(5, 'not yet');
        ended();
        return done;
      },
    });
    await q.enqueue('triage', [{ id: newId(), rev: 0 }]);
    await end;
    expect(runs).toBe(8);
  });

  test('urgent work overtakes a burst', async () => {
    const q = await open();
    const urgent = newId();
    await q.enqueue(
      'triage',
      Array.from({ length: 50 }, () => ({ id: newId(), rev: 0 })),
    );
    await q.enqueue('triage', [{ id: urgent, rev: 0 }], { priority: 'urgent' });
    let saw!: (id: string) => void;
    const first = new Promise<string>((resolve) => (saw = resolve));
    worker = await startWorker({
      backend: q.backend,
      queue: 'triage',
      concurrency: 1,
      log: quiet,
      work: (job) => {
        saw(job.id);
        return Promise.resolve(done);
      },
    });
    expect(await first).toBe(urgent);
  });

  test('a payload that carries more than ids is refused before it reaches the backend', async () => {
    const q = await open();
    const leak = { id: newId(), rev: 0, subject: 'texte' };
    const error = await q.enqueue('triage', [leak]).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'QUEUE_PAYLOAD')).toBe(true);
    expect((await q.counts('triage')).waiting).toBe(0);
  });
});
