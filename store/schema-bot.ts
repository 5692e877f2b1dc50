import type { ColumnType, Generated } from 'kysely';
import type { BotState } from '../domain/bot/state.ts';

/** Talks with the bot (docs/bot.md). See schema.ts for the conventions. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What the portal knows of the member from the account. */
export interface BotMember {
  readonly name?: string | undefined;
  /** With its key, separators dropped. */
  readonly nir?: string | undefined;
}

export interface BotConversationTable {
  id: string;
  portal: string;
  /** The portal's own name of the account: where the adviser's answer goes. */
  account: string;
  member: ColumnType<BotMember, string, never>;
  mode: 'embedded' | 'external';
  state: ColumnType<BotState, string, string>;
  /** Of the state, to be found by: idle talks, answers that did not come. */
  status: BotState['status'];
  last_activity_at: Date;
  answer_due_at: Nullable<Date>;
  entries: Generated<number>;
  /** The message the hand-over became, and the desk's conversation once it was triaged. */
  handover_message: Nullable<string>;
  conversation_id: Nullable<string>;
  created_at: Date;
}

/** What a portal asked: one entry a request, in the order it was taken in. */
export type BotEntry = 'start' | 'turn' | 'answer' | 'accept' | 'decline' | 'close';

export interface BotTurnTable {
  id: string;
  bot_conversation_id: string;
  n: number;
  what: BotEntry;
  /** The member's turn, from 1; of an `answer` the turn it answers; 0 for the others. */
  turn: number;
  at: Date;
  text: Generated<string>;
  button: Nullable<string>;
  kind: Nullable<string>;
  motif: Nullable<string>;
  reply: Nullable<string>;
  /** What was written after the hand-over is a message to the adviser. */
  message_id: Nullable<string>;
  portal: string;
  idem_key: string;
  request_hash: Uint8Array;
  /** The answer as it left, byte for byte. */
  answer: string;
}

export interface BotKeyTable {
  id: string;
  portal: string;
  tokens: number;
  refilled_at: Date;
}

export interface BotNonceTable {
  key_id: string;
  nonce: string;
  expires_at: Date;
}

export interface BotTables {
  bot_conversation: BotConversationTable;
  bot_turn: BotTurnTable;
  bot_key: BotKeyTable;
  bot_nonce: BotNonceTable;
}
