import { useCell } from '../shell/cell.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { moment } from '../words/time.ts';
import { HeldReplies } from './held-replies.tsx';
import { Judged } from './judged.tsx';
import { Newcomers } from './newcomers.tsx';
import { ReplySamples } from './reply-samples.tsx';

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

const ROUTES = [
  ['right', 'Juste'],
  ['wrong_queue', 'Mauvaise file'],
  ['wrong_motif', 'Mauvais motif'],
] as const;

/** Replies read by a second person, and what is read again, drawn by lot: answers and direct routes. No ranking, no name. */
export function ReadingsPage() {
  const readings = useLoad<{ readings: Reading[] }>('/api/second-readings');
  const samples = useLoad<{ samples: Sample[] }>('/api/reviews/samples');
  const names = useNames();
  const supervisor = useCell(me)?.role === 'supervisor';
  return (
    <>
      <h1>Relectures</h1>
      <HeldReplies />
      <ReplySamples />
      <section class="card" aria-labelledby="partenaires">
        <h2 id="partenaires">Réponses des équipes partenaires</h2>
        <Problem of={readings.error} />
        {readings.data?.readings.length === 0 && <p>Rien à relire.</p>}
        <ul class="judged">
          {readings.data?.readings.map((row) => (
            <Judged key={row.message} row={row} url={`/api/second-readings/${row.message}`} onDone={readings.reload}>
              {names.queue(row.pool)}, {names.motif(row.motif)}, {moment(row.answered_at)}
            </Judged>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="directs">
        <h2 id="directs">Envois directs</h2>
        <Problem of={samples.error} />
        {samples.data?.samples.length === 0 && <p>Rien à relire.</p>}
        <ul class="judged">
          {samples.data?.samples.map((row) => (
            <Judged
              key={row.message}
              row={row}
              url={`/api/reviews/samples/${row.message}`}
              answers={ROUTES}
              onDone={samples.reload}
            >
              {names.queue(row.queue)}, {names.motif(row.motif)}, <code>{row.rule}</code>
            </Judged>
          ))}
        </ul>
      </section>
      <Newcomers may={supervisor} />
    </>
  );
}
