import type { ReviewNumbers } from '../../../domain/review-figures.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { count, percent } from '../words/words.ts';
import { PartTable } from './part-table.tsx';

type Numbers = ReviewNumbers;
interface Metrics extends Numbers {
  readonly by_motif: readonly (Numbers & { readonly key: string | null })[];
}

/** Transfers that were proposed, and those spared the pôle. */
export function Transfers({ from, to }: { readonly from: string; readonly to: string }) {
  const { data, error } = useLoad<Metrics>(`/api/reviews/metrics?from=${from}&to=${to}`);
  const names = useNames();
  return (
    <section aria-labelledby="transferts">
      <h2 id="transferts">Transferts</h2>
      <Problem of={error} />
      {data?.proposed === 0 && <p>Aucun transfert demandé sur ces jours.</p>}
      {data !== undefined && data.proposed > 0 && (
        <>
          <p>
            {count(data.proposed, 'transfert demandé', 'transferts demandés')}, {percent(data.avoided_share)} évités ou
            remplacés par une échéance, {data.refused} refusés par un pôle.
          </p>
          <PartTable
            label="Transferts par motif"
            head={['Motif', 'Demandés', 'Accordés', 'Rendus', 'Évités', 'Échéance à la place', 'Refusés par le pôle']}
            rows={data.by_motif.map((row) => ({
              key: row.key ?? '',
              cells: [
                names.motif(row.key),
                ...(['proposed', 'approved', 'returned', 'avoided', 'replaced_by_task', 'refused'] as const).map(
                  (name) => row[name],
                ),
              ],
            }))}
          />
        </>
      )}
    </section>
  );
}
