import type { OrganisationDeclared } from './figure-organisation.ts';
import type { Rulebook } from './rulebook.ts';

/** figure.yaml: what figures are compared with, and what is read a second time. */
export interface FigureTerms {
  /** The line a share is drawn beside, e.g. « 71,9 % de septembre à décembre 2021 ». */
  readonly references: readonly ReferenceLine[];
  /** Dated changes of how work is done: what comes before and after one is not to be compared without a word. */
  readonly regimes: readonly Regime[];
  readonly second_reading: SecondReading;
  /** The share in time the site aims at, 0–1. */
  readonly target?: number | undefined;
}

export interface ReferenceLine {
  readonly label: string;
  /** 0–1. */
  readonly share: number;
  /** First and last day it was measured over, "YYYY-MM-DD". */
  readonly from: string;
  readonly to: string;
}

export interface Regime {
  /** "YYYY-MM-DD". */
  readonly on: string;
  readonly label: string;
}

/** Which replies are read again: to find what a template or a rush spoils, never to rank people. */
export interface SecondReading {
  /** A reply shorter than this is unusually short, characters. */
  readonly short_chars: number;
  /** A reply sooner after the mail was taken up is unusually fast, seconds. */
  readonly fast_seconds: number;
  /** Most that are listed of each kind. */
  readonly list_max: number;
}

/** Where no figure.yaml is. */
export const DEFAULT_FIGURE: FigureTerms = {
  references: [],
  regimes: [],
  second_reading: { short_chars: 120, fast_seconds: 45, list_max: 100 },
};

/** What the log is told of teams and caisses (`organisation.declared`): presence.yaml and mailboxes.yaml, names only. */
export function organisationOf(book: Pick<Rulebook, 'presence' | 'mailboxes'>): OrganisationDeclared {
  const teams = (book.presence?.teams ?? []).flatMap(({ id, queues }) => queues.map((queue) => [queue, id] as const));
  const caisses = book.mailboxes.flatMap(({ id, caisse }) => (caisse === undefined ? [] : [[id, caisse] as const]));
  return { teams: Object.fromEntries(teams.sort(byName)), caisses: Object.fromEntries(caisses.sort(byName)) };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
