import { useEffect, useState } from 'preact/hooks';
import type { QueueRow } from '../api/types.ts';
import { useChanges } from '../shell/live.ts';
import { useLoad, type Loaded } from '../shell/load.ts';

/** Rows with the figures the stream told since. A queue nobody has read yet has no label, and waits for the next reading. */
export function withCounts(
  rows: readonly QueueRow[],
  told: ReadonlyMap<string, Partial<QueueRow>>,
): readonly QueueRow[] {
  return rows.map((row) => ({ ...row, ...told.get(row.queue) }));
}

/** What waits in each queue: read once, then kept by the figures the stream carries; by the clock while it is cut. */
export function useQueueCounts(every_ms: number): Loaded<{ queues: readonly QueueRow[] }> {
  const [told, setTold] = useState<ReadonlyMap<string, Partial<QueueRow>>>(new Map());
  const loaded = useLoad<{ queues: QueueRow[] }>('/api/queues', every_ms, () => false);
  const { data } = loaded;
  // What was just read is newer than what was told before.
  useEffect(() => setTold(new Map()), [data]);
  useChanges(({ queues }) => {
    if (queues.length === 0) return;
    setTold((before) => {
      const after = new Map(before);
      for (const row of queues) after.set(row.queue, row);
      return after;
    });
  });
  return { ...loaded, data: data === undefined ? undefined : { queues: withCounts(data.queues, told) } };
}
