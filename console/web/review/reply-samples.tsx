import type { ReplySampleView } from '../../routes/reply-samples.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { moment } from '../words/time.ts';
import { Judged } from './judged.tsx';

/** Own replies drawn by lot and read after they left. What was found is told by team on the page Qualité. */
export function ReplySamples() {
  const { data, error, reload } = useLoad<{ samples: ReplySampleView[] }>('/api/reply-samples');
  const names = useNames();
  return (
    <section class="card" aria-labelledby="deja-parties">
      <h2 id="deja-parties">Réponses déjà parties</h2>
      <p class="quiet">
        Tirées au sort, pour corriger un modèle ou une consigne. Aucune personne n’y est nommée ; ce qui est trouvé est
        compté par équipe, page Qualité.
      </p>
      <Problem of={error} />
      {data?.samples.length === 0 && <p>Rien à relire.</p>}
      <ul class="judged">
        {data?.samples.map((row) => (
          <Judged key={row.message} row={row} url={`/api/reply-samples/${row.message}`} onDone={reload}>
            {names.queue(row.queue)}, {names.motif(row.motif)}, {moment(row.answered_at)}
          </Judged>
        ))}
      </ul>
    </section>
  );
}
