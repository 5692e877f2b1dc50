/** The rules routes, as far as they are shown. */

export interface HistoryEntry {
  readonly digest: string;
  readonly activated_at: string;
  readonly activated_by: string;
  readonly how: 'seed' | 'auto' | 'apply' | 'rollback';
  readonly reason: string;
}

export interface RulesState {
  readonly active: HistoryEntry | null;
  readonly candidate: { readonly digest: string; readonly source: string; readonly proposed_at: string } | null;
  readonly master: { readonly sentence: string; readonly read_only: boolean };
  readonly refused: { readonly digest: string; readonly problems: readonly string[] } | null;
  readonly history: readonly HistoryEntry[];
  readonly simulations: readonly {
    readonly id: string;
    readonly digest: string;
    readonly simulated_at: string;
    readonly mails: number;
    readonly moved: number;
  }[];
}

export interface RulesProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly what: string;
  readonly value?: string;
  readonly expected?: string;
  readonly did_you_mean?: string;
}

export interface RulesCheck {
  readonly ok: boolean;
  readonly digest: string;
  readonly problems: readonly RulesProblem[];
  readonly scenarios: { readonly run: number; readonly failed: readonly string[] };
  readonly gone: readonly string[];
  readonly kept: boolean;
}

export interface Simulated {
  readonly mails: number;
  readonly moved: number;
  readonly by_queue: readonly { readonly from: string; readonly to: string; readonly mails: number }[];
  /** The first of them, for whoever may open them. */
  readonly moved_conversations: readonly {
    readonly conversation: string;
    readonly ref: string;
    readonly queue: readonly [string, string] | null;
    readonly motif: readonly [string, string] | null;
    readonly cause: string;
    readonly said: 'toward' | 'away' | null;
  }[];
  readonly in_time: Readonly<
    Record<'elapsed' | 'working', { readonly before: number | null; readonly after: number | null }>
  >;
}

/** Enough of a digest to know it again. */
export function short(digest: string): string {
  return digest.slice(0, 12);
}
