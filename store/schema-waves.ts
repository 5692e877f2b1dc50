import type { ColumnType, Generated } from 'kysely';
import type { WaveSignature } from '../classifiers/topics/waves.ts';
import type { WaveStatus } from '../domain/wave/life.ts';

/** Waves and group replies. See schema.ts for the conventions. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface WaveTable {
  id: string;
  status: WaveStatus;
  words: string[];
  signature: ColumnType<WaveSignature, string, never>;
  people: number;
  usual: number;
  since: Date;
  found_at: Date;
  gathered_to: Date;
  gathered_id: string;
  label: Nullable<string>;
  ends_at: Nullable<Date>;
  template: Nullable<string>;
  sentence: Nullable<string>;
  bot_answer: Nullable<string>;
  motif: Nullable<string>;
  phrases: Generated<string[]>;
  decided_by: Nullable<string>;
  decided_at: Nullable<Date>;
  reason: Nullable<string>;
  ended_by: Nullable<string>;
  ended_at: Nullable<Date>;
}

export interface WaveMemberTable {
  wave_id: string;
  conversation_id: string;
  message_id: string;
  similarity: number;
  /** By the search itself, by a look at earlier mail afterwards, or on arrival. */
  how: 'found' | 'gathered' | 'joined';
  added_at: Date;
}

export interface WaveScanTable {
  one: Generated<boolean>;
  scanned_at: Date;
  mails: Generated<number>;
  share: Generated<number>;
  found: Generated<number>;
}

export interface GroupReplyTable {
  id: string;
  wave_id: string;
  agent_id: string;
  digest: string;
  template: string;
  subject: string;
  body: string;
  motif: Nullable<string>;
  similarity_min: number;
  undo_ms: number;
  approved_at: Date;
  finished_at: Nullable<Date>;
}

export interface GroupReplyItemTable {
  group_id: string;
  n: number;
  conversation_id: string;
  message_id: string;
  status: 'pending' | 'sent' | 'skipped';
  reason: Nullable<string>;
  delivery_id: Nullable<string>;
  done_at: Nullable<Date>;
}

/** The tables of this file, as store/schema.ts takes them in. */
export interface WaveTables {
  wave: WaveTable;
  wave_member: WaveMemberTable;
  wave_scan: WaveScanTable;
  group_reply: GroupReplyTable;
  group_reply_item: GroupReplyItemTable;
}
