import type { Public } from './rulebook.ts';

/**
 * May a machine write back? (law 7, RFC 3834, CRPA L112-11.) Acknowledgments only: whatever a person wrote is not
 * decided here. Every « no » has a code that the console shows.
 */

export interface AutoReplyFacts {
  readonly now_ms: number;
  /** INTERNALDATE of the message. */
  readonly received_at_ms: number;
  readonly origin: 'imap' | 'import' | 'bot' | 'desk';
  /** Why ingestion took the message for automatic, or null. */
  readonly automated_reason: string | null;
  /** A few headers of the message, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the acknowledgment would go: the address the member used, never Reply-To (that would reach third parties). */
  readonly to_address: string;
  /** Addresses of all our mailboxes and of those who get copies of our answers. */
  readonly own_addresses: readonly string[];
  /** Last acknowledgment sent to this sender in this thread, or null. */
  readonly last_ack_in_thread_ms: number | null;
  /** Acknowledgments made for this sender in the last 24 h, all threads together. */
  readonly acks_to_sender: number;
  /** Whom the mailbox serves. */
  readonly public: Public;
  readonly mailbox_mode: 'observe' | 'live';
  readonly acknowledge: boolean;
  readonly reply_via: 'smtp' | 'account-api' | 'portal';
}

export type AutoReplyRefusal =
  | 'mailbox-observes'
  | 'mailbox-does-not-acknowledge'
  | 'not-by-mail'
  | 'not-received-by-mail'
  | 'too-old'
  | 'automated'
  | 'null-return-path'
  | 'list'
  | 'no-address'
  | 'own-address'
  | 'no-reply-address'
  | 'already-acknowledged'
  | 'too-many-to-sender';

export type MayAutoReply = { readonly ok: true } | { readonly ok: false; readonly reason: AutoReplyRefusal };

const DAY_MS = 24 * 3_600_000;
/** An acknowledgment of yesterday's mail would tell a lie about « just received »; after an outage people answer. */
const AGE_MAX_MS = DAY_MS;
/**
 * Each request is owed its own acknowledgment (CRPA L112-11), but a robot that answers ours without saying so opens a new
 * thread each time. A member has two or three matters in a day; a France Services desk or an employer has many.
 */
export const ACKS_PER_SENDER_AND_DAY_MAX = { assure: 3, others: 30 } as const;

/** RFC 3834 §2, plus the local parts that no person reads, in French too. */
const MACHINE_LOCAL_PART =
  /^(?:mailer-?daemon|postmaster|listserv|majordomo|bounces?|owner-.*|.*-(?:request|bounces?|owner)|(?:.*[._+-])?(?:no|do[._-]?not|ne[._-]?pas|pas[._-]?de)[._-]?(?:reply|repl(?:y|ies)|repondre|reponse)(?:[._+-].*)?)$/;

/** Looks at nothing but `facts`. The order puts what concerns the mailbox before what concerns the mail. */
export function mayAutoReply(facts: AutoReplyFacts): MayAutoReply {
  const reason = refusal(facts);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

function refusal(facts: AutoReplyFacts): AutoReplyRefusal | undefined {
  if (facts.mailbox_mode === 'observe') return 'mailbox-observes';
  if (!facts.acknowledge) return 'mailbox-does-not-acknowledge';
  if (facts.reply_via !== 'smtp') return 'not-by-mail';
  if (facts.origin !== 'imap') return 'not-received-by-mail';
  if (facts.now_ms - facts.received_at_ms > AGE_MAX_MS) return 'too-old';
  if (facts.automated_reason !== null) return 'automated';
  const header = automaticHeader(facts.headers);
  if (header !== undefined) return header;
  const address = facts.to_address.trim().toLowerCase();
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address)) return 'no-address';
  if (facts.own_addresses.some((own) => own.trim().toLowerCase() === address)) return 'own-address';
  if (isNoReplyAddress(address)) return 'no-reply-address';
  const { last_ack_in_thread_ms, now_ms } = facts;
  if (last_ack_in_thread_ms !== null && now_ms - last_ack_in_thread_ms < DAY_MS) return 'already-acknowledged';
  const most = facts.public === 'assure' ? ACKS_PER_SENDER_AND_DAY_MAX.assure : ACKS_PER_SENDER_AND_DAY_MAX.others;
  if (facts.acks_to_sender >= most) return 'too-many-to-sender';
  return undefined;
}

/** Ingestion has looked at these already; a second look costs nothing and a loop costs a morning. */
function automaticHeader(headers: Readonly<Record<string, string>>): AutoReplyRefusal | undefined {
  const value = (name: string): string => (headers[name] ?? '').trim().toLowerCase();
  const return_path = headers['return-path'];
  if (return_path !== undefined && /^(?:<\s*>)?$/.test(return_path.trim())) return 'null-return-path';
  // RFC 3834 §5: only « no » says that a person sent it. Parameters may follow a semicolon.
  const submitted = value('auto-submitted').split(';')[0]!.trim();
  if (submitted !== '' && submitted !== 'no') return 'automated';
  // Microsoft's header lists the answers it does not want; « All » is what out-of-office and system mail carry.
  if (/\b(?:all|autoreply|oof)\b/.test(value('x-auto-response-suppress'))) return 'automated';
  if (/^(?:bulk|junk|list|auto_reply)$/.test(value('precedence'))) return 'list';
  // RFC 2919 and RFC 2369.
  if (['list-id', 'list-post', 'list-unsubscribe'].some((name) => value(name) !== '')) return 'list';
  return undefined;
}

/** True for addresses of machines: `no-reply@`, `ne-pas-repondre@`, `MAILER-DAEMON@`, `owner-…@`, `…-request@`. */
export function isNoReplyAddress(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@')).toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return MACHINE_LOCAL_PART.test(local.slice(0, 64));
}
