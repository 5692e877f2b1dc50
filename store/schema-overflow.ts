import type { ColumnType, Generated } from 'kysely';

/** Overflow contracts at work: counters, states, stops, passes, answers read again. See schema.ts for the conventions. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;
type Written = ColumnType<unknown, string, never>;

export interface QueueDayTable {
  queue: string;
  day: string;
  arrivals: Generated<number>;
  handed: Generated<number>;
  passing: Generated<number>;
}

export interface OverflowStateTable {
  pool: string;
  policy: string;
  active: boolean;
  changed_at: Date;
}

/** Why a contract was stopped; `silent` is the machine's own. */
export type StopReason =
  'quality' | 'convention' | 'pool_closed' | 'pool_overloaded' | 'enough_capacity' | 'incident' | 'other' | 'silent';

export interface OverflowStopTable {
  pool: string;
  reason: StopReason;
  call_back: Generated<boolean>;
  stopped_by: Nullable<string>;
  stopped_at: Date;
  until: Nullable<Date>;
}

export interface OverflowPassTable {
  id: string;
  at: Date;
  kind: 'rebalance' | 'recall';
  queue: string;
  rulebook_digest: string;
  engine: string;
  given: Written;
  moved: Written;
}

export type Verdict = 'good' | 'to_improve' | 'wrong';

export interface PoolAnswerTable {
  message_id: string;
  conversation_id: string;
  pool: string;
  answered_at: Date;
  sampled: boolean;
  verdict: Nullable<Verdict>;
  read_by: Nullable<string>;
  read_at: Nullable<Date>;
}

/** The tables of this file, as store/schema.ts takes them in. */
export interface OverflowTables {
  queue_day: QueueDayTable;
  overflow_state: OverflowStateTable;
  overflow_stop: OverflowStopTable;
  overflow_pass: OverflowPassTable;
  pool_answer: PoolAnswerTable;
}
