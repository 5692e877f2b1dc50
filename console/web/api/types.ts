/** What the API answers, from its own schemas: a change there that breaks a page does not compile. */
import type { z } from 'zod';
import type { Finding } from '../../../domain/linter.ts';
import type { asideRow, listed, series } from '../../routes/schemas.ts';
import type * as parts from '../../routes/thread-schema.ts';

export type Thread = parts.ThreadView;
export type Message = z.infer<typeof parts.message>;
export type Attachment = z.infer<typeof parts.attachment>;
export type Clock = z.infer<typeof parts.clock>;
export type Evidence = z.infer<typeof parts.evidence>;
export type Delivery = z.infer<typeof parts.delivery>;
export type Template = z.infer<typeof parts.template>;
export type Task = z.infer<typeof parts.task>;
export type Listed = z.infer<typeof listed>;
export type AsideRow = z.infer<typeof asideRow>;
export type Series = z.infer<typeof series>;
export type { Finding };

export type Role = 'agent' | 'referent' | 'supervisor' | 'partner' | 'administrator' | 'auditor';

export interface Me {
  readonly id: string;
  readonly login: string;
  readonly display_name: string;
  readonly role: Role;
  readonly queues: readonly string[];
  readonly pool: string | null;
}

export interface QueueRow {
  readonly queue: string;
  readonly label: string;
  readonly kind: string;
  readonly queued: number;
  readonly assigned: number;
  readonly waiting: number;
  readonly oldest_at: string | null;
  readonly late: number;
  readonly mine: boolean;
}

export interface MotifRow {
  readonly id: string;
  readonly label: string;
  readonly level: 'n1' | 'expert';
  readonly pole: string;
  readonly provisional: { readonly parent: string; readonly why: string; readonly until: string | null } | null;
}

export interface FlagRow {
  readonly id: string;
  readonly label: string;
  readonly level: string;
}

export interface AlertRow {
  readonly id: string;
  readonly conversation: string;
  readonly ref: string;
  readonly flag: string;
  readonly raised_at: string;
  readonly next_at: string | null;
  readonly called: readonly { readonly id: string; readonly name: string | null }[];
  readonly mine: boolean;
  readonly acked_at: string | null;
  readonly acked_by: { readonly id: string; readonly name: string | null } | null;
}
