import { useMotifs } from './motifs.ts';
import type { Thread } from '../api/types.ts';
import { MailText } from '../text/mail-text.tsx';
import { percent } from '../words/words.ts';

/** What a span of evidence speaks for, in words: a flag's label, else the code. */
export function labelOf(code: string, thread: Thread): string {
  const id = code.replace(/^(?:flag|motif|rule)[:.]/, '');
  return thread.flags_shown.find((flag) => flag.id === id)?.label ?? id;
}

const WORDS_MAX = 8;
const WORDS_CHARS = 70;

interface EvidenceProps {
  readonly thread: Thread;
  readonly named: (motif: string) => string;
}

/** The words the decision leant on, by what they speak for; where they stand is marked in the message itself. */
function Evidence({ thread, named }: EvidenceProps) {
  const by = new Map<string, Set<string>>();
  for (const { for: code, text } of thread.decision?.evidence ?? []) {
    const label = named(labelOf(code, thread));
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
  const motifs = useMotifs();
  const { decision } = thread;
  const named = (id: string): string => motifs.find((motif) => motif.id === id)?.label ?? id;
  return (
    <section aria-labelledby="pourquoi" class="card">
      <h2 id="pourquoi">Pourquoi ici</h2>
      <p>
        <strong>{thread.motif_label ?? 'Motif à préciser'}</strong>{' '}
        {thread.motif_confirmed !== null ? (
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
            File {decision.queue}
            {decision.target_queue !== decision.queue && `, pour ${decision.target_queue}`}, règle {decision.rule}
          </p>
          {decision.ranked.length > 1 && (
            <ol class="ranked">
              {decision.ranked.slice(0, 3).map(({ motif, score }) => (
                <li key={motif}>
                  {named(motif)} <span class="quiet">{percent(score)}</span>
                </li>
              ))}
            </ol>
          )}
          <Evidence thread={thread} named={named} />
          <details>
            <summary>Étapes de la décision</summary>
            <ul class="trace">
              {decision.trace.map((step, index) => (
                <li key={index} class={step.matched ? undefined : 'quiet'}>
                  {step.step} {step.id} : {step.detail}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
