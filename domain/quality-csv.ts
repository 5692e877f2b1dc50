import { writeCsv } from './csv.ts';
import type { Quality } from './quality.ts';
import { BOM, decimal } from './report-csv.ts';
import type { ReviewNumbers } from './review-figures.ts';

/**
 * The quality of some days as a French spreadsheet opens it, one number a line: `part`, `key`, `other`, `count`, `base`,
 * `share`; docs/figure.md says what each is. Ids of the rules, never a person.
 * @param transfers left out where the days are too many to follow every review
 */
export function qualityCsv(
  days: { readonly from: string; readonly to: string },
  quality: Quality,
  transfers?: ReviewNumbers,
): string {
  const lines: string[][] = [];
  const add = (part: string, key: string, other: string, count: number, base: number | null = null): void => {
    const share = base === null || base === 0 ? null : count / base;
    lines.push([days.from, days.to, part, key, other, String(count), decimal(base), decimal(share)]);
  };
  const { mails, abstained, triaged, motifs, levels } = quality;
  add('machine', 'mails', '', mails);
  add('machine', 'abstained', '', abstained, mails);
  add('machine', 'human-triage', '', triaged, mails);
  for (const [key, of] of [
    ['all', motifs] as const,
    ['sure', motifs.sure] as const,
    ['unsure', motifs.unsure] as const,
  ])
    add('motif', key, 'confirmed', of.confirmed, of.judged);
  for (const { guessed, given, n, of } of quality.pairs) add('confusion', guessed ?? '', given, n, of);
  add('level', 'n1', 'expert', levels.n1_to_expert, levels.n1);
  add('level', 'expert', 'n1', levels.expert_to_n1, levels.expert);
  for (const { flag, raised, kept, removed, missed } of quality.flags) {
    add('flag', flag, 'kept', kept, raised);
    add('flag', flag, 'removed', removed, raised);
    add('flag', flag, 'missed', missed);
  }
  for (const name of TRANSFERS)
    if (transfers !== undefined) add('transfer', name, '', transfers[name], transfers.proposed);
  for (const { motif, again, base } of quality.repeats) add('repeat-7d', motif ?? '', '', again, base);
  for (const { source, team, drawn, read, findings } of quality.read_again) {
    add(`read-again-${source}`, team ?? '', 'read', read, drawn);
    for (const [finding, n] of Object.entries(findings)) add(`read-again-${source}`, team ?? '', finding, n, read);
  }
  return BOM + writeCsv([['from', 'to', 'part', 'key', 'other', 'count', 'base', 'share'], ...lines]);
}

const TRANSFERS = ['proposed', 'approved', 'returned', 'avoided', 'replaced_by_task', 'refused'] as const;
