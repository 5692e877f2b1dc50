import { useState } from 'preact/hooks';
import { STOP_LABELS } from '../../../domain/stop-labels.ts';
import { call } from '../api/client.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { Select } from '../desk/actions/select.tsx';
import { say } from '../shell/notices.tsx';
import { count } from '../words/words.ts';
import type { Pool } from './types.ts';

/** The machine's own reason is nobody's to choose. */
const CHOICES = Object.entries(STOP_LABELS).filter(([id]) => id !== 'silent');

interface Props {
  readonly pool: Pool;
  readonly onDone: () => void;
}

export function StopForm({ pool, onDone }: Props) {
  const [reason, setReason] = useState('');
  const [recall, setRecall] = useState(false);
  async function send(): Promise<void> {
    const { recalled } = await call<{ recalled: number }>('POST', `/api/overflow/${pool.pool}/stop`, {
      reason,
      recall,
    });
    say(`Le contrat est arrêté${recalled > 0 ? ` ; ${count(recalled, 'conversation')} reviennent` : ''}.`);
    onDone();
  }
  return (
    <ActionForm submit="Arrêter le contrat" onSubmit={send} disabled={reason === ''}>
      <Select label="Raison" value={reason} onChange={setReason} options={CHOICES} />
      <label class="check">
        <input type="checkbox" checked={recall} onChange={(event) => setRecall(event.currentTarget.checked)} />
        Faire revenir ce que personne n’y a pris
      </label>
      <p class="quiet">Plus rien ne part vers cette équipe. Le délai dû aux personnes ne change pas.</p>
    </ActionForm>
  );
}
