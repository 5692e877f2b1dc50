import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useNames } from '../shell/names.ts';
import { say } from '../shell/notices.tsx';
import { MailText } from '../text/mail-text.tsx';
import { count } from '../words/words.ts';
import type { Reason, Reviews } from './types.ts';

export type Waiting = Reviews['reviews'][number];

/** Nothing urgent, nothing a pôle has refused: those are read one by one. */
const URGENT_MAX = 1;

/** What waits for the same word: the same rule, the same motif, the same pôle. @returns itself among them, or nothing */
export function alike(reviews: readonly Waiting[], one: Waiting | undefined): readonly Waiting[] {
  if (one === undefined) return [];
  const same = reviews.filter(
    (other) =>
      other.rule === one.rule &&
      other.motif === one.motif &&
      other.wanted === one.wanted &&
      other.origin !== 'refusal' &&
      other.urgency > URGENT_MAX,
  );
  return same.includes(one) && same.length > 1 ? same : [];
}

interface Props {
  readonly rows: readonly Waiting[];
  readonly reasons: readonly Reason[];
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

/** One accord for the obvious: each is still named, and taken out by a tick; each is decided and traced by itself. */
export function Batch({ rows, reasons, onClose, onDone }: Props) {
  const names = useNames();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState(reasons[0]?.id ?? '');
  const [busy, setBusy] = useState(false);
  const chosen = rows.filter(({ conversation }) => !left.has(conversation));
  async function approve(): Promise<void> {
    setBusy(true);
    let done = 0;
    for (const { conversation } of chosen) {
      const answer = call('POST', `/api/conversations/${conversation}/review`, { action: 'approve', reason });
      done += await answer.then(
        () => 1,
        () => 0,
      );
    }
    const missed = chosen.length - done;
    say(
      `Accord pour ${count(done, 'transfert')}.${missed === 0 ? '' : ` ${count(missed, 'transfert')} à revoir : quelqu’un y a peut-être déjà touché.`}`,
    );
    onClose();
    await onDone();
  }
  function tick(conversation: string, kept: boolean): void {
    const next = new Set(left);
    if (kept) next.delete(conversation);
    else next.add(conversation);
    setLeft(next);
  }
  return (
    <Dialog title={`Les transferts pareils, vers ${names.queue(rows[0]!.wanted)}`} onClose={onClose}>
      <form
        class="action-form"
        onSubmit={(event) => {
          event.preventDefault();
          void approve();
        }}
      >
        <fieldset>
          <legend>Même règle, même motif, rien d’urgent. Décochez ce que vous voulez lire d’abord.</legend>
          {rows.map(({ conversation, ref, subject }) => (
            <label key={conversation} class="check">
              <input
                type="checkbox"
                checked={!left.has(conversation)}
                onChange={(event) => tick(conversation, event.currentTarget.checked)}
              />
              <span>
                {ref} <MailText text={subject} line />
              </span>
            </label>
          ))}
        </fieldset>
        <label>
          Raison
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            {reasons.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p class="actions">
          <button type="submit" class="main" disabled={busy || chosen.length === 0}>
            Accord pour {count(chosen.length, 'transfert')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
