import type { AsideRow } from '../api/types.ts';
import { AsideList } from '../desk/aside-list.tsx';
import { useLoad, useNow } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { count } from '../words/words.ts';
import { ConversationRow } from './row.tsx';

interface Watch {
  /** All of them; of the rows the first are shown. */
  readonly counts: readonly { readonly queue: string; readonly n: number }[];
  readonly aside: readonly AsideRow[];
  readonly turning: readonly AsideRow[];
  readonly watched_after: number;
}

const EVERY_MS = 30_000;

/** For référents and supervisors: what is set aside, queue by queue, and what is given back again and again. */
export function AsidePage() {
  const { data, error, reload } = useLoad<Watch>('/api/desk/watch', EVERY_MS);
  const now = useNow(EVERY_MS);
  const names = useNames();
  const aside = data?.aside ?? [];
  const counts = data?.counts ?? [];
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  return (
    <>
      <h1>De côté</h1>
      <Problem of={error} />
      <section aria-labelledby="rendues">
        <h2 id="rendues">Rendues plusieurs fois</h2>
        {data?.turning.length === 0 && <p>Aucune conversation n’a été rendue {data.watched_after} fois ou plus.</p>}
        <ul class="rows">
          {data?.turning.map((row) => (
            <li key={row.id}>
              <ConversationRow row={row} now={now} />
              <p class="quiet">Rendue {row.given_back} fois.</p>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="de-cote">
        <h2 id="de-cote">Mises de côté{data !== undefined && ` : ${count(total, 'conversation')}`}</h2>
        {counts.map(({ queue, n }) => (
          <section key={queue} aria-label={names.queue(queue)}>
            <h3>
              {names.queue(queue)} ({n})
            </h3>
            <AsideList rows={aside.filter((row) => row.queue === queue)} now={now} onChange={reload} />
          </section>
        ))}
      </section>
    </>
  );
}
