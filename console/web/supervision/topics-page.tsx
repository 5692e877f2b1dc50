import { useState } from 'preact/hooks';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { count, percent } from '../words/words.ts';

interface Topics {
  readonly days: number;
  readonly mails: number;
  readonly read_share: number;
  readonly topics: readonly {
    readonly terms: readonly string[];
    readonly now: number;
    readonly before: number;
    readonly people: number;
    readonly examples: readonly string[];
  }[];
  readonly rising: readonly { readonly term: string; readonly people: number; readonly people_before: number }[];
}

const PERIODS = [7, 14, 30] as const;

/** Emerging topics: what people write more about, without a sure motif. Words of many, never a text nor a name. */
export function TopicsPage() {
  const [days, setDays] = useState(14);
  const { data, error, loading } = useLoad<Topics>(`/api/topics?days=${days}`);
  return (
    <>
      <h1>Sujets émergents</h1>
      <label>
        Période
        <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              {each} derniers jours
            </option>
          ))}
        </select>
      </label>
      <Problem of={error} />
      {loading && <p role="status">Lecture du courrier…</p>}
      {data !== undefined && (
        <>
          <p class="quiet">
            {count(data.mails, 'courriel')}, dont {percent(data.read_share)} lus.
          </p>
          {data.topics.length === 0 && <p>Rien de nouveau : les motifs en vigueur suffisent.</p>}
          {data.topics.map((topic) => (
            <section key={topic.terms.join()} class="card">
              <h2>{topic.terms.join(', ')}</h2>
              <p>
                {count(topic.now, 'courriel')} de {count(topic.people, 'personne')}, contre {topic.before} avant.
              </p>
              {topic.examples.length > 0 && <p class="quiet">{topic.examples.join(' ; ')}</p>}
            </section>
          ))}
          {data.rising.length > 0 && (
            <section class="card" aria-labelledby="montent">
              <h2 id="montent">Mots qui montent</h2>
              <ul>
                {data.rising.map((row) => (
                  <li key={row.term}>
                    {row.term} : {count(row.people, 'personne')}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </>
  );
}
