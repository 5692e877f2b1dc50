import type { Listed } from '../api/types.ts';
import { ConversationRow } from '../lists/row.tsx';
import { useCell } from '../shell/cell.ts';
import { useKeys } from '../shell/keys.ts';
import { useLoad, useNow, type Loaded } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { age } from '../words/time.ts';
import { count } from '../words/words.ts';
import { useQueueCounts } from '../lists/queue-counts.ts';
import { OwnAside } from './own-aside.tsx';
import { OwnContract } from './own-contract.tsx';
import { OwnFigures } from './own-figures.tsx';
import { OwnReadings } from './own-readings.tsx';
import { SeriesBar } from './series-bar.tsx';
import { takeNext } from './take.ts';

const EVERY_MS = 15_000;
const HELD = '/api/conversations?holder=me&status=assigned&limit=50';

/** The first page of whoever answers: take what comes next, what I hold, what waits in my queues. */
export function DeskHome() {
  const held: Loaded<{ conversations: Listed[] }> = useLoad(HELD, EVERY_MS, ({ conversations }) =>
    (held.data?.conversations ?? []).some(({ id }) => conversations.includes(id)),
  );
  const queues = useQueueCounts(EVERY_MS);
  const now = useNow(EVERY_MS);
  useKeys('Bureau', [{ key: 'n', label: 'Prendre la suivante', run: () => void takeNext() }]);
  const partner = useCell(me)?.role === 'partner';
  const mine = (queues.data?.queues ?? []).filter((queue) => queue.mine);
  const waiting = mine.reduce((sum, queue) => sum + queue.queued, 0);
  return (
    <>
      <h1>Bureau</h1>
      <Problem of={held.error ?? queues.error} />
      <p class="take">
        <button type="button" class="main big" onClick={() => void takeNext()}>
          Prendre la suivante <kbd>n</kbd>
        </button>
        <span role="status">
          {queues.data === undefined ? '' : `${count(waiting, 'conversation')} en attente dans vos files.`}
        </span>
      </p>
      <section aria-labelledby="mes-conversations">
        <h2 id="mes-conversations">Ce que je traite</h2>
        {held.data?.conversations.length === 0 && <p>Vous ne traitez aucune conversation.</p>}
        <ul class="rows">
          {held.data?.conversations.map((row) => (
            <li key={row.id}>
              <ConversationRow row={row} now={now} />
            </li>
          ))}
        </ul>
      </section>
      {!partner && <SeriesBar like={null} state="bureau" />}
      {!partner && <OwnReadings />}
      {!partner && <OwnAside />}
      {partner && <OwnContract />}
      <section aria-labelledby="mes-files">
        <h2 id="mes-files">Mes files</h2>
        {queues.data !== undefined && mine.length === 0 && (
          <p>Aucune file ne vous est attribuée. Un administrateur peut le faire.</p>
        )}
        {mine.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">En attente</th>
                <th scope="col">Prises</th>
                <th scope="col">En retard</th>
                <th scope="col">Plus ancienne</th>
              </tr>
            </thead>
            <tbody>
              {mine.map((queue) => (
                <tr key={queue.queue}>
                  <th scope="row">{queue.label}</th>
                  <td>{queue.queued}</td>
                  <td>{queue.assigned}</td>
                  <td class={queue.late > 0 ? 'late' : undefined}>{queue.late}</td>
                  <td>{age(queue.oldest_at, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {!partner && <OwnFigures />}
    </>
  );
}
