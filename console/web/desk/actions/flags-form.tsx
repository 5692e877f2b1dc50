import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useNames } from '../../shell/names.ts';
import { say } from '../../shell/notices.tsx';
import type { ActionProps } from '../action-dialog.tsx';
import { useFlags } from '../motifs.ts';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

/** Adds a mark, or takes away one that is wrong; P0 and P1 send the conversation to who answers them. */
export function FlagsForm({ thread, onDone }: ActionProps) {
  const flags = useFlags();
  const names = useNames();
  const [flag, setFlag] = useState('');
  const there = thread.flags.includes(flag);
  async function send(): Promise<void> {
    const action = there ? 'remove' : 'add';
    const answer = await call<{ queue: string }>('POST', `/api/conversations/${thread.id}/flags`, { flag, action });
    say(
      `Signalement ${there ? 'retiré' : 'ajouté'}${answer.queue === thread.queue ? '' : ` ; file « ${names.queue(answer.queue)} »`}.`,
    );
    onDone();
  }
  return (
    <ActionForm submit={there ? 'Retirer' : 'Ajouter'} onSubmit={send} disabled={flag === ''}>
      <Select
        label="Signalement"
        value={flag}
        onChange={setFlag}
        options={flags.map(({ id, label, level }) => [
          id,
          `${level} ${label}${thread.flags.includes(id) ? ' (présent : le retirer)' : ''}`,
        ])}
      />
    </ActionForm>
  );
}
