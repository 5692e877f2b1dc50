import type { Public } from './rulebook.ts';

/** Where a piece of evidence stands; the text itself is sliced when it is read (law 4). */
export type TextPart = 'subject' | 'body' | 'quoted' | 'attachment-name' | 'header';

export interface Evidence {
  /** What it speaks for: `motif:carte-vitale`, `flag:danger-vital`, `rule:transport.sans-bon`. */
  readonly for: string;
  readonly part: TextPart;
  /** UTF-16 offsets into that part. For attachment names the offset is into the names joined by "\n". */
  readonly start: number;
  readonly end: number;
}

/** All that a decision may look at. Built from one message and its conversation; no I/O behind it. */
export interface Facts {
  readonly channel: 'mail' | 'bot';
  readonly mailbox: string;
  readonly subject: string;
  /** The new text: quotes, signature and legal footer are already split off. */
  readonly body: string;
  readonly quoted: string;
  readonly attachments: readonly string[];
  /** Lower-case address, or empty. */
  readonly from: string;
  /** The class of the sender when recognised, else the mailbox's public. */
  readonly public: Public;
  /** Start of the request's clock, ISO instant (INTERNALDATE). */
  readonly received_at: string;
  /** Contacts of the same sender in the 14 days before, this one not counted. */
  readonly prior_contacts: number;
}

/** One candidate of the motif model, best first. */
export interface RankedMotif {
  readonly motif: string;
  /** Calibrated probability, 0–1; the list sums to at most 1. */
  readonly score: number;
}

export interface MotifInput {
  readonly mailbox: string;
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly attachments: readonly string[];
  readonly public: Public;
}

/** The seam every motif model stands behind. Deterministic: the same digest and input give the same output. */
export interface MotifModel {
  readonly digest: string;
  rank(input: MotifInput): readonly RankedMotif[];
  /** The spans that decided for `motif`, strongest first, at most `max`. */
  evidence(input: MotifInput, motif: string, max: number): readonly Evidence[];
}
