import { ApiError, call } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { complain, say } from '../shell/notices.tsx';
import { moment } from '../words/time.ts';
import { DELIVERY_KINDS, deliveryLabel } from '../words/words.ts';
import { Settle } from './settle.tsx';
import { GONE } from './undo.tsx';

interface Props {
  readonly thread: Thread;
  readonly onChange: () => Promise<void>;
}

/** What was sent to the person, and what became of it. */
export function Sendings({ thread, onChange }: Props) {
  if (thread.deliveries.length === 0) return null;
  async function cancel(id: string): Promise<void> {
    try {
      await call('POST', `/api/deliveries/${id}/cancel`, {});
      say('L’envoi est annulé.');
    } catch (error) {
      if (error instanceof ApiError && error.code === 'DELIVERY_STATE') say(GONE);
      else complain(error);
    }
    await onChange();
  }
  return (
    <section aria-labelledby="envois" class="card">
      <h2 id="envois">Envois</h2>
      <ul>
        {thread.deliveries.map((delivery) => (
          <li key={delivery.id}>
            {DELIVERY_KINDS[delivery.kind] ?? delivery.kind}, {deliveryLabel(delivery.status, delivery.kind)}{' '}
            <span class="quiet">{moment(delivery.sent_at ?? delivery.created_at)}</span>
            {delivery.can_cancel && (
              <button type="button" onClick={() => void cancel(delivery.id)}>
                Annuler l’envoi
              </button>
            )}
            <Settle delivery={delivery} own={thread.hand_back === null} onChange={onChange} />
          </li>
        ))}
      </ul>
    </section>
  );
}
