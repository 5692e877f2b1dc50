import { useState } from 'preact/hooks';
import { TRANSFER_REASONS, type TransferReason } from '../../../../domain/transfer.ts';
import { call } from '../../api/client.ts';
import { useCell } from '../../shell/cell.ts';
import { useNames } from '../../shell/names.ts';
import { say } from '../../shell/notices.tsx';
import { me } from '../../shell/session.ts';
import { TRANSFER_LABELS } from '../../words/words.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { useQueues } from '../motifs.ts';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

/** The machine and référents use the others. */
const OFFERED = TRANSFER_REASONS.filter((reason) => !reason.startsWith('review_') && reason !== 'hand_back');

/** Hands the conversation to another queue. A partner gives it back to where it came from, and nowhere else. */
export function TransferForm({ thread, onDone }: ActionProps) {
  const supervises = useCell(me)?.role === 'supervisor';
  // Only a supervisor hands work to a pool by hand: to anybody else the server would refuse it.
  const queues = useQueues().filter(
    ({ queue, kind }) => queue !== thread.queue && kind !== 'review' && (supervises || kind !== 'partner'),
  );
  const names = useNames();
  const home = thread.hand_back;
  const [queue, setQueue] = useState(home ?? '');
  const [reason, setReason] = useState<TransferReason | ''>(home === null ? '' : 'hand_back');
  async function send(): Promise<void> {
    const ask = { queue, reason };
    const answer = await call<{ wanted: string; review: boolean }>(
      'POST',
      `/api/conversations/${thread.id}/transfer`,
      ask,
    );
    const wanted = `« ${names.queue(answer.wanted)} »`;
    say(answer.review ? `Transfert vers ${wanted} : un référent l’analyse d’abord.` : `Transférée vers ${wanted}.`);
    onDone();
  }
  return (
    <ActionForm
      submit={home === null ? 'Transférer' : 'Rendre'}
      onSubmit={send}
      disabled={queue === '' || reason === ''}
    >
      {home === null ? (
        <>
          <Select
            label="File"
            value={queue}
            onChange={setQueue}
            options={queues.map((row) => [row.queue, row.label])}
          />
          <Select
            label="Raison"
            value={reason}
            onChange={(value) => setReason(value as TransferReason)}
            options={OFFERED.map((code) => [code, TRANSFER_LABELS[code]])}
          />
          <p class="quiet">Le délai dû à la personne ne change pas.</p>
        </>
      ) : (
        <p>La conversation retourne à la file « {names.queue(home)} ». Le délai dû à la personne ne change pas.</p>
      )}
    </ActionForm>
  );
}
