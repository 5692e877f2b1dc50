import type { UnsettledAnswer } from '../../routes/replies.ts';
import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { moment } from '../words/time.ts';
import { count, DELIVERY_KINDS, deliveryLabel } from '../words/words.ts';

const EVERY_MS = 20_000;
const LEAST_MS = 5_000;

/** Replies and notices that did not arrive, for those who may settle them; nothing on the page while there are none. */
export function Unsettled() {
  const settles = useCell(me)?.role === 'supervisor';
  const { data, error } = useLoad<UnsettledAnswer>(
    settles ? '/api/deliveries/unsettled' : null,
    EVERY_MS,
    ({ kinds }) => kinds.includes('delivery'),
    LEAST_MS,
  );
  if (error !== undefined) return <Problem of={error} />;
  if (data === undefined || data.total === 0) return null;
  const more = data.total - data.deliveries.length;
  return (
    <section class="card" aria-labelledby="direct-envois">
      <h2 id="direct-envois">Envois à vérifier : {data.total.toLocaleString('fr-FR')}</h2>
      <ul>
        {data.deliveries.map(({ id, conversation, ref, kind, status, since }) => (
          <li key={id}>
            <a href={hrefOf('conversation', conversation)}>{ref}</a> : {(DELIVERY_KINDS[kind] ?? kind).toLowerCase()},{' '}
            {deliveryLabel(status, kind)} <span class="quiet">{moment(since)}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p>Et {count(more, 'autre plus récent', 'autres plus récents')}.</p>}
    </section>
  );
}
