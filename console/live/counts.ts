import type { QueueCount } from '../../store/conversations.ts';

/** The figures of one queue on the stream; the same names as GET /api/queues. */
export interface LiveCount {
  readonly queue: string;
  readonly queued: number;
  readonly assigned: number;
  readonly waiting: number;
  readonly late: number;
  readonly oldest_at: string | null;
}

export function countsOf(rows: readonly QueueCount[]): LiveCount[] {
  return rows.map(({ queue, queued, assigned, waiting, late, oldest_at }) => ({
    ...{ queue, queued, assigned, waiting, late },
    oldest_at: oldest_at?.toISOString() ?? null,
  }));
}

/** The queues of a group whose figures changed since it was last told; one that became empty says so once. */
export function freshCounts(
  told: Map<string, Map<string, LiveCount>>,
  group: string,
  now: readonly LiveCount[],
): LiveCount[] {
  const before = told.get(group);
  const after = new Map(now.map((row) => [row.queue, row]));
  told.set(group, after);
  if (before === undefined) return [...now];
  const changed = now.filter((row) => JSON.stringify(row) !== JSON.stringify(before.get(row.queue)));
  const empty = [...before.keys()]
    .filter((queue) => !after.has(queue))
    .map((queue) => ({ queue, queued: 0, assigned: 0, waiting: 0, late: 0, oldest_at: null }));
  return [...changed, ...empty];
}
