import { call } from '../api/client.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { moment } from '../words/time.ts';

interface Reading {
  readonly message: string;
  readonly conversation: string;
  readonly ref: string;
  readonly pool: string;
  readonly motif: string | null;
  readonly answered_at: string;
}
interface Sample {
  readonly message: string;
  readonly conversation: string;
  readonly ref: string;
  readonly queue: string;
  readonly motif: string | null;
  readonly rule: string;
}

const ANSWERS = [
  ['good', 'Bonne'],
  ['to_improve', 'À améliorer'],
  ['wrong', 'Fausse'],
] as const;
const ROUTES = [
  ['right', 'Juste'],
  ['wrong_queue', 'Mauvaise file'],
  ['wrong_motif', 'Mauvais motif'],
] as const;

/** What is read again, drawn by lot: answers of partner teams, and direct routes. No ranking, no name. */
export function ReadingsPage() {
  const readings = useLoad<{ readings: Reading[] }>('/api/second-readings');
  const samples = useLoad<{ samples: Sample[] }>('/api/reviews/samples');
  const names = useNames();
  async function judge(url: string, verdict: string, reload: () => Promise<void>): Promise<void> {
    try {
      await call('POST', url, { verdict });
      say('Noté.');
    } catch (error) {
      complain(error);
    }
    await reload();
  }
  return (
    <>
      <h1>Relectures</h1>
      <section class="card" aria-labelledby="partenaires">
        <h2 id="partenaires">Réponses des équipes partenaires</h2>
        <Problem of={readings.error} />
        {readings.data?.readings.length === 0 && <p>Rien à relire.</p>}
        <ul class="judged">
          {readings.data?.readings.map((row) => (
            <li key={row.message}>
              <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a> {names.queue(row.pool)},{' '}
              {names.motif(row.motif)}, {moment(row.answered_at)}
              <span class="actions" role="group" aria-label={`Avis sur ${row.ref}`}>
                {ANSWERS.map(([verdict, label]) => (
                  <button
                    key={verdict}
                    type="button"
                    onClick={() => void judge(`/api/second-readings/${row.message}`, verdict, readings.reload)}
                  >
                    {label}
                  </button>
                ))}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="directs">
        <h2 id="directs">Envois directs</h2>
        <Problem of={samples.error} />
        {samples.data?.samples.length === 0 && <p>Rien à relire.</p>}
        <ul class="judged">
          {samples.data?.samples.map((row) => (
            <li key={row.message}>
              <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a> {names.queue(row.queue)},{' '}
              {names.motif(row.motif)}, <code>{row.rule}</code>
              <span class="actions" role="group" aria-label={`Avis sur ${row.ref}`}>
                {ROUTES.map(([verdict, label]) => (
                  <button
                    key={verdict}
                    type="button"
                    onClick={() => void judge(`/api/reviews/samples/${row.message}`, verdict, samples.reload)}
                  >
                    {label}
                  </button>
                ))}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
