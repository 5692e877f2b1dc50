import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useLoad } from '../../shell/load.ts';
import { say } from '../../shell/notices.tsx';
import { Problem } from '../../shell/problem.tsx';
import { moment } from '../../words/time.ts';
import { SNOOZE_LABELS } from '../../words/words.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

const HOUR_MS = 3_600_000;
/** Hours one is likely to wait for. */
const STEPS = [1, 2, 4, 8, 24] as const;

/** Sets it aside for a while. Its delays go on, and it is back before they end: the server says until when at most. */
export function SnoozeForm({ thread, onDone }: ActionProps) {
  const bound = useLoad<{ latest: string | null; refused: string | null }>(`/api/conversations/${thread.id}/snooze`);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [now] = useState(Date.now());
  const latest = bound.data?.latest ?? null;
  const choices = latest === null ? [] : untilChoices(now, Date.parse(latest));
  async function send(): Promise<void> {
    await call('POST', `/api/conversations/${thread.id}/snooze`, { reason, until });
    say(`Mise de côté jusqu’au ${moment(until)} ; ses délais courent toujours.`);
    onDone();
  }
  const refusal = useRef<HTMLParagraphElement>(null);
  // The field that had the focus is gone: the sentence takes it.
  useEffect(() => refusal.current?.focus(), [bound.data]);
  if (bound.data?.refused != null)
    return (
      <p role="alert" tabIndex={-1} ref={refusal}>
        {bound.data.refused}
      </p>
    );
  return (
    <ActionForm submit="Mettre de côté" onSubmit={send} disabled={reason === '' || until === ''}>
      <Problem of={bound.error} />
      <Select label="Raison" value={reason} onChange={setReason} options={Object.entries(SNOOZE_LABELS)} />
      <Select label="Jusqu’à" value={until} onChange={setUntil} options={choices} />
      <p class="quiet">
        Le délai dû à la personne ne change pas. La conversation vous revient d’abord ; un nouveau message la ramène
        aussitôt.
      </p>
    </ActionForm>
  );
}

/** Round hours up to the last moment allowed, and that moment itself. */
function untilChoices(now: number, latest: number): [string, string][] {
  const steps = STEPS.map((hours) => [hours, now + hours * HOUR_MS] as const).filter(([, at]) => at < latest);
  return [
    ...steps.map(([hours, at]): [string, string] => {
      const iso = new Date(at).toISOString();
      return [iso, `${hours} h, ${moment(iso)}`];
    }),
    [new Date(latest).toISOString(), `au plus tard, ${moment(new Date(latest).toISOString())}`],
  ];
}
