import { useState } from 'preact/hooks';
import { say } from '../../shell/notices.tsx';
import { RELEASE_LABELS } from '../../words/words.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { giveBack } from '../lock-notice.tsx';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

export function ReleaseForm({ thread, onDone }: ActionProps) {
  const [reason, setReason] = useState('');
  async function send(): Promise<void> {
    await giveBack(thread.id, reason);
    say('La conversation est rendue à sa file ; ses délais courent toujours.');
    onDone();
  }
  return (
    <ActionForm submit="Rendre" onSubmit={send} disabled={reason === ''}>
      <Select label="Raison" value={reason} onChange={setReason} options={Object.entries(RELEASE_LABELS)} />
    </ActionForm>
  );
}
