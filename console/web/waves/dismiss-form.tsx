import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { Select } from '../desk/actions/select.tsx';
import { say } from '../shell/notices.tsx';

const REASONS = [
  ['not-one-subject', 'Plusieurs sujets différents'],
  ['usual', 'Rien d’inhabituel'],
  ['known', 'Déjà connu et traité'],
  ['other', 'Autre raison'],
] as const;

export function DismissForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  async function send(): Promise<void> {
    await call('POST', `/api/waves/${id}/dismiss`, { reason });
    say('La vague est écartée.');
    onDone();
  }
  return (
    <ActionForm submit="Écarter" onSubmit={send} disabled={reason === ''}>
      <Select label="Raison" value={reason} onChange={setReason} options={REASONS} />
    </ActionForm>
  );
}
