import type { ColumnType, Generated } from 'kysely';
import type { SnoozeReason } from '../domain/aside.ts';
import type { ClosingCode, ConversationStatus, LedgerOutcome, ReplyType } from '../domain/conversation.ts';
import type { Level, ReplyVia } from '../domain/rulebook.ts';
import type {
  AgentIdentityTable,
  AgentTable,
  AuditSealTable,
  AuditUnsealedTable,
  AuditTable,
  DraftTable,
  IdempotencyTable,
  LoginAttemptTable,
  SessionTable,
  SignInFlowTable,
} from './schema-people.ts';

import type {
  RulebookTable,
  RulebookActiveTable,
  RulebookHistoryTable,
  RulebookProposalTable,
  RulebookSimulationTable,
  ModelTable,
  ModelActiveTable,
  LeaseTable,
} from './schema-rules.ts';

import type { BotTables } from './schema-bot.ts';
import type { OverflowTables } from './schema-overflow.ts';
import type { WaveTables } from './schema-waves.ts';
import type { WorkTables } from './schema-work.ts';

export type { TaskTable } from './schema-work.ts';

export type { AgentTable, Role, SignInWay } from './schema-people.ts';

/**
 * The tables of store/migrations as kysely sees them. jsonb columns are written as JSON text (pg would turn a bare array
 * into a PostgreSQL array) and read parsed.
 */
type Json<T> = ColumnType<T, string, string>;
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface MailboxTable {
  id: string;
  mode: Generated<'observe' | 'live'>;
  last_synced_at: Nullable<Date>;
  last_error: Nullable<string>;
  last_error_at: Nullable<Date>;
}
export interface FolderCursorTable {
  mailbox: string;
  folder: string;
  uidvalidity: number;
  last_uid: Generated<number>;
  current: Generated<boolean>;
  updated_at: Date;
}
export interface RawMailTable {
  sha256: Bytes;
  size: number;
  encoding: Generated<string>;
  created_at: Date;
}
export interface RawChunkTable {
  sha256: Bytes;
  n: number;
  data: Bytes;
}
export interface SenderTable {
  key: string;
  first_seen_at: Date;
  last_ack_at: Nullable<Date>;
}
export interface ConversationTable {
  id: string;
  ref: string;
  mailbox: string;
  channel: Generated<'mail' | 'bot'>;
  sender_key: string;
  sender_name: Generated<string>;
  subject: Generated<string>;
  status: ConversationStatus;
  queue: string;
  level: Level;
  motif: Nullable<string>;
  motif_confirmed: Nullable<string>;
  confirmed_by: Nullable<string>;
  abstained: Generated<boolean>;
  flags: Generated<string[]>;
  urgency: Generated<number>;
  restricted: Generated<boolean>;
  due_elapsed_at: Nullable<Date>;
  due_working_at: Nullable<Date>;
  legal_due_at: Nullable<Date>;
  due_at: Nullable<Date>;
  open_since: Nullable<Date>;
  first_received_at: Date;
  last_received_at: Date;
  holder: Nullable<string>;
  held_until: Nullable<Date>;
  closing_code: Nullable<ClosingCode>;
  waiting_until: Nullable<Date>;
  pool_hops: Generated<number>;
  handed_at: Nullable<Date>;
  suggested_link: Nullable<string>;
  joined_to: Nullable<string>;
  snoozed_until: Nullable<Date>;
  snoozed_by: Nullable<string>;
  snooze_reason: Nullable<SnoozeReason>;
  reading: Nullable<string>;
  given_back: Generated<number>;
  rev: Generated<number>;
  created_at: Date;
  updated_at: Date;
}
export interface StoredAttachment {
  /** Made safe for a file system and a header; never the name as it came. */
  name: string;
  type: string;
  size: number;
  /** Position among the MIME parts of the raw mail, to stream it from there. */
  part: number;
}
export interface MessageTable {
  id: string;
  conversation_id: Nullable<string>;
  direction: 'incoming' | 'outgoing';
  origin: Generated<'imap' | 'import' | 'bot' | 'desk'>;
  mailbox: string;
  sha256: Nullable<Uint8Array>;
  status: 'received' | 'parsed' | 'decided' | 'dispatched' | 'stuck' | 'sent';
  rev: Generated<number>;
  starts: Generated<number>;
  urgent_hint: Generated<boolean>;
  received_at: Date;
  ingested_at: Date;
  outcome: Nullable<LedgerOutcome>;
  duplicate_of: Nullable<string>;
  from_address: Generated<string>;
  from_name: Generated<string>;
  to_addresses: Generated<string[]>;
  cc_addresses: Generated<string[]>;
  reply_to: Generated<string>;
  subject: Generated<string>;
  body: Generated<string>;
  quoted: Generated<string>;
  signature: Generated<string>;
  attachments: ColumnType<StoredAttachment[], string | undefined, string>;
  headers: ColumnType<Record<string, string>, string | undefined, string>;
  message_id_hash: Nullable<Uint8Array>;
  message_id: Generated<string>;
  in_reply_to: Generated<string>;
  refs: Generated<string[]>;
  content_hash: Nullable<Uint8Array>;
  automated_reason: Nullable<string>;
  parse_problem: Nullable<string>;
  author: Nullable<string>;
  reply_type: Nullable<ReplyType>;
}
export interface LedgerTable {
  mailbox: string;
  folder: string;
  uidvalidity: number;
  uid: number;
  sha256: Nullable<Uint8Array>;
  size: Nullable<number>;
  internal_date: Nullable<Date>;
  outcome: Nullable<LedgerOutcome>;
  message_id: Nullable<string>;
  server_action: Generated<'' | 'flag' | 'move'>;
  recorded_at: Date;
}
export interface QuarantineTable {
  id: string;
  mailbox: string;
  folder: string;
  uidvalidity: number;
  uid: number;
  message_id: Nullable<string>;
  sha256: Nullable<Uint8Array>;
  size: Nullable<number>;
  reason: 'malware' | 'too-large' | 'process-deaths';
  created_at: Date;
  counted_at: Nullable<Date>;
  replayed_at: Nullable<Date>;
  replayed_by: Nullable<string>;
}
export interface DecisionTable {
  id: string;
  conversation_id: string;
  message_id: string;
  made_at: Date;
  rulebook_digest: string;
  model_digest: string;
  engine: string;
  outcome: Json<unknown>;
  trace: Json<unknown>;
  evidence: Json<unknown>;
  inputs: ColumnType<unknown, string | null | undefined, never>;
  load: ColumnType<unknown, string | null | undefined, string | null>;
  routed: ColumnType<unknown, string | null | undefined, string | null>;
}
export interface EventTable {
  seq: Generated<number>;
  type: string;
  occurred_at: Date;
  recorded_at: Date;
  conversation_id: Nullable<string>;
  message_id: Nullable<string>;
  actor: string;
  data: ColumnType<Record<string, unknown>, string | undefined, never>;
}
export interface RequestTable {
  message_id: string;
  conversation_id: string;
  life_id: Nullable<string>;
  policy: string;
  headline: 'elapsed' | 'working';
  started_at: Date;
  due_elapsed_at: Date;
  due_working_at: Date;
  /** Generated: the due instant on the headline clock. */
  due_at: ColumnType<Date, never, never>;
  warn_at: Date;
  legal_due_at: Nullable<Date>;
  stopped_at: Nullable<Date>;
  stopped_by: Nullable<string>;
  warned_at: Nullable<Date>;
  breached_at: Nullable<Date>;
}
export type DeliveryStatus = 'pending' | 'sending' | 'sent' | 'failed' | 'ambiguous' | 'cancelled' | 'held';
export interface DeliveryTable {
  id: string;
  conversation_id: string;
  message_id: Nullable<string>;
  kind: 'ack' | 'reply' | 'notice' | 'alert';
  via: Generated<ReplyVia>;
  status: DeliveryStatus;
  phase: Generated<'' | 'rcpt' | 'data' | 'accepted'>;
  rev: Generated<number>;
  attempts: Generated<number>;
  not_before: Date;
  mailbox: string;
  to_name: Generated<string>;
  to_address: string;
  subject: string;
  body: string;
  message_id_header: string;
  in_reply_to: Generated<string>;
  refs: Generated<string[]>;
  in_response_to: Nullable<string>;
  response: Nullable<string>;
  proof: Nullable<string>;
  created_at: Date;
  updated_at: Date;
  sent_at: Nullable<Date>;
  asked: Generated<string[]>; // messages whose clock ran when a person wrote it
  /** One that had failed: when a person had it sent again, and its clocks stopped anew. */
  answered_at: Nullable<Date>;
  /** It left and came back (a bounce): nobody was told by it. */
  returned_at: Nullable<Date>;
}
/** Keys are unqualified; `store/database.ts` adds the schema name to each. */
export interface Schema extends OverflowTables, WorkTables, WaveTables, BotTables {
  rulebook: RulebookTable;
  rulebook_active: RulebookActiveTable;
  rulebook_history: RulebookHistoryTable;
  rulebook_simulation: RulebookSimulationTable;
  rulebook_proposal: RulebookProposalTable;
  model: ModelTable;
  model_active: ModelActiveTable;
  lease: LeaseTable;
  mailbox: MailboxTable;
  folder_cursor: FolderCursorTable;
  raw_mail: RawMailTable;
  raw_chunk: RawChunkTable;
  sender: SenderTable;
  conversation: ConversationTable;
  message: MessageTable;
  ledger: LedgerTable;
  quarantine: QuarantineTable;
  decision: DecisionTable;
  event: EventTable;
  request: RequestTable;
  delivery: DeliveryTable;
  agent: AgentTable;
  agent_identity: AgentIdentityTable;
  session: SessionTable;
  sign_in_flow: SignInFlowTable;
  login_attempt: LoginAttemptTable;
  idempotency: IdempotencyTable;
  draft: DraftTable;
  audit: AuditTable;
  audit_seal: AuditSealTable;
  audit_unsealed: AuditUnsealedTable;
}
