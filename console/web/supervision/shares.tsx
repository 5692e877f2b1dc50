import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { percent } from '../words/words.ts';
import type { Report } from './types.ts';

interface Props {
  readonly from: string;
  readonly to: string;
  readonly title: string;
}

/** The published share of December 2021 that every other is held against (domain §1). */
export const REFERENCE_SHARE = 0.719;

/** The share in time on both clocks, beside 71,9 %. */
export function Shares({ from, to, title }: Props) {
  const period = `/api/report?from=${from}&to=${to}`;
  const elapsed = useLoad<Report>(`${period}&clock=elapsed`);
  const working = useLoad<Report>(`${period}&clock=working`);
  return (
    <section aria-label={title}>
      <Problem of={elapsed.error ?? working.error} />
      <dl class="tiles">
        <Share label={`${title} (heures écoulées)`} share={elapsed.data?.share} />
        <Share label={`${title} (jours ouvrés)`} share={working.data?.share} />
        <div class="tile">
          <dt>Repère publié</dt>
          <dd>
            <strong>{percent(REFERENCE_SHARE)}</strong>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Share({ label, share }: { readonly label: string; readonly share: number | null | undefined }) {
  const gap = share == null ? null : (share - REFERENCE_SHARE) * 100;
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <strong>{percent(share)}</strong>{' '}
        {gap !== null && (
          <span class={gap < 0 ? 'late' : 'good'}>
            {gap < 0 ? '−' : '+'}
            {Math.abs(gap).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} points
          </span>
        )}
      </dd>
    </div>
  );
}
