import type { ColumnType, Generated } from 'kysely';

/** People, sessions and audit: the part of the schema that no mail ever touches. See schema.ts for the conventions. */
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

type Json<T> = ColumnType<T, string, string>;
export type Role = 'agent' | 'referent' | 'supervisor' | 'partner' | 'administrator' | 'auditor';
export interface AgentTable {
  id: string;
  login: string;
  display_name: string;
  role: Role;
  queues: Generated<string[]>;
  pool: Nullable<string>;
  password_hash: string;
  disabled: Generated<boolean>;
  skills: Generated<string[]>;
  replies_to_read: Generated<number>;
  created_at: Date;
}
export interface SessionTable {
  id_hash: Bytes;
  agent_id: string;
  csrf_hash: Bytes;
  via: Generated<SignInWay>;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}
/** How a session was opened: with a password kept here, or by the site's OpenID provider. */
export type SignInWay = 'local' | 'oidc';
export interface AgentIdentityTable {
  issuer: string;
  subject: string;
  agent_id: string;
  created_at: Date;
}
export interface SignInFlowTable {
  id_hash: Bytes;
  place: string;
  old_session: Nullable<Uint8Array>;
  expires_at: Date;
}
export interface LoginAttemptTable {
  login: string;
  at: Date;
  ok: boolean;
}
export interface IdempotencyTable {
  agent_id: string;
  key: string;
  conversation_id: string;
  request_hash: Bytes;
  answer: Json<unknown>;
  created_at: Date;
}
/** What somebody is writing and has not sent. */
export interface DraftTable {
  conversation_id: string;
  agent_id: string;
  reply_type: string;
  subject: string | null;
  body: string;
  template: string | null;
  updated_at: Date;
  rev: Generated<string>;
}
export interface AuditTable {
  seq: Generated<number>;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  data: ColumnType<Record<string, unknown>, string | undefined, never>;
}
export interface AuditSealTable {
  /** Place in the chain, without gaps. */
  seq: number;
  /** The row it seals. */
  event: number;
  digest: Bytes;
  prev: Bytes;
  hash: Bytes;
}
/** Rows that wait for their seal; written by a trigger. */
export interface AuditUnsealedTable {
  event: number;
}
