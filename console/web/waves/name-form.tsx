import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Finding } from '../api/types.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { Select } from '../desk/actions/select.tsx';
import { useMotifs } from '../desk/motifs.ts';
import { say } from '../shell/notices.tsx';
import { dayOf } from '../words/time.ts';
import type { Wave } from './types.ts';

interface Props {
  readonly wave: Wave;
  readonly onDone: () => void;
}

const WEEK_DAYS = 7;

/** A name and an end are owed; the words for everybody are up to the supervisor. */
export function NameForm({ wave, onDone }: Props) {
  const motifs = useMotifs();
  const [label, setLabel] = useState(wave.label ?? '');
  const [until, setUntil] = useState(wave.ends_at?.slice(0, 10) ?? dayOf(Date.now(), WEEK_DAYS));
  const [template, setTemplate] = useState(wave.template ?? '');
  const [sentence, setSentence] = useState(wave.sentence ?? '');
  const [bot_answer, setBot] = useState(wave.bot_answer ?? '');
  const [motif, setMotif] = useState(wave.motif ?? '');
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  async function send(): Promise<void> {
    const { findings } = await call<{ findings: Finding[] }>('POST', `/api/waves/${wave.id}/name`, {
      label,
      // The end of that day, in the time of this browser.
      ends_at: new Date(`${until}T23:59:00`).toISOString(),
      template: orNull(template),
      sentence: orNull(sentence),
      bot_answer: orNull(bot_answer),
      motif: orNull(motif),
      phrases: wave.phrases,
    });
    say(findings.length === 0 ? 'La vague est nommée.' : `La vague est nommée. Conseil : ${findings[0]!.message}`);
    onDone();
  }
  return (
    <ActionForm submit="Enregistrer" onSubmit={send} disabled={label.trim() === '' || until === ''}>
      <label>
        Nom
        <input value={label} maxLength={120} required onInput={(event) => setLabel(event.currentTarget.value)} />
      </label>
      <label>
        Se termine le
        <input
          type="date"
          value={until}
          min={dayOf(Date.now())}
          required
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
      </label>
      <Select
        label="Motif (facultatif)"
        value={motif}
        onChange={setMotif}
        required={false}
        options={motifs.map(({ id, label: words }) => [id, words])}
      />
      <label>
        Modèle de la réponse groupée, par son identifiant (facultatif)
        <input value={template} maxLength={100} onInput={(event) => setTemplate(event.currentTarget.value)} />
      </label>
      <label>
        Phrase dans l’accusé de réception (facultatif)
        <textarea rows={2} value={sentence} onInput={(event) => setSentence(event.currentTarget.value)} />
      </label>
      <label>
        Ce que répond ameliBot (facultatif)
        <textarea rows={3} value={bot_answer} onInput={(event) => setBot(event.currentTarget.value)} />
      </label>
    </ActionForm>
  );
}
