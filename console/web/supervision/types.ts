/** What the supervision pages read; the shapes of console/routes, as far as they are shown. */
import type { z } from 'zod';
import type { ReferenceLine, Regime } from '../../../domain/figure-terms.ts';
import type * as shapes from '../../routes/report-schema.ts';

export type Outlook = z.infer<typeof shapes.outlook>;
export type ToReread = z.infer<typeof shapes.reread>;

export interface OrderRow {
  readonly queue: string;
  readonly label: string;
  readonly waiting: Readonly<Record<'p0' | 'p1' | 'legal' | 'aged' | 'stock' | 'flux' | 'unclocked', number>>;
  readonly share: number | null;
  readonly p90_hours: number | null;
  readonly oldest_hours: number | null;
}

export interface Order {
  readonly legal_days: number;
  readonly stock_share: number;
  readonly age_max_hours: number;
  readonly queues: readonly OrderRow[];
  readonly p1: { readonly short_by: number } | null;
}

export interface Figure {
  readonly received: number;
  readonly handled: number;
  readonly answered: number;
  readonly answered_in_time: number;
  readonly share: number | null;
  readonly replied_share: number | null;
  readonly median_hours: number | null;
  readonly p90_hours: number | null;
  readonly open_late: number;
  readonly open_not_due: number;
  readonly closed_without_answer: number;
}

export interface Report extends Figure {
  readonly as_of: string;
  readonly groups?: readonly (Figure & { readonly key: string | null })[];
  readonly references?: readonly ReferenceLine[];
  readonly regimes?: readonly Regime[];
  /** What the site aims at, when figure.yaml says so. */
  readonly target?: number;
}

export interface Pool {
  readonly pool: string;
  readonly label: string;
  readonly from: string;
  readonly enabled: boolean;
  readonly open: boolean;
  readonly daily_quota: number;
  readonly handed_today: number;
  readonly quota_left: number;
  readonly max_share: number;
  readonly share_used: number | null;
  readonly backlog: number;
  readonly oldest_at: string | null;
  readonly work_hours: number | null;
  readonly recall_hours: number | null;
  readonly now: { readonly code: string; readonly why: string };
  readonly stopped: { readonly reason: string; readonly stopped_at: string; readonly until: string | null } | null;
  readonly recent: readonly {
    readonly what: 'handed' | 'recalled';
    readonly code: string;
    readonly why: string | null;
    readonly at: string;
    readonly count: number;
  }[];
}

export interface MailboxRow {
  readonly id: string;
  readonly label: string;
  readonly address: string;
  readonly mode: 'observe' | 'live';
  readonly last_synced_at: string | null;
  readonly lag_ms: number | null;
  readonly last_error: string | null;
}
