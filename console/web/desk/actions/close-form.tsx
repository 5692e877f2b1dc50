import { useState } from 'preact/hooks';
import { NO_ANSWER_REASONS } from '../../../../domain/closing.ts';
import { CLOSING_CODES } from '../../../../domain/conversation.ts';
import { call } from '../../api/client.ts';
import { useCell } from '../../shell/cell.ts';
import { say } from '../../shell/notices.tsx';
import { me } from '../../shell/session.ts';
import { CLOSING_LABELS, NO_ANSWER_LABELS } from '../../words/words.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

/** Closes with a code. What is passed to another body is told to the person, here. */
export function CloseForm({ thread, onDone }: ActionProps) {
  const role = useCell(me)?.role;
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const [notice, setNotice] = useState('');
  const codes = CLOSING_CODES.filter((one) => {
    if (one === 'closed_without_answer') return role === 'supervisor';
    return role !== 'partner' || (one !== 'redirected' && one !== 'versed_to_scan');
  });
  async function send(): Promise<void> {
    await call('POST', `/api/conversations/${thread.id}/close`, {
      code,
      ...(code === 'closed_without_answer' ? { reason } : {}),
      ...(code === 'redirected' && notice.trim() !== '' ? { notice: { body: notice } } : {}),
    });
    say('La conversation est close.');
    onDone();
  }
  return (
    <ActionForm
      submit="Clore"
      onSubmit={send}
      disabled={code === '' || (code === 'closed_without_answer' && reason === '')}
    >
      <Select label="Code" value={code} onChange={setCode} options={codes.map((one) => [one, CLOSING_LABELS[one]])} />
      {code === 'closed_without_answer' && (
        <Select
          label="Raison"
          value={reason}
          onChange={setReason}
          options={NO_ANSWER_REASONS.map((one) => [one, NO_ANSWER_LABELS[one]])}
        />
      )}
      {code === 'redirected' && (
        <label>
          Avis à la personne : à qui son courriel est transmis
          <textarea
            rows={5}
            maxLength={20_000}
            value={notice}
            onInput={(event) => setNotice(event.currentTarget.value)}
          />
        </label>
      )}
    </ActionForm>
  );
}
