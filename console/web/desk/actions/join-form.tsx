import { useState } from 'preact/hooks';
import { JOIN_REASONS } from '../../../../domain/joining.ts';
import { call } from '../../api/client.ts';
import { useCell } from '../../shell/cell.ts';
import { say } from '../../shell/notices.tsx';
import { me } from '../../shell/session.ts';
import { JOIN_LABELS, STATUS_LABELS } from '../../words/words.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

const ELSEWHERE = 'ref';

/** Makes another conversation of the same person part of this one: the one it seems to follow is proposed. */
export function JoinForm({ thread, onDone }: ActionProps) {
  const reviews = useCell(me)?.role !== 'agent';
  const { contacts, suggested_link } = thread;
  const others = [
    ...(suggested_link === null || contacts.some(({ id }) => id === suggested_link.id)
      ? []
      : [[suggested_link.id, `${suggested_link.ref}, à laquelle celle-ci semble faire suite`] as const]),
    ...contacts.map(
      (row) => [row.id, `${row.ref}, ${row.subject || 'sans objet'}, ${STATUS_LABELS[row.status]}`] as const,
    ),
    [ELSEWHERE, 'Une autre, par sa référence'] as const,
  ];
  const [other, setOther] = useState(suggested_link?.id ?? (contacts.length === 1 ? contacts[0]!.id : ''));
  const [ref, setRef] = useState('');
  const [reason, setReason] = useState('');
  const stranger = other !== '' && !contacts.some(({ id }) => id === other);
  const wanted = other === ELSEWHERE ? ref.trim() : other;
  async function send(): Promise<void> {
    const ask = { other: wanted, ...(stranger && reviews && reason !== '' ? { reason } : {}) };
    const answer = await call<{ ref: string }>('POST', `/api/conversations/${thread.id}/join`, ask);
    say(`${answer.ref} est jointe : une réponse vaut pour les deux. Pour revenir en arrière : détacher.`);
    onDone();
  }
  return (
    <ActionForm submit="Joindre" onSubmit={send} disabled={wanted === ''}>
      <Select label="Joindre à cette conversation" value={other} onChange={setOther} options={others} />
      {other === ELSEWHERE && (
        <label>
          Référence
          <input value={ref} maxLength={60} required onInput={(event) => setRef(event.currentTarget.value)} />
        </label>
      )}
      {stranger && reviews && (
        <Select
          label="Si l’adresse diffère : pourquoi c’est la même personne"
          value={reason}
          onChange={setReason}
          required={false}
          options={JOIN_REASONS.map((code) => [code, JOIN_LABELS[code]])}
        />
      )}
      <p class="quiet">Chaque demande garde son délai. Les prochains messages arriveront ici.</p>
    </ActionForm>
  );
}
