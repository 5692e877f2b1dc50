import type { Thread } from '../api/types.ts';
import { useCell } from '../shell/cell.ts';
import { useNames, type Names } from '../shell/names.ts';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { MailText } from '../text/mail-text.tsx';
import { percent, PUBLIC_LABELS } from '../words/words.ts';

/** What a span of evidence speaks for, in words: a flag, a motif; of a rule its id. */
export function labelOf(code: string, names: Names): string {
  const [, kind, id = code] = /^(flag|motif|rule)[:.](.*)$/.exec(code) ?? [];
  return kind === 'rule' ? `règle ${id}` : kind === 'flag' ? names.flag(id) : names.motif(id);
}

const STEPS: Readonly<Record<string, string>> = {
  sender: 'Expéditeur',
  repeat: 'Contacts précédents',
  flag: 'Signalement',
  model: 'Modèle',
  provisional: 'Motif provisoire',
  rule: 'Règle',
  level: 'Niveau',
  queue: 'File',
  override: 'Signalement qui prime',
};

/** How the machine knew who writes. */
const SENDER_BY: Readonly<Record<string, string>> = {
  address: 'd’après l’adresse',
  siret: 'd’après un SIRET',
  rpps: 'd’après un RPPS',
  finess: 'd’après un FINESS',
  model: 'd’après le modèle',
  mailbox: 'd’après la boîte',
};

/** One step of the decision: what was looked at, what it is called, what came of it. */
function stepText({ step, id, detail }: Step, names: Names): string {
  const called =
    step === 'flag' || step === 'override'
      ? names.flag(id)
      : step === 'sender'
        ? (PUBLIC_LABELS[id] ?? id)
        : step === 'queue'
          ? names.queue(id)
          : step === 'repeat' || step === 'provisional'
            ? names.motif(id === '' ? null : id)
            : step === 'level' && id === 'n1'
              ? '1'
              : id;
  const told = step === 'sender' ? (SENDER_BY[detail] ?? detail) : detail;
  const said = step === 'rule' || told === '' ? told : names.within(told);
  return `${STEPS[step] ?? step} ${called}${said === '' ? '' : ` : ${said}`}`;
}

type Step = NonNullable<Thread['decision']>['trace'][number];

const WORDS_MAX = 8;
const WORDS_CHARS = 70;

interface EvidenceProps {
  readonly thread: Thread;
  readonly names: Names;
}

/** The words the decision leant on, by what they speak for; where they stand is marked in the message itself. */
function Evidence({ thread, names }: EvidenceProps) {
  const by = new Map<string, Set<string>>();
  for (const { for: code, text } of thread.decision?.evidence ?? []) {
    const label = labelOf(code, names);
    const short = text.length > WORDS_CHARS ? `${text.slice(0, WORDS_CHARS)}…` : text;
    if (text !== '') by.set(label, (by.get(label) ?? new Set()).add(short));
  }
  if (by.size === 0) return null;
  return (
    <>
      <h3>Mots retenus</h3>
      <dl class="facts">
        {[...by].map(([label, words]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {[...words].slice(0, WORDS_MAX).map((text) => (
                <span key={text}>
                  <mark>
                    <MailText text={text} line />
                  </mark>{' '}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Why the machine put it here: motif, confidence, the words it leant on, the rule. */
export function Why({ thread }: { readonly thread: Thread }) {
  const names = useNames();
  const { decision } = thread;
  const confirmed = thread.motif_confirmed !== null;
  const motif = thread.motif_label ?? 'Motif à préciser';
  // The percentage speaks of its own decision’s motif; the conversation may have another one since.
  const proposed = decision?.motif == null ? motif : names.motif(decision.motif);
  const supervises = useCell(me)?.role === 'supervisor';
  return (
    <section aria-labelledby="pourquoi" class="card">
      <h2 id="pourquoi">Pourquoi ici</h2>
      <p>
        <strong>{confirmed ? motif : proposed}</strong>{' '}
        {confirmed ? (
          <span class="badge">confirmé par une personne</span>
        ) : (
          decision !== null && (
            <span class="badge">
              {decision.abstained ? 'la machine hésite' : 'proposé'}, {percent(decision.confidence)}
            </span>
          )
        )}
      </p>
      {decision === null ? (
        <p>Aucune décision n’est enregistrée.</p>
      ) : (
        <>
          <p class="quiet">
            Décision : file « {names.queue(decision.queue)} »
            {decision.target_queue !== decision.queue && `, pour « ${names.queue(decision.target_queue)} »`}, règle{' '}
            <code>{decision.rule}</code>
          </p>
          {decision.queue !== thread.queue && <p>Elle est à présent dans la file « {names.queue(thread.queue)} ».</p>}
          {!confirmed && thread.motif_label !== null && proposed !== thread.motif_label && (
            <p>Motif de la conversation : {thread.motif_label}.</p>
          )}
          {decision.ranked.length > 1 && (
            <ol class="ranked">
              {decision.ranked.slice(0, 3).map(({ motif, score }) => (
                <li key={motif}>
                  {names.motif(motif)} <span class="quiet">{percent(score)}</span>
                </li>
              ))}
            </ol>
          )}
          <Evidence thread={thread} names={names} />
          {supervises && (
            <p>
              <a href={hrefOf('regles', 'depuis', thread.id)}>À partir de ce courriel, faire une règle</a>
            </p>
          )}
          <details>
            <summary>Étapes de la décision</summary>
            <ul class="trace">
              {decision.trace.map((step, index) => (
                <li key={index} class={step.matched ? undefined : 'quiet'}>
                  {stepText(step, names)}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
