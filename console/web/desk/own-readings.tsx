import type { OwnReadingView } from '../../routes/reply-readings.ts';
import { useLoad } from '../shell/load.ts';
import { hrefOf } from '../shell/router.ts';
import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';

const EVERY_MS = 30_000;

const OUTCOMES: Readonly<Record<NonNullable<OwnReadingView['outcome']>, string>> = {
  sent: 'partie telle quelle',
  edited: 'partie, corrigée',
  returned: 'rendue, avec une remarque',
  withdrawn: 'reprise',
  overtaken: 'pas partie : la conversation a changé de main, ou la personne a écrit de nouveau',
};

/** A newcomer's replies: what waits to be read, and what came of the last ones; nothing is shown while there is none. */
export function OwnReadings() {
  const { data } = useLoad<{ to_read: number; readings: OwnReadingView[] }>(
    '/api/reply-readings/mine',
    EVERY_MS,
    ({ kinds }) => kinds.includes('reply'),
  );
  if (data === undefined || (data.to_read === 0 && data.readings.length === 0)) return null;
  return (
    <section aria-labelledby="mes-relectures">
      <h2 id="mes-relectures">Mes réponses relues</h2>
      {data.to_read > 0 && (
        <p>
          Un référent lit vos réponses avant l’envoi. Encore {count(data.to_read, 'réponse partie', 'réponses parties')}{' '}
          telle{data.to_read > 1 ? 's' : ''} quelle{data.to_read > 1 ? 's' : ''}, et vous répondrez sans relecture.
        </p>
      )}
      <ul>
        {data.readings.map((row) => (
          <li key={row.id}>
            <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a>,{' '}
            {row.outcome === null ? <strong>en relecture</strong> : `${OUTCOMES[row.outcome]} ${moment(row.ended_at)}`}
            {row.remark !== null && <> : « {row.remark} »</>}
            {row.changes.length > 0 && (
              <details>
                <summary>Ce qui a été corrigé dans {row.ref}</summary>
                <p class="mail-text changes">
                  {row.changes.map(({ kind, text }, i) =>
                    kind === 'same' ? (
                      <span key={i}>{text}</span>
                    ) : kind === 'gone' ? (
                      <del key={i}>{text}</del>
                    ) : (
                      <ins key={i}>{text}</ins>
                    ),
                  )}
                </p>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
