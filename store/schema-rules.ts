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
  rev: number;
  how: ActivatedHow;
  from_digest: string | null;
  simulation: string | null;
  reason: Generated<string>;
}
/** `seed`: an empty database took the folder's set; `auto`: CONFIG_AUTOAPPLY; the others are acts of a person. */
export type ActivatedHow = 'seed' | 'auto' | 'apply' | 'rollback';
export interface RulebookSimulationTable {
  id: string;
  digest: string;
  baseline: string;
  model_digest: string;
  simulated_at: Date;
  simulated_by: string;
  mails: number;
  moved: number;
}
export interface RulebookProposalTable {
  id: string;
  digest: string;
  source: 'folder' | 'console';
  outcome: 'candidate' | 'refused';
  problems: Json<string[]>;
  gone: string[];
  proposed_at: Date;
  proposed_by: string;
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
