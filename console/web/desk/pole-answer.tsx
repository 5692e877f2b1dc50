import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { complain, say } from '../shell/notices.tsx';

interface Props {
  readonly thread: Thread;
  readonly onDone: () => void;
}

/** For the pôle that received a transfer: was it right? A refusal goes back to the référents, once. */
export function PoleAnswer({ thread, onDone }: Props) {
  const [reason, setReason] = useState('');
  if (thread.pole_reasons.length === 0) return null;
  async function answer(as: 'accept' | 'refuse', why?: string): Promise<void> {
    try {
      await call('POST', `/api/conversations/${thread.id}/review/answer`, {
        as,
        ...(why === undefined ? {} : { reason: why }),
      });
      say(as === 'accept' ? 'Transfert accepté.' : 'Transfert refusé ; un référent le revoit.');
      onDone();
    } catch (error) {
      complain(error);
    }
  }
  return (
    <section class="card" aria-labelledby="reponse-pole">
      <h2 id="reponse-pole">Ce transfert était-il juste ?</h2>
      <p>
        <button type="button" onClick={() => void answer('accept')}>
          Oui, juste
        </button>
      </p>
      <div class="pair">
        <label>
          Non, le rendre
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            <option value="">Choisir une raison…</option>
            {thread.pole_reasons.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={reason === ''} onClick={() => void answer('refuse', reason)}>
          Rendre
        </button>
      </div>
    </section>
  );
}
