import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { say } from '../../shell/notices.tsx';
import { dateWords, dayOf } from '../../words/time.ts';
import type { ActionProps } from '../action-dialog.tsx';
import { useQueues } from '../motifs.ts';
import { wish } from '../wish.ts';
import { ActionForm } from './form.tsx';
import { Select } from './select.tsx';

const KINDS = {
  phone: [
    'Rendez-vous téléphonique',
    (when: string) =>
      `Nous vous proposons un rendez-vous téléphonique le ${when} : une personne de notre service vous appellera.`,
  ],
  edoweb: [
    'Accompagnement numérique (Edoweb)',
    (when: string) =>
      `Nous vous proposons un rendez-vous d’accompagnement numérique, d’environ trente minutes, le ${when} : une personne de notre service vous montrera, pas à pas, comment faire votre démarche en ligne.`,
  ],
} as const;
const HALVES = { am: 'le matin, entre 9 h et 12 h', pm: 'l’après-midi, entre 14 h et 16 h 30' } as const;
const OTHERWISE = 'Si ce moment ne vous convient pas, répondez simplement à ce message.';
const SOON_DAYS = 3;

/** Offers an appointment: a dated task for those who keep it, and the sentence that tells the person, in the reply. */
export function OfferForm({ thread, onDone }: ActionProps) {
  const poles = useQueues().filter(({ kind }) => kind !== 'partner' && kind !== 'review');
  const [kind, setKind] = useState<keyof typeof KINDS | ''>('');
  const [pole, setPole] = useState(thread.queue);
  const [day, setDay] = useState(dayOf(Date.now(), SOON_DAYS));
  const [half, setHalf] = useState<keyof typeof HALVES | ''>('am');
  const known = poles.some(({ queue }) => queue === pole);
  async function send(): Promise<void> {
    if (kind === '' || half === '') return;
    const [label, sentence] = KINDS[kind];
    const action = `${label}, ${HALVES[half]}`;
    await call('POST', `/api/conversations/${thread.id}/tasks`, { pole, action, due_on: day });
    wish.set({ text: `${sentence(`${dateWords(day)}, ${HALVES[half]}`)} ${OTHERWISE}` });
    say('L’échéance est ouverte ; la phrase est dans votre réponse, relisez-la.');
    onDone();
  }
  return (
    <ActionForm submit="Proposer" onSubmit={send} disabled={kind === '' || half === '' || !known}>
      <Select
        label="Ce que vous proposez"
        value={kind}
        onChange={(value) => setKind(value as typeof kind)}
        options={Object.entries(KINDS).map(([id, [label]]) => [id, label])}
      />
      <label>
        Le
        <input
          type="date"
          value={day}
          min={dayOf(Date.now())}
          required
          onInput={(event) => setDay(event.currentTarget.value)}
        />
      </label>
      <Select
        label="Moment"
        value={half}
        onChange={(value) => setHalf(value as typeof half)}
        options={Object.entries(HALVES)}
      />
      <Select
        label="Qui tient le rendez-vous"
        value={known ? pole : ''}
        onChange={setPole}
        options={poles.map((row) => [row.queue, row.label])}
      />
    </ActionForm>
  );
}
