import { useState } from 'preact/hooks';
import type { Thread } from '../../api/types.ts';
import { call } from '../../api/client.ts';
import { useNames } from '../../shell/names.ts';
import { say } from '../../shell/notices.tsx';
import { moment } from '../../words/time.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

/** Takes a mail out as a conversation of its own, or a joined conversation back out. */
export function SplitForm({ thread, onDone }: ActionProps) {
  const names = useNames();
  const options = choices(thread);
  const [chosen, setChosen] = useState('');
  async function send(): Promise<void> {
    const [kind, id] = chosen.split(':') as [string, string];
    if (kind === 'joined') {
      await call('POST', `/api/conversations/${thread.id}/separate`, { other: id });
      say('Les deux conversations sont de nouveau séparées ; leurs délais n’ont pas changé.');
    } else {
      const made = await call<{ ref: string; queue: string }>('POST', `/api/conversations/${thread.id}/split`, {
        message: id,
      });
      say(`Le message est à part : ${made.ref}, file « ${names.queue(made.queue)} ». Son délai n’a pas changé.`);
    }
    onDone();
  }
  if (options.length === 0)
    return <p>Il n’y a rien à détacher : un seul message attend ici une réponse, et rien n’a été joint.</p>;
  return (
    <ActionForm submit="Détacher" onSubmit={send} disabled={chosen === ''}>
      <Select label="Détacher" value={chosen} onChange={setChosen} options={options} />
      <p class="quiet">Un message détaché est trié de nouveau, et garde son délai.</p>
    </ActionForm>
  );
}

function choices(thread: Thread): [string, string][] {
  const open = new Set(thread.clocks.filter(({ stopped_at }) => stopped_at === null).map(({ message }) => message));
  const incoming = thread.messages.filter(({ direction }) => direction === 'incoming');
  const mails = incoming.length < 2 ? [] : incoming.filter(({ id }) => open.has(id));
  return [
    ...thread.joined.map(({ id, ref }): [string, string] => [`joined:${id}`, `${ref}, qui avait été jointe`]),
    ...mails.map(({ id, subject, received_at }): [string, string] => [
      `message:${id}`,
      `Le message du ${moment(received_at)}, ${subject || 'sans objet'}`,
    ]),
  ];
}
