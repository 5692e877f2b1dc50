import { useEffect } from 'preact/hooks';
import { call } from '../api/client.ts';
import { cell, useCell } from './cell.ts';

type Kind = 'queues' | 'motifs' | 'mailboxes' | 'flags' | 'teams';
type Labels = Readonly<Record<Kind, Readonly<Record<string, string>>>>;

/** What ids are called; an id nobody knows any more is its own name. */
export interface Names {
  /** Queues, pôles and partner teams. */
  readonly queue: (id: string) => string;
  readonly motif: (id: string | null) => string;
  readonly mailbox: (id: string) => string;
  readonly flag: (id: string) => string;
  readonly team: (id: string) => string;
  /** A sentence of the decision, which names queues and motifs by their ids. */
  readonly within: (sentence: string) => string;
}

/** Rules change a few times a day at most. */
const FRESH_MS = 600_000;
const NONE: Labels = { queues: {}, motifs: {}, mailboxes: {}, flags: {}, teams: {} };
const names = cell<Names>(namesOf(NONE));
let asked_at = -Infinity;

/** Labels by id, from the rules in force. */
export function namesOf(labels: Labels): Names {
  const label = (kind: Kind, id: string): string | undefined =>
    Object.hasOwn(labels[kind], id) ? labels[kind][id] : undefined;
  return {
    queue: (id) => label('queues', id) ?? id,
    motif: (id) => (id === null ? 'motif à préciser' : (label('motifs', id) ?? id)),
    mailbox: (id) => label('mailboxes', id) ?? id,
    flag: (id) => label('flags', id) ?? id,
    team: (id) => label('teams', id) ?? id,
    within: (sentence) =>
      sentence
        .split(/([\s,;:()«»]+)/)
        .map((word) => label('queues', word) ?? label('motifs', word) ?? word)
        .join(''),
  };
}

function ask(): void {
  if (performance.now() - asked_at < FRESH_MS) return;
  asked_at = performance.now();
  void call<Labels>('GET', '/api/names').then(
    (labels) => names.set(namesOf(labels)),
    () => void (asked_at = -Infinity),
  );
}

/** What to call queues, motifs, mailboxes and flags. Ids until the answer is there. */
export function useNames(): Names {
  useEffect(ask, []);
  return useCell(names);
}
