import type { ColumnType, Generated } from 'kysely';

/** Rules, models and leases: what the pipeline runs on. See schema.ts for the conventions. */
type Json<T> = ColumnType<T, string, string>;

export interface RulebookTable {
  digest: string;
  files: Json<Record<string, string>>;
  created_at: Date;
  created_by: string;
}
export interface RulebookActiveTable {
  one: Generated<boolean>;
  digest: string;
  rev: number;
  activated_at: Date;
}
export interface RulebookHistoryTable {
  id: string;
  digest: string;
  activated_at: Date;
  activated_by: string;
}
export interface ModelTable {
  digest: string;
  kind: string;
  corpus_digest: string;
  corrections: Generated<number>;
  figures: ColumnType<unknown, string | null | undefined, string | null>;
  created_at: Date;
  created_by: string;
  bytes: ColumnType<Uint8Array, Uint8Array, never>;
}
export interface ModelActiveTable {
  one: Generated<boolean>;
  digest: string;
  rev: number;
  activated_at: Date;
  activated_by: string;
}
export interface LeaseTable {
  name: string;
  holder: string;
  token: number;
  expires_at: Date;
}
