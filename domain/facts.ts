import type { PriorContact } from './repeat.ts';
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
  /** The mailbox's public; `decide` puts the recognised sender in its place. */
  readonly public: Public;
  /** Start of the request's clock, ISO instant (INTERNALDATE). */
  readonly received_at: string;
  /** Earlier contacts to count where no history is given, as in the examples of the rules. */
  readonly prior_contacts: number;
  /** Earlier contacts of the same person, from which those about the same motif are counted once it is guessed. */
  readonly history?: readonly PriorContact[];
  /**
   * P0 and P1 marks the bot found in the talk, where it handed one over: it reads chat spelling, turn by turn, and believes
   * a mark without a word of its list less than a mail would (domain/bot/matter.ts). Absent for mail.
   */
  readonly marks?: readonly string[];
}

/** A text of which nothing else is known, as a member's mail. `received_at` is an ISO instant. */
export function textFacts(body: string, received_at = '2026-01-01T00:00:00Z'): Facts {
  return {
    ...{ channel: 'mail', mailbox: '', subject: '', body, quoted: '', attachments: [], from: '' },
    ...{ public: 'assure', received_at, prior_contacts: 0 },
  };
}

/** One candidate of the motif model, best first. */
export interface RankedMotif {
  readonly motif: string;
  /** Calibrated probability, 0–1; the list sums to at most 1. */
  readonly score: number;
}

export interface MotifInput {
  readonly mailbox: string;
  /** Lower-case address of the sender, or empty. */
  readonly from?: string;
  /** ISO instant of arrival; « demain » and « depuis le 3 » are read against it. */
  readonly received_at?: string;
  readonly subject: string;
  readonly body: string;
  readonly quoted: string;
  readonly attachments: readonly string[];
}

/** The seam every motif model stands behind. Deterministic: the same digest and input give the same output. */
export interface MotifModel {
  readonly digest: string;
  rank(input: MotifInput): readonly RankedMotif[];
  /** What else the model reads out of the text; a model without it leaves flags to their phrases. */
  read?(input: MotifInput): ModelReading;
  /** The confidence from which on motifs were right at `target` (0–1) on mails it had not learnt from. */
  thresholdFor?(target: number): number;
  /** The spans that decided for a motif (`carte-vitale`) or a flag (`flag:danger-vital`), strongest first. */
  evidence(input: MotifInput, output: string, max: number): readonly Evidence[];
}

/** The other outputs of a model, each with its own probability, 0–1. */
export interface ModelReading {
  /** Other needs of the same mail, likeliest first, two at most (domain §3.2: one principal motif, up to two secondary). */
  readonly secondary: readonly string[];
  /** By flag id. */
  readonly flags: ReadonlyMap<string, number>;
  /** Who writes, likeliest first. */
  readonly publics: readonly { readonly public: Public; readonly score: number }[];
  /** That the request belongs to an expert pôle, the motif aside (domain §3.6-2: 04, 18, 20 and 28 are both). */
  readonly expert: number;
}
