import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { useMotifs } from '../desk/motifs.ts';
import { MessageView } from '../desk/message.tsx';
import { Why } from '../desk/why.tsx';
import { useKeys } from '../shell/keys.ts';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { MailText } from '../text/mail-text.tsx';
import { hours } from '../words/time.ts';
import { count } from '../words/words.ts';
import { alike, Batch } from './batch.tsx';
import { Decide, type Choice } from './decide.tsx';
import type { Act, Reviews } from './types.ts';

const EVERY_MS = 20_000;
const LEAST_MS = 2_000;
const DONE: Readonly<Record<string, string>> = {
  approved: 'Accord : la conversation part vers le pôle.',
  returned: 'Rendue au niveau 1.',
  remotived: 'Motif changé.',
};

/** Transfers that wait for a référent, one after the other: read, press a letter, press a digit. */
export function ReviewPage() {
  const { data, error, reload } = useLoad<Reviews>(
    '/api/reviews',
    EVERY_MS,
    ({ kinds }) => kinds.includes('review'),
    LEAST_MS,
  );
  const motifs = useMotifs();
  const names = useNames();
  const [at, setAt] = useState(0);
  const [act, setAct] = useState<Act | null>(null);
  const [together, setTogether] = useState(false);
  const reviews = data?.reviews ?? [];
  const current = reviews[Math.min(at, reviews.length - 1)];
  const same = alike(reviews, current);
  const thread = useLoad<Thread>(current === undefined ? null : `/api/conversations/${current.conversation}`);
  useEffect(() => setAct(null), [current?.conversation]);
  const move = (by: number): void => setAt(Math.max(0, Math.min(reviews.length - 1, at + by)));
  useKeys('Analyse préalable', [
    { key: 'a', label: 'Accord : le transfert part', run: () => setAct('approve') },
    { key: 'd', label: 'Rendre au niveau 1, avec une indication', run: () => setAct('return') },
    { key: 'm', label: 'Changer le motif', run: () => setAct('remotif') },
    { key: 'l', label: 'Un accord pour tous les transferts pareils', run: () => same.length > 0 && setTogether(true) },
    { key: 'j', label: 'Transfert suivant', run: () => move(1) },
    { key: 'k', label: 'Transfert précédent', run: () => move(-1) },
    { key: 'Escape', label: 'Ne rien décider', run: () => setAct(null) },
  ]);

  async function decide(choice: Choice): Promise<void> {
    if (current === undefined) return;
    try {
      const { outcome } = await call<{ outcome: string }>(
        'POST',
        `/api/conversations/${current.conversation}/review`,
        choice,
      );
      say(DONE[outcome] ?? 'C’est fait.');
      setAct(null);
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }

  return (
    <>
      <h1>Analyse préalable</h1>
      <Problem of={error} />
      {data !== undefined && (
        <p role="status">
          {count(data.waiting, 'transfert')} en attente
          {data.wait_open_hours !== null && `, environ ${hours(data.wait_open_hours)} de travail`} ; au-delà de{' '}
          {data.timeout_open_hours} h ouvrées, le transfert part de lui-même.
        </p>
      )}
      {current !== undefined && (
        <div class="desk">
          <section class="card desk-main" aria-labelledby="transfert">
            <h2 id="transfert">
              {at + 1} / {reviews.length} : <MailText text={current.subject} line /> vers {names.queue(current.wanted)}
            </h2>
            <p class="quiet">
              <a href={hrefOf('conversation', current.conversation)}>{current.ref}</a>,{' '}
              {current.origin === 'machine'
                ? 'proposé par la machine'
                : current.origin === 'agent'
                  ? 'demandé par un conseiller'
                  : 'refusé par le pôle'}
              , <code>{current.rule}</code>
            </p>
            <Problem of={thread.error} />
            {thread.data !== undefined && newestOf(thread.data)}
            <div class="actions" role="group" aria-label="Décision">
              <button type="button" onClick={() => setAct('approve')}>
                Accord <kbd>a</kbd>
              </button>
              <button type="button" onClick={() => setAct('return')}>
                Rendre <kbd>d</kbd>
              </button>
              <button type="button" onClick={() => setAct('remotif')}>
                Motif <kbd>m</kbd>
              </button>
              <button type="button" onClick={() => move(1)}>
                Suivant <kbd>j</kbd>
              </button>
              {same.length > 0 && (
                <button type="button" onClick={() => setTogether(true)}>
                  Les {same.length} pareils <kbd>l</kbd>
                </button>
              )}
            </div>
            {act !== null && data !== undefined && (
              <Decide
                key={`${current.conversation} ${act}`}
                act={act}
                reasons={data.reasons[act]}
                motifs={motifs}
                onChoice={decide}
              />
            )}
            {together && data !== undefined && same.length > 0 && (
              <Batch rows={same} reasons={data.reasons.approve} onClose={() => setTogether(false)} onDone={reload} />
            )}
          </section>
          <div class="desk-side">{thread.data !== undefined && <Why thread={thread.data} />}</div>
        </div>
      )}
    </>
  );
}

function newestOf(thread: Thread) {
  const newest = thread.messages.filter(({ direction }) => direction === 'incoming').at(-1);
  return newest === undefined ? <p>Aucun message reçu.</p> : <MessageView message={newest} thread={thread} open />;
}
