import { moment } from '../words/time.ts';
import { count } from '../words/words.ts';
import type { Outlook } from './types.ts';

interface Props {
  readonly outlook: Outlook;
}

const SENTENCES_SHOWN = 5;

/** Who will come after their deadline at this pace, in sentences, most breaches first. */
export function Forecast({ outlook }: Props) {
  const late = outlook.queues.reduce((sum, queue) => sum + queue.late, 0);
  return (
    <section class="card" aria-labelledby="prevision">
      <h2 id="prevision">Prévision</h2>
      {outlook.sentences.length === 0 ? (
        <p>À ce rythme, rien de ce qui attend ne dépassera son délai dans les quatre jours qui viennent.</p>
      ) : (
        <Sentences of={outlook.sentences.slice(0, SENTENCES_SHOWN)} />
      )}
      {outlook.sentences.length > SENTENCES_SHOWN && (
        <details>
          <summary>Les suivantes ({outlook.sentences.length - SENTENCES_SHOWN})</summary>
          <Sentences of={outlook.sentences.slice(SENTENCES_SHOWN)} />
        </details>
      )}
      {late > 0 && (
        <p>
          {count(late, 'conversation a', 'conversations ont')} déjà dépassé {late > 1 ? 'leur' : 'son'} délai.
        </p>
      )}
    </section>
  );
}

function Sentences({ of }: { readonly of: readonly string[] }) {
  return (
    <ul>
      {of.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

const SILENCE: Readonly<Record<Outlook['legal'][number]['silence'], string>> = {
  acceptance: 'le silence vaut acceptation',
  rejection: 'le silence vaut rejet',
  none: 'le silence ne vaut ni accord ni rejet',
};

/** What is near: promises, delays fixed by law, duties towards those who wrote. Only what is there is said. */
export function Warnings({ outlook }: Props) {
  const { policies, legal } = outlook;
  const promised = policies.filter(({ warned, breached }) => warned + breached > 0);
  const owed = dutiesOf(outlook.duties);
  return (
    <section class="card" aria-labelledby="avertissements">
      <h2 id="avertissements">Avertissements</h2>
      {promised.length + legal.length + owed.length === 0 && <p>Aucun aujourd’hui.</p>}
      <ul>
        {promised.map(({ policy, promise, open, warned, breached, next_due_at }) => (
          <li key={policy}>
            Délai de {promise} : {count(open, 'demande ouverte', 'demandes ouvertes')}, {warned} près du terme,{' '}
            {breached} au-delà{next_due_at !== null && ` ; prochain terme ${moment(next_due_at)}`}.
          </li>
        ))}
        {legal.map((row) => (
          <li key={row.motif}>
            {row.label}, délai fixé par la loi : {count(row.open, 'demande ouverte', 'demandes ouvertes')},{' '}
            {row.within_3_days} à terme sous trois jours, {row.passed} au-delà
            {row.next_at !== null && ` ; prochain terme ${moment(row.next_at)}`}{' '}
            <span class="quiet">
              ({SILENCE[row.silence]} ; {row.source})
            </span>
          </li>
        ))}
        {owed.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function dutiesOf({ pieces, redirected, acknowledgment }: Outlook['duties']): readonly string[] {
  const said: readonly (readonly [number, string])[] = [
    [pieces.within_3_days, 'Pièces attendues sous trois jours'],
    [pieces.without_date, 'Pièces demandées sans date'],
    [pieces.not_come, 'Pièces qui ne sont pas venues : une personne décide de la suite'],
    [redirected.not_told, 'Transmis à un autre organisme sans que la personne en soit avisée, en trente jours'],
    [redirected.notices_not_sent, 'Avis de transmission qui ne sont pas partis, en trente jours'],
    [acknowledgment.missing, 'Courriels sans aucun envoi à la personne après un jour ouvré, en trente jours'],
  ];
  return said.filter(([n]) => n > 0).map(([n, what]) => `${what} : ${n.toLocaleString('fr-FR')}.`);
}
