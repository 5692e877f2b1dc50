import { useState } from 'preact/hooks';
import type { Template } from '../api/types.ts';

interface Props {
  readonly templates: readonly Template[];
  readonly onPick: (template: Template) => void;
}

/** Approved replies for the motif; what the machine knows is filled in. Choosing one changes nothing before « Insérer ». */
export function TemplatePicker({ templates, onPick }: Props) {
  const [id, setId] = useState('');
  if (templates.length === 0) return <p class="quiet">Pas de modèle pour ce motif.</p>;
  const pick = (): void => {
    const picked = templates.find((template) => template.id === id);
    if (picked === undefined) return;
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
              {template.id}
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
