import type { ColumnType, Generated } from 'kysely';
import type { ConversationStatus, ReplyType } from '../domain/conversation.ts';
import type { JoinReason } from '../domain/joining.ts';
import type { Call } from '../domain/rota.ts';
import type { Channel, Half } from '../domain/presence.ts';
import type { Verdict } from './schema-overflow.ts';

/** The desk's day: order of work, presence, reviews, alerts. See schema.ts for the conventions. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface OrderDayTable {
  queue: string;
  day: string;
  stock: Generated<number>;
  flux: Generated<number>;
}

export interface PresenceTable {
  agent_id: string;
  day: string;
  half: Half;
  channel: Channel;
  skills: Nullable<string[]>;
  set_by: string;
  set_at: Date;
}

export interface SiteClosureTable {
  calendar: string;
  day: string;
  half: Half;
  set_by: string;
  set_at: Date;
}

/** Who asked for a transfer: a decision, an agent, or a pôle that gave it back. */
export type ReviewOrigin = 'machine' | 'agent' | 'refusal';
/** `moved`: it left the review by another way, e.g. an urgent mark. */
export type ReviewOutcome = 'approved' | 'returned' | 'remotived' | 'timed_out' | 'moved';

export interface ReviewTable {
  id: string;
  seq: Generated<number>;
  conversation_id: string;
  queue: string;
  wanted: string;
  origin: ReviewOrigin;
  rule: string;
  motif: Nullable<string>;
  opened_at: Date;
  declined_by: Generated<string[]>;
  outcome: Nullable<ReviewOutcome>;
  reason: Nullable<string>;
  hint: Nullable<string>;
  decided_by: Nullable<string>;
  decided_at: Nullable<Date>;
  pole_answer: Nullable<'accepted' | 'refused'>;
  pole_reason: Nullable<string>;
  pole_by: Nullable<string>;
  pole_at: Nullable<Date>;
}

export type SampleVerdict = 'right' | 'wrong_queue' | 'wrong_motif';

export interface DirectSampleTable {
  message_id: string;
  conversation_id: string;
  queue: string;
  rule: string;
  motif: Nullable<string>;
  sampled_at: Date;
  verdict: Nullable<SampleVerdict>;
  read_by: Nullable<string>;
  read_at: Nullable<Date>;
}

/** What became of a newcomer's reply: as written, changed, given back, taken back, or the conversation went on without it. */
export type ReadingOutcome = 'sent' | 'edited' | 'returned' | 'withdrawn' | 'overtaken';

export interface ReplyReadingTable {
  id: string;
  conversation_id: string;
  author: string;
  answered: string;
  reply_type: ReplyType;
  subject: Nullable<string>;
  body: string;
  template: Nullable<string>;
  pieces_due_on: Nullable<string>;
  held_at: Date;
  late_at: Nullable<Date>;
  outcome: Nullable<ReadingOutcome>;
  remark: Nullable<string>;
  sent_body: Nullable<string>;
  read_by: Nullable<string>;
  ended_at: Nullable<Date>;
  message_id: Nullable<string>;
  delivery_id: Nullable<string>;
}

export interface ReplySampleTable {
  message_id: string;
  conversation_id: string;
  queue: string;
  motif: Nullable<string>;
  answered_at: Date;
  verdict: Nullable<Verdict>;
  read_by: Nullable<string>;
  read_at: Nullable<Date>;
}

export interface AlertTable {
  id: string;
  conversation_id: string;
  message_id: Nullable<string>;
  flag: string;
  raised_at: Date;
  line: ColumnType<readonly (readonly Call[])[], string, never>;
  step: Generated<number>;
  next_at: Nullable<Date>;
  acked_at: Nullable<Date>;
  acked_by: Nullable<string>;
  how: Nullable<'acknowledged' | 'taken' | 'answered'>;
}

export interface AlertRingTable {
  alert_id: string;
  step: number;
  rung_at: Date;
  called: string[];
  mails: Generated<number>;
}

export interface TaskTable {
  id: string;
  conversation_id: string;
  pole: string;
  action: string;
  due_on: string;
  owner: Nullable<string>;
  status: Generated<'open' | 'done'>;
  created_by: Nullable<string>;
  created_at: Date;
  done_at: Nullable<Date>;
  done_by: Nullable<string>;
  notice_delivery: Nullable<string>;
}

export interface ConversationJoinTable {
  id: string;
  kept: string;
  joined: string;
  reason: Nullable<JoinReason>;
  status: ConversationStatus;
  messages: string[];
  tasks: string[];
  joined_by: string;
  joined_at: Date;
  undone_by: Nullable<string>;
  undone_at: Nullable<Date>;
}

export interface DeskSeriesTable {
  id: string;
  agent_id: string;
  queue: string;
  motif: string;
  started_at: Date;
  ended_at: Nullable<Date>;
}

export interface DeskSeriesItemTable {
  series_id: string;
  n: number;
  conversation_id: string;
}

/** The tables of this file, as store/schema.ts takes them in. */
export interface WorkTables {
  order_day: OrderDayTable;
  presence: PresenceTable;
  site_closure: SiteClosureTable;
  review: ReviewTable;
  direct_sample: DirectSampleTable;
  reply_reading: ReplyReadingTable;
  reply_sample: ReplySampleTable;
  alert: AlertTable;
  alert_ring: AlertRingTable;
  task: TaskTable;
  desk_series: DeskSeriesTable;
  desk_series_item: DeskSeriesItemTable;
  conversation_join: ConversationJoinTable;
}
