import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReplyType } from '../../../domain/conversation.ts';
import { ApiError, call } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useKeys } from '../shell/keys.ts';
import { complain, say } from '../shell/notices.tsx';
import { go } from '../shell/router.ts';
import { REPLY_LABELS } from '../words/words.ts';
import { ActionForm } from './actions/form.tsx';
import { Findings } from './findings.tsx';
import { leaving } from './undo.tsx';
import { useCheck, type Check } from './use-check.ts';

interface Props {
  readonly thread: Thread;
  readonly onChange: () => Promise<void>;
}

/** A newcomer's reply that waits to be read: for its reader, for its author, and in one line for everybody else. */
export function ReadingPanel({ thread, onChange }: Props) {
  const { reading } = thread;
  if (reading === null) return null;
  if (reading.state === 'returned')
    return (
      <p class="hint">
        <strong>Votre réponse vous est rendue :</strong> {reading.remark}
      </p>
    );
  if (reading.text === null)
    return <p class="notice-line">Une réponse à ce message est en relecture : elle partira une fois lue.</p>;
  if (!reading.can_read)
    return (
      <section class="card" aria-labelledby="en-relecture">
        <h2 id="en-relecture">Votre réponse est en relecture</h2>
        <p>
          Un référent la lit avant l’envoi ; le délai court jusque-là. « Prendre cette conversation » vous la rend en
          brouillon.
        </p>
        <p class="mail-text">{reading.text.body}</p>
      </section>
    );
  return <Reader key={reading.text.body} thread={thread} text={reading.text} onChange={onChange} />;
}

interface ReaderProps extends Props {
  readonly text: NonNullable<NonNullable<Thread['reading']>['text']>;
}

function Reader({ thread, text, onChange }: ReaderProps) {
  const [body, setBody] = useState(text.body);
  const [busy, setBusy] = useState(false);
  const [giving, setGiving] = useState(false);
  const [refused, setRefused] = useState<Check | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const type = text.type as ReplyType;
  const live = useCheck(thread.id, { body, subject: text.subject, template: null, type });
  const changed = body.trim() !== text.body.trim();
  useEffect(() => setRefused(null), [body]);
  useKeys('Relecture', [
    { key: 'ctrl+Enter', label: 'Envoyer la réponse relue', run: () => void send() },
    { key: 'r', label: 'Corriger le texte', run: () => field.current?.focus() },
    { key: 'g', label: 'Rendre à son auteur, avec une remarque', run: () => setGiving(true) },
    { key: 'Escape', label: 'Quitter le texte', run: () => document.getElementById('contenu')?.focus() },
  ]);
  function show(start: number, end: number): void {
    field.current?.focus();
    field.current?.setSelectionRange(start, end);
  }
  async function send(): Promise<void> {
    if (busy || body.trim() === '') return;
    setBusy(true);
    try {
      const { answer } = await call<{ answer: { delivery: string | null; undo_until: string | null } }>(
        'POST',
        `/api/conversations/${thread.id}/reading`,
        { action: 'send', ...(changed ? { body } : {}) },
      );
      if (answer.delivery !== null && answer.undo_until !== null)
        leaving.set({
          conversation: thread.id,
          ref: thread.ref,
          delivery: answer.delivery,
          until: Date.parse(answer.undo_until),
        });
      go('relectures');
    } catch (error) {
      if (error instanceof ApiError && error.code === 'REPLY_REFUSED')
        setRefused({ refused: error.message, findings: error.findings });
      else {
        complain(error);
        await onChange();
      }
    } finally {
      setBusy(false);
    }
  }
  return (
    <section aria-labelledby="a-relire" class="card reply">
      <h2 id="a-relire">Réponse à relire avant l’envoi</h2>
      <p class="quiet">
        {REPLY_LABELS[type]}, de {thread.reading?.author ?? 'un collègue'}. Ce que vous corrigez lui est montré.
      </p>
      {text.subject !== null && <p>Objet : {text.subject}</p>}
      <label class="sr" for="texte-relu">
        Texte de la réponse à relire
      </label>
      <textarea
        id="texte-relu"
        ref={field}
        rows={10}
        maxLength={100_000}
        readOnly={busy}
        value={body}
        onInput={(event) => setBody(event.currentTarget.value)}
      />
      <Findings check={refused ?? live} onShow={show} />
      <p class="reply-foot">
        <button type="button" class="main" disabled={busy || body.trim() === ''} onClick={() => void send()}>
          {changed ? 'Envoyer avec mes corrections' : 'Envoyer'} <kbd>Ctrl+Entrée</kbd>
        </button>
        <button type="button" disabled={busy} onClick={() => setGiving(true)}>
          Rendre à son auteur <kbd>g</kbd>
        </button>
      </p>
      {giving && <GiveBack id={thread.id} onClose={() => setGiving(false)} onGone={onChange} />}
    </section>
  );
}

function GiveBack({ id, onClose, onGone }: { id: string; onClose: () => void; onGone: () => Promise<void> }) {
  const [remark, setRemark] = useState('');
  async function send(): Promise<void> {
    await call('POST', `/api/conversations/${id}/reading`, { action: 'return', remark });
    say('La réponse est rendue à son auteur, avec votre remarque.');
    onClose();
    await onGone();
  }
  return (
    <Dialog title="Rendre à son auteur" onClose={onClose}>
      <ActionForm submit="Rendre" onSubmit={send} disabled={remark.trim() === ''}>
        <label>
          Votre remarque ; son auteur seul la lit
          <textarea
            rows={4}
            maxLength={1_000}
            value={remark}
            onInput={(event) => setRemark(event.currentTarget.value)}
          />
        </label>
      </ActionForm>
    </Dialog>
  );
}
