import { useState } from 'preact/hooks';
import { isWorkingDay } from '../../../../domain/calendar.ts';
import { call } from '../../api/client.ts';
import { say } from '../../shell/notices.tsx';
import { dayOf } from '../../words/time.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { useQueues } from '../motifs.ts';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

const WEEK_DAYS = 7;

/** The first working day a week from now or later; holidays are those of the whole country. */
function workingDay(now: number): string {
  let shift = WEEK_DAYS;
  while (!isWorkingDay(dayOf(now, shift), { alsace_moselle: 'none' })) shift += 1;
  return dayOf(now, shift);
}

/** Dated work for a pôle beside the answer. */
export function TaskForm({ thread, onDone }: ActionProps) {
  const poles = useQueues().filter(({ kind }) => kind !== 'partner' && kind !== 'review');
  const [pole, setPole] = useState('');
  const [action, setAction] = useState('');
  const [due, setDue] = useState(workingDay(Date.now()));
  async function send(): Promise<void> {
    await call('POST', `/api/conversations/${thread.id}/tasks`, { pole, action, due_on: due });
    say('L’échéance est ouverte.');
    onDone();
  }
  return (
    <ActionForm submit="Ouvrir l’échéance" onSubmit={send} disabled={pole === '' || action.trim() === ''}>
      <Select label="Pôle" value={pole} onChange={setPole} options={poles.map((row) => [row.queue, row.label])} />
      <label>
        Ce qui est à faire
        <input value={action} maxLength={500} required onInput={(event) => setAction(event.currentTarget.value)} />
      </label>
      <label>
        Pour le
        <input
          type="date"
          value={due}
          min={dayOf(Date.now())}
          required
          onInput={(event) => setDue(event.currentTarget.value)}
        />
      </label>
    </ActionForm>
  );
}
