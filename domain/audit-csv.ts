import { auditKind } from './audit-kinds.ts';
import { writeCsv } from './csv.ts';
import { BOM } from './report-csv.ts';

/** One row of the audit trail, as it is shown and exported. */
export interface TrailLine {
  readonly seq: number;
  readonly at: Date;
  /** Account of who acted; null for the machine. */
  readonly person: string | null;
  readonly name: string | null;
  readonly action: string;
  readonly subject: string;
  /** Of the conversation the subject is, or whose message it is. */
  readonly ref: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sealed: boolean;
}

/** The trail as a French spreadsheet opens it: the columns of the database, the name and the reference beside the ids. */
export function trailCsv(rows: readonly TrailLine[]): string {
  const head = ['seq', 'at', 'actor', 'name', 'kind', 'action', 'subject', 'reference', 'data', 'sealed'];
  return (
    BOM +
    writeCsv([
      head,
      ...rows.map(({ seq, at, person, name, action, subject, ref, data, sealed }) => [
        String(seq),
        at.toISOString(),
        person ?? 'system',
        name ?? '',
        auditKind(action),
        action,
        subject,
        ref ?? '',
        JSON.stringify(data),
        sealed ? '1' : '0',
      ]),
    ])
  );
}
