import { useLoad, useNow } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { age, moment } from '../words/time.ts';

interface Own {
  readonly label: string;
  readonly open: boolean;
  readonly daily_quota: number;
  readonly handed_today: number;
  readonly quota_left: number;
  readonly motifs: readonly { readonly id: string; readonly label: string }[];
  readonly stopped: { readonly until: string | null } | null;
  readonly waiting: number;
  readonly held: number;
  readonly oldest_at: string | null;
  readonly recalled: readonly { readonly reason: string; readonly label: string; readonly count: number }[];
  readonly sample: {
    readonly sampled: number;
    readonly good: number;
    readonly to_improve: number;
    readonly wrong: number;
  };
}

const EVERY_MS = 30_000;

/** What a partner team reads of its own contract. */
export function OwnContract() {
  const { data, error } = useLoad<Own>('/api/overflow/mine', EVERY_MS);
  const now = useNow(EVERY_MS);
  return (
    <section class="card" aria-labelledby="contrat">
      <h2 id="contrat">{data?.label ?? 'Notre contrat'}</h2>
      <Problem of={error} />
      {data !== undefined && (
        <>
          {data.stopped !== null && (
            <p class="notice-line">
              Les envois sont arrêtés{data.stopped.until !== null && ` jusqu’au ${moment(data.stopped.until)}`}.
            </p>
          )}
          <label class="quota">
            Confiées aujourd’hui : {data.handed_today} sur {data.daily_quota}, reste {data.quota_left}
            <meter min={0} max={Math.max(1, data.daily_quota)} value={data.handed_today} />
          </label>
          <p>
            {data.waiting} en attente, {data.held} en cours, la plus ancienne {age(data.oldest_at, now)}.
          </p>
          <p class="quiet">Motifs : {data.motifs.map(({ label }) => label).join(' ; ')}.</p>
          {data.recalled.length > 0 && (
            <>
              <h3>Reparties depuis 7 jours</h3>
              <ul>
                {data.recalled.map((row) => (
                  <li key={row.reason}>
                    {row.label} : {row.count}
                  </li>
                ))}
              </ul>
            </>
          )}
          {data.sample.sampled > 0 && (
            <p>
              Relues : {data.sample.good} bonnes, {data.sample.to_improve} à améliorer, {data.sample.wrong} fausses.
            </p>
          )}
        </>
      )}
    </section>
  );
}
