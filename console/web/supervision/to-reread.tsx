import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';
import type { ToReread } from './types.ts';

const KINDS = [
  ['short', 'Très courtes', (n: number) => count(n, 'caractère')],
  ['fast', 'Très rapides', (n: number) => `${n} s après l’ouverture`],
  ['reopened', 'La personne a réécrit', (n: number) => `${n} h après la réponse`],
] as const;

interface Props {
  readonly from: string;
  readonly to: string;
}

/** Replies a référent reads again, to mend a template or an instruction. Nobody is named. */
export function RepliesToReread({ from, to }: Props) {
  const { data, error } = useLoad<{ replies: ToReread[] }>(`/api/report/second-reading?from=${from}&to=${to}`);
  const names = useNames();
  return (
    <section class="card" aria-labelledby="a-relire">
      <h2 id="a-relire">Réponses à relire</h2>
      <p class="quiet">Pour corriger un modèle ou une consigne. Aucune personne n’y est nommée.</p>
      <Problem of={error} />
      {data?.replies.length === 0 && <p>Aucune sur la période.</p>}
      {KINDS.map(([why, label, measured]) => {
        const rows = data?.replies.filter((row) => row.why === why) ?? [];
        if (rows.length === 0) return null;
        return (
          <details key={why}>
            <summary>
              {label} ({rows.length})
            </summary>
            <ul>
              {rows.map((row) => (
                <li key={`${row.conversation} ${row.at}`}>
                  <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a>, {names.motif(row.motif)},{' '}
                  {names.queue(row.queue)}, {moment(row.at)} : {measured(row.measure)}
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </section>
  );
}
