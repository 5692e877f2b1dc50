import { useState } from 'preact/hooks';
import type { Template } from '../api/types.ts';
import { say } from '../shell/notices.tsx';

const FIRST_CHARS = 60;

interface Props {
  readonly templates: readonly Template[];
  readonly onPick: (template: Template) => void;
}

/** Its subject; its first line too where another one has the same. */
function nameOf(template: Template, all: readonly Template[]): string {
  const { id, subject, body } = template;
  if (subject === '') return id;
  if (all.filter((other) => other.subject === subject).length === 1) return subject;
  const first = body.split('\n').find((line) => line.trim() !== '' && !/^(Bonjour|Madame)/.test(line)) ?? '';
  return first === '' ? `${subject} (${id})` : `${subject} – ${first.slice(0, FIRST_CHARS)}`;
}

/** Approved replies for the motif; what the machine knows is filled in. Choosing one changes nothing before « Insérer ». */
export function TemplatePicker({ templates, onPick }: Props) {
  const [id, setId] = useState('');
  if (templates.length === 0) return <p class="quiet">Pas de modèle pour ce motif.</p>;
  const pick = (): void => {
    const picked = templates.find((template) => template.id === id);
    if (picked === undefined) return say('Aucun modèle choisi.');
    onPick(picked);
    setId('');
  };
  return (
    <div class="pair">
      <label>
        Modèle
        <select
          id="modele"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            pick();
          }}
        >
          <option value="">Choisir un modèle…</option>
          {templates.map((template) => (
            <option key={template.id} value={template.id}>
              {nameOf(template, templates)}
              {template.missing.length > 0 && ` (à compléter : ${template.missing.length})`}
            </option>
          ))}
        </select>
      </label>
      <button type="button" disabled={id === ''} onClick={pick}>
        Insérer
      </button>
    </div>
  );
}
