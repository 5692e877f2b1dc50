import { useEffect, useRef, useState } from 'preact/hooks';
import { REPLY_TYPES, type ReplyType } from '../../../domain/conversation.ts';
import { ApiError, call } from '../api/client.ts';
import type { Template, Thread } from '../api/types.ts';
import { useKeys } from '../shell/keys.ts';
import { complain, say } from '../shell/notices.tsx';
import { dayOf } from '../words/time.ts';
import { REPLY_LABELS } from '../words/words.ts';
import { useDraft } from './draft.ts';
import { Findings } from './findings.tsx';
import type { Saving } from './kept-drafts.ts';
import { OtherDraft } from './other-draft.tsx';
import { Slots } from './slots.tsx';
import { TemplatePicker } from './template-picker.tsx';
import { leaving } from './undo.tsx';
import { wish } from './wish.ts';
import { useCheck, type Check } from './use-check.ts';

interface Props {
  readonly thread: Thread;
  readonly onSent: () => Promise<void>;
}

interface SentReply {
  readonly delivery: string | null;
  readonly undo_until: string | null;
  readonly reading: string | null;
}

const SAVING: Readonly<Record<Saving, string>> = {
  clean: '',
  waiting: 'Brouillon : enregistrement…',
  saving: 'Brouillon : enregistrement…',
  saved: 'Brouillon enregistré.',
  unsaved: 'Brouillon non enregistré ; il est conservé sur cette page.',
  stale: 'Brouillon non enregistré : choisissez le texte à garder.',
};
const PIECES_DAYS = 30;

/** Where the answer is written: a draft that saves itself, read again as one types, sent once. */
export function ReplyEditor({ thread, onSent }: Props) {
  const { draft, saving, change, kept } = useDraft(thread.id);
  const live = useCheck(thread.id, draft);
  const [refused, setRefused] = useState<Check | null>(null);
  const [proof, setProof] = useState('');
  const [conclusive, setConclusive] = useState(true);
  const [due, setDue] = useState(dayOf(Date.now(), PIECES_DAYS));
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  /** One key for one text: a second try after a lost answer is the same sending. */
  const once = useRef<{ of: string; key: string } | null>(null);
  useEffect(() => setRefused(null), [draft.body]);
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(
    () =>
      wish.subscribe((wanted) => {
        if (wanted === null) return;
        wish.set(null);
        const { body } = latest.current;
        const text = wanted.text === undefined ? body : [body.trimEnd(), wanted.text].filter(Boolean).join('\n\n');
        change({ body: text, ...(wanted.type === undefined ? {} : { type: wanted.type }) });
        field.current?.focus();
      }),
    [thread.id],
  );
  useKeys('Réponse', [
    { key: 'ctrl+Enter', label: 'Envoyer la réponse', run: () => void send() },
    { key: 'Escape', label: 'Quitter la zone de réponse', run: () => leave() },
  ]);

  function leave(): void {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    document.getElementById('contenu')?.focus();
  }
  function show(start: number, end: number): void {
    field.current?.focus();
    field.current?.setSelectionRange(start, end);
  }
  function use(template: Template): void {
    const body = draft.body.trim() === '' ? template.body : `${draft.body.trimEnd()}\n\n${template.body}`;
    change({ body, template: template.id });
    field.current?.focus();
  }

  async function send(): Promise<void> {
    if (busy || draft.body.trim() === '') return;
    const ask = {
      type: draft.type,
      body: draft.body,
      ...(draft.template === null ? {} : { template: draft.template }),
      ...(draft.type === 'appel' ? { conclusive } : {}),
      ...(draft.type === 'pieces' ? { pieces_due_on: due } : {}),
      ...(proof.trim() === '' ? {} : { proof }),
    };
    const of = JSON.stringify(ask);
    if (once.current?.of !== of) once.current = { of, key: crypto.randomUUID() };
    setBusy(true);
    try {
      await kept.hold();
      const headers = { 'idempotency-key': once.current.key };
      const sent = await call<SentReply>('POST', `/api/conversations/${thread.id}/reply`, ask, { headers });
      kept.forget();
      if (sent.delivery !== null && sent.undo_until !== null)
        leaving.set({
          conversation: thread.id,
          ref: thread.ref,
          delivery: sent.delivery,
          until: Date.parse(sent.undo_until),
        });
      else if (sent.reading !== null) say('Votre réponse attend sa relecture. Reprenez-la tant qu’elle n’est pas lue.');
      else say('La réponse est enregistrée.');
      document.getElementById('contenu')?.focus();
      await onSent();
    } catch (error) {
      kept.resume();
      if (error instanceof ApiError && error.code === 'REPLY_REFUSED')
        setRefused({ refused: error.message, findings: error.findings });
      else complain(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section aria-labelledby="titre-reponse" class="card reply">
      <h2 id="titre-reponse">Répondre</h2>
      <div class="reply-head">
        <label>
          Type
          <select value={draft.type} onChange={(event) => change({ type: event.currentTarget.value as ReplyType })}>
            {REPLY_TYPES.map((type) => (
              <option key={type} value={type}>
                {REPLY_LABELS[type]}
              </option>
            ))}
          </select>
        </label>
        <TemplatePicker templates={thread.templates} onPick={use} />
        {draft.type === 'pieces' && (
          <label>
            Pièces attendues jusqu’au
            <input
              type="date"
              value={due}
              min={dayOf(Date.now())}
              onInput={(event) => setDue(event.currentTarget.value)}
            />
          </label>
        )}
        {draft.type === 'appel' && (
          <label class="check">
            <input
              type="checkbox"
              checked={conclusive}
              onChange={(event) => setConclusive(event.currentTarget.checked)}
            />
            L’appel a réglé la demande
          </label>
        )}
      </div>
      <OtherDraft id={thread.id} />
      <label class="sr" for="reponse">
        Texte de la réponse
      </label>
      <textarea
        id="reponse"
        ref={field}
        rows={10}
        maxLength={100_000}
        readOnly={busy}
        value={draft.body}
        onInput={(event) => change({ body: event.currentTarget.value })}
      />
      {thread.needs_proof && draft.type !== 'appel' && (
        <label>
          Cette boîte se répond hors de l’outil : où et quand la réponse a été donnée
          <input value={proof} maxLength={500} onInput={(event) => setProof(event.currentTarget.value)} />
        </label>
      )}
      <Slots body={draft.body} onShow={show} />
      <Findings check={refused ?? live} onShow={show} />
      <p class="reply-foot">
        <button type="button" class="main" disabled={busy || draft.body.trim() === ''} onClick={() => void send()}>
          {busy ? 'Envoi…' : draft.type === 'appel' ? 'Enregistrer l’appel' : 'Envoyer'} <kbd>Ctrl+Entrée</kbd>
        </button>
        <span role="status" class={saving === 'unsaved' || saving === 'stale' ? 'late' : 'quiet'}>
          {SAVING[saving]}
        </span>
      </p>
    </section>
  );
}
