import { ApiError, call } from '../api/client.ts';
import { cell, useCell } from '../shell/cell.ts';
import { useKeys } from '../shell/keys.ts';
import { useNow } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import { go, place } from '../shell/router.ts';

interface Leaving {
  readonly conversation: string;
  readonly ref: string;
  readonly delivery: string;
  readonly until: number;
}

/** The reply that can still be taken back. */
export const leaving = cell<Leaving | null>(null);
/** Told when one was taken back, so that an open page reads again. */
export const takenBack = cell<string | null>(null);

/** What to say to whoever wanted to take back what has left meanwhile. */
export const GONE = 'C’est déjà parti : l’envoi ne peut plus être annulé.';

async function takeBack(): Promise<void> {
  const reply = leaving.get();
  if (reply === null) return;
  leaving.set(null);
  try {
    await call('POST', `/api/deliveries/${reply.delivery}/cancel`, {});
    say('L’envoi est annulé ; votre texte est de nouveau en brouillon.');
    takenBack.set(reply.delivery);
    if (place.get()[1] !== reply.conversation) go('conversation', reply.conversation);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'DELIVERY_STATE') {
      say(GONE);
      takenBack.set(reply.delivery);
    } else complain(error);
  }
}

/** Ten seconds to change one's mind, on whatever page one has gone to meanwhile. */
export function UndoBar() {
  const reply = useCell(leaving);
  return reply === null ? null : <Bar reply={reply} />;
}

function Bar({ reply }: { readonly reply: Leaving }) {
  const now = useNow(500);
  const left = Math.ceil((reply.until - now) / 1_000);
  useKeys('Envoi', [{ key: 'u', label: 'Annuler l’envoi', run: () => void takeBack() }]);
  if (left <= 0) {
    setTimeout(() => leaving.get() === reply && leaving.set(null));
    return null;
  }
  return (
    <div class="undo">
      <p role="status">La réponse à {reply.ref} part.</p>
      <span aria-hidden="true">{left} s</span>
      <button type="button" onClick={() => void takeBack()}>
        Annuler l’envoi <kbd>u</kbd>
      </button>
    </div>
  );
}
