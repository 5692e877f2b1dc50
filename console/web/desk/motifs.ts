import { useEffect } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { FlagRow, MotifRow, QueueRow } from '../api/types.ts';
import { cell, useCell } from '../shell/cell.ts';

/** Motifs and queues of the rules in force: asked once a page, they change a few times a year. */
const motifs = cell<readonly MotifRow[]>([]);
const queues = cell<readonly QueueRow[]>([]);
const flags = cell<readonly FlagRow[]>([]);
let asked = false;

function ask(): void {
  if (asked) return;
  asked = true;
  const again = (): void => void (asked = false);
  void call<{ motifs: MotifRow[]; flags: FlagRow[] }>('GET', '/api/motifs').then((answer) => {
    motifs.set(answer.motifs);
    flags.set(answer.flags);
  }, again);
  void call<{ queues: QueueRow[] }>('GET', '/api/queues').then((answer) => queues.set(answer.queues), again);
}

export function useMotifs(): readonly MotifRow[] {
  useEffect(ask, []);
  return useCell(motifs);
}

export function useQueues(): readonly QueueRow[] {
  useEffect(ask, []);
  return useCell(queues);
}

export function useFlags(): readonly FlagRow[] {
  useEffect(ask, []);
  return useCell(flags);
}
