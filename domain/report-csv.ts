import { writeCsv } from './csv.ts';
import type { Confirmed, Figure, FigureNumbers } from './figure.ts';

/** What the lines of a report have in common; see store/report.ts. */
export interface ReportHead {
  readonly as_of: string;
  readonly from: string;
  readonly to: string;
  readonly clock: string;
  readonly known: string;
  readonly by?: string;
}

/** In the order of docs/figure.md, which says what each is. */
export const CSV_COLUMNS = [
  'received',
  'handled',
  'answered',
  'answered_in_time',
  'handled_late',
  'share',
  'replied_in_time',
  'replied_share',
  'median_hours',
  'p90_hours',
  'oldest_open_hours',
  'open_late',
  'open_not_due',
  'never_read',
  'no_answer_needed',
  'call_conclusive',
  'answered_with_other',
  'closed_without_answer',
  'redirected',
  'transferred',
  'handed',
  'recalled',
  'repeat_base',
  'repeated_7d',
  'repeat_share',
  'pieces',
  'pieces_in_time',
  'pieces_repeat_base',
  'pieces_repeated_7d',
  'account',
  'account_in_time',
  'account_repeat_base',
  'account_repeated_7d',
  'legal',
  'legal_running',
  'legal_passed',
] as const satisfies readonly (keyof FigureNumbers)[];
const PROVISIONAL = 'provisional';
/** Two more where motifs are told: how many of them a person gave. */
const MOTIF_COLUMNS = ['confirmed', 'confirmed_share'] as const satisfies readonly (keyof Confirmed)[];

/** Without this mark French Excel reads UTF-8 as Windows-1252. */
export const BOM = '\uFEFF';

/**
 * The report as a French spreadsheet opens it by a double click: byte-order mark, semicolons, decimal commas, CRLF; one
 * line for each group, then one for the whole, whose group cell is `*`. A provisional motif has a line below its parent,
 * where it is counted; its `by` cell keeps it out of sums. Nothing in it can start a formula.
 */
export function reportCsv(report: ReportHead & Figure): string {
  const columns = [...CSV_COLUMNS, ...(report.by === 'motif' ? MOTIF_COLUMNS : [])];
  const head = ['as_of', 'from', 'to', 'clock', 'known', 'by', 'group', ...columns];
  const { as_of, from, to, clock, known } = report;
  const line = (group: string, numbers: FigureNumbers & Confirmed, by: string = report.by ?? ''): string[] => [
    ...[as_of, from, to, clock, known, by, group],
    ...columns.map((column) => decimal(numbers[column] ?? null)),
  ];
  const groups = (report.groups ?? []).flatMap((group) => [
    line(group.key ?? '', group),
    ...(group.provisional ?? []).map((inside) => line(inside.key ?? '', inside, PROVISIONAL)),
  ]);
  return BOM + writeCsv([head, ...groups, line('*', report)]);
}

/** A number as a French spreadsheet reads it; nothing where there is none. */
export function decimal(value: number | null): string {
  return value === null ? '' : String(value).replace('.', ',');
}
