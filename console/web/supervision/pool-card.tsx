import { STOP_LABELS } from '../../../domain/stop-labels.ts';
import { useNow } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { hrefOf } from '../shell/router.ts';
import { age, hours, moment } from '../words/time.ts';
import { percent } from '../words/words.ts';
import type { Pool } from './types.ts';

interface Props {
  readonly pool: Pool;
  readonly may_stop: boolean;
  readonly onStop: () => void;
  readonly onResume: () => void;
}

const MINUTE_MS = 60_000;

export function PoolCard({ pool, may_stop, onStop, onResume }: Props) {
  const now = useNow(MINUTE_MS);
  const names = useNames();
  const id = `pool-${pool.pool}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{pool.label}</h2>
      <p>
        <span class="badge">
          {pool.stopped !== null
            ? 'arrêté'
            : pool.enabled
              ? pool.open
                ? 'ouvert'
                : 'fermé à cette heure'
              : 'désactivé'}
        </span>{' '}
        prend à <a href={hrefOf('files', pool.from)}>{names.queue(pool.from)}</a>
      </p>
      <label class="quota">
        Confiées aujourd’hui : {pool.handed_today} sur {pool.daily_quota}, reste {pool.quota_left}
        <meter min={0} max={Math.max(1, pool.daily_quota)} value={pool.handed_today} />
      </label>
      <dl class="facts">
        <dt>Part des arrivées</dt>
        <dd>
          {percent(pool.share_used)} (au plus {percent(pool.max_share)})
        </dd>
        <dt>En attente là-bas</dt>
        <dd>
          <a href={hrefOf('files', pool.pool)}>{pool.backlog}</a>, la plus ancienne {age(pool.oldest_at, now)}
        </dd>
        <dt>Travail devant eux</dt>
        <dd>
          {pool.work_hours === null ? 'sans fin prévue' : hours(pool.work_hours)}
          {pool.recall_hours !== null && `, rappel au-delà de ${hours(pool.recall_hours)}`}
        </dd>
        <dt>Maintenant</dt>
        <dd>{names.within(pool.now.why)}</dd>
      </dl>
      {pool.recent.length > 0 && (
        <details>
          <summary>Depuis hier</summary>
          <ul>
            {pool.recent.map((one) => (
              <li key={`${one.what} ${one.code}`}>
                {one.what === 'handed' ? 'Confiées' : 'Revenues'} : {one.count} (
                {one.why === null ? one.code : names.within(one.why)}), {moment(one.at)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {pool.stopped !== null && (
        <p class="notice-line">
          Arrêté {moment(pool.stopped.stopped_at)} : {STOP_LABELS[pool.stopped.reason] ?? pool.stopped.reason}
          {pool.stopped.until !== null && `, jusqu’au ${moment(pool.stopped.until)}`}.
        </p>
      )}
      {may_stop &&
        (pool.stopped === null ? (
          <button type="button" class="danger" onClick={onStop}>
            Arrêter<span class="sr"> {pool.label}</span>
          </button>
        ) : (
          <button type="button" onClick={onResume}>
            Reprendre<span class="sr"> {pool.label}</span>
          </button>
        ))}
    </section>
  );
}
