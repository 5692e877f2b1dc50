import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { count, percent } from '../words/words.ts';
import type { Report } from './types.ts';

interface Props {
  readonly from: string;
  readonly to: string;
  readonly title: string;
}

/** The published share of December 2021 that every other is held against (domain §1). */
export const REFERENCE_SHARE = 0.719;

/** The share in time on both clocks, beside 71,9 %: handled, and the stricter share of those who got a written reply. */
export function Shares({ from, to, title }: Props) {
  const period = `/api/report?from=${from}&to=${to}`;
  const elapsed = useLoad<Report>(`${period}&clock=elapsed`);
  const working = useLoad<Report>(`${period}&clock=working`);
  return (
    <section aria-label={title}>
      <Problem of={elapsed.error ?? working.error} />
      <dl class="tiles">
        <Share label={`${title} (heures écoulées)`} report={elapsed.data} />
        <Share label={`${title} (jours ouvrés)`} report={working.data} />
        <div class="tile">
          <dt>Repère publié</dt>
          <dd>
            <strong>{percent(REFERENCE_SHARE)}</strong>
          </dd>
        </div>
        {elapsed.data?.target !== undefined && (
          <div class="tile">
            <dt>Cible du site</dt>
            <dd>
              <strong>{percent(elapsed.data.target)}</strong>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Share({ label, report }: { readonly label: string; readonly report: Report | undefined }) {
  const share = report?.share ?? null;
  const gap = share === null ? null : (share - REFERENCE_SHARE) * 100;
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
        {report !== undefined && (
          <span class="tile-note">
            {share === null ? whyNone(report) : `répondus : ${percent(report.replied_share)}`}
          </span>
        )}
      </dd>
    </div>
  );
}

/** A dash alone puzzles: why there is no share yet. */
function whyNone({ received, open_not_due }: Report): string {
  if (received === 0) return 'Rien de reçu sur ces jours.';
  return open_not_due === 0
    ? 'Tout a été transmis à d’autres organismes : rien n’entre dans la part.'
    : `Rien n’est dû encore : ${count(open_not_due, 'demande ouverte', 'demandes ouvertes')}, dans le délai.`;
}
