import type { AutomatedVerdict } from './automated.ts';
import type { BounceDetails } from './bounce.ts';

/** An attachment as it is listed; its bytes stay in the raw mail and are read by `part` (see `extractAttachment`). */
export interface ParsedAttachment {
  /** Safe for a file system and a header: no path, no control or direction characters, extension kept. */
  readonly name: string;
  readonly type: string;
  /** Octets after transfer decoding. */
  readonly size: number;
  /** Position among the attachments of the raw mail, tiny inline images included, from 0. */
  readonly part: number;
}

/**
 * What may go wrong without the mail being lost. `timeout`, `memory` and `failed`: the child could not end, only a cheap
 * scan of the beginning is here. The others: all is here that could be read, somebody should look at the original.
 */
export const PARSE_PROBLEMS = [
  'timeout',
  'memory',
  'failed',
  'raw-fallback',
  'duplicate-from',
  'too-many-parts',
  'headers-too-large',
  'text-truncated',
] as const;
export type ParseProblem = (typeof PARSE_PROBLEMS)[number];

/** A mail as the pipeline sees it. No string in it has a NUL, a lone surrogate or another control but tab and newline. */
export interface ParsedMail {
  /** Lower case, '' when there is none. With several From fields or addresses the first counts. */
  readonly from_address: string;
  readonly from_name: string;
  readonly reply_to: string;
  readonly to_addresses: readonly string[];
  readonly cc_addresses: readonly string[];
  readonly subject: string;
  /** With angle brackets, as References wants them; '' when absent. */
  readonly message_id: string;
  readonly in_reply_to: string;
  readonly refs: readonly string[];
  /** ISO instant of the Date field; absent when it cannot be read. Never used for a clock (the server's date is). */
  readonly date?: string;
  /** The new text: quotes, signature and footers are split off. */
  readonly body: string;
  /** Quoted text, then the text of attached messages. */
  readonly quoted: string;
  readonly signature: string;
  /** All text before it was split, attached messages not included. */
  readonly full_text: string;
  readonly attachments: readonly ParsedAttachment[];
  /** Only {@link KEPT_HEADERS}, lower-case names, first occurrence. */
  readonly headers: Readonly<Record<string, string>>;
  readonly automated: AutomatedVerdict;
  /** Failed recipient and original Message-ID when the mail is a bounce that names them. */
  readonly bounce: BounceDetails | null;
  /** Domain that passed SPF, DKIM or DMARC according to a server we trust, else null. */
  readonly authenticated: string | null;
  /** {@link ParseProblem} codes joined by ",", null when all went well. */
  readonly problem: string | null;
}

/** The fields a rule or a reply needs; everything else stays in the raw mail. */
export const KEPT_HEADERS: ReadonlySet<string> = new Set([
  'auto-submitted',
  'precedence',
  'list-id',
  'list-unsubscribe',
  'return-path',
  'x-auto-response-suppress',
  'x-autoreply',
  'feedback-id',
  'authentication-results',
  'content-type',
  'x-failed-recipients',
  'x-aiguillage-answered-at',
]);

/** Octets, characters and counts one mail may use. */
export interface ParseLimits {
  readonly max_text_chars: number;
  readonly max_parts: number;
  readonly max_header_bytes: number;
  /** Octets of one text part or attached message that are kept for reading. */
  readonly max_leaf_bytes: number;
  /** Messages attached to messages attached to messages. */
  readonly max_depth: number;
}

export const DEFAULT_LIMITS: ParseLimits = {
  max_text_chars: 1_000_000,
  max_parts: 1_000,
  max_header_bytes: 2_000_000,
  max_leaf_bytes: 4_000_000,
  max_depth: 3,
};

export interface ParseOptions {
  /** authserv-ids of our own mail servers (RFC 8601 §2.5); results of any other are the sender's claim. */
  readonly trusted_authserv_ids?: readonly string[];
  readonly limits?: Partial<ParseLimits>;
}

/** The bytes of one attachment, found as `parseMail` numbered it. */
export interface ExtractedAttachment {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
}
