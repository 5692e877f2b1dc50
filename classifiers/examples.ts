import type { Level, Public } from '../domain/rulebook.ts';

/** One labelled mail of classifiers/corpus (docs/corpus.md says how they were written). */
export interface Example {
  readonly id: string;
  /** Who speaks: training and test are split by voice, never at random. */
  readonly voice: string;
  readonly mailbox?: string;
  readonly channel?: 'mail' | 'bot';
  readonly from?: string;
  readonly at?: string;
  readonly attachments?: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly motif: string;
  /** Other motifs a fair judge would accept. */
  readonly accept?: readonly string[];
  readonly secondary?: readonly string[];
  readonly level: Level;
  readonly flags: readonly string[];
  readonly public: Public;
  readonly hard: boolean;
  /** Only what an urgent passage looks like, not motif, level, public nor how often; absent: everything. */
  readonly teaches?: 'passages';
}

/** What is known of a labelled mail beside its words. */
export type Labels = Pick<
  Example,
  'voice' | 'motif' | 'accept' | 'secondary' | 'level' | 'flags' | 'public' | 'teaches'
>;
