import type { WaitingReadingView } from '../../routes/reply-readings.ts';
import { useLoad, useNow } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { age, remaining } from '../words/time.ts';
import { URGENCY_LABELS } from '../words/words.ts';

const EVERY_MS = 15_000;

interface Props {
  /** Only those nobody read in time; nothing is shown while there is none. */
  readonly late?: boolean;
}

/** Replies of newcomers that wait to be read, those of P0 and P1 first. */
export function HeldReplies({ late = false }: Props) {
  const { data, error } = useLoad<{ readings: WaitingReadingView[] }>('/api/reply-readings', EVERY_MS, ({ kinds }) =>
    kinds.includes('reply'),
  );
  const names = useNames();
  const now = useNow(EVERY_MS);
  const rows = (data?.readings ?? []).filter(({ late_at }) => !late || late_at !== null);
  if (late && rows.length === 0) return null;
  return (
    <section class={late ? 'card rings' : 'card'} aria-labelledby="a-relire-avant">
      <h2 id="a-relire-avant">{late ? 'Réponses que personne n’a relues à temps' : 'À relire avant l’envoi'}</h2>
      <Problem of={error} />
      {data !== undefined && rows.length === 0 && <p>Aucune réponse n’attend sa relecture.</p>}
      <ul class="judged">
        {rows.map((row) => (
          <li key={row.id}>
            <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a> {names.queue(row.queue)},{' '}
            {names.motif(row.motif)}
            {row.urgency <= 1 && <strong>, {URGENCY_LABELS[row.urgency]}</strong>}, attend depuis{' '}
            {age(row.held_at, now)}
            {row.late_at !== null && <strong class="late">, en retard de relecture</strong>}
            {row.due_at !== null && `, échéance : ${remaining(row.due_at, now)}`}
          </li>
        ))}
      </ul>
    </section>
  );
}
