import { useState } from 'preact/hooks';
import type { RuleEdit } from '../../routes/rule-edits.ts';
import { useMotifs } from '../desk/motifs.ts';
import { dayOf } from '../words/time.ts';
import { EditForm } from './edit-form.tsx';
import { Examples } from './examples.tsx';
import type { FormProps } from './forms.tsx';
import { idOf, linesOf } from './words.ts';

const WEEK_DAYS = 7;

/** A subject of some weeks, sorted by its words until a day, counted under a motif of the nomenclature. */
export function TemporaryForm({ draft, onKept }: FormProps) {
  const motifs = useMotifs().filter(({ provisional }) => provisional === null);
  const [label, setLabel] = useState('');
  const [parent, setParent] = useState('');
  const [why, setWhy] = useState('');
  const [from, setFrom] = useState(dayOf(Date.now()));
  const [until, setUntil] = useState(dayOf(Date.now(), WEEK_DAYS));
  const [phrases, setPhrases] = useState('');
  const [match, setMatch] = useState('');
  const [no_match, setNoMatch] = useState('');
  const said = linesOf(phrases);
  const texts = [label, parent, why, match, no_match, from, until];
  const edit: RuleEdit | null =
    texts.some((text) => text.trim() === '') || said.length === 0 || until < from
      ? null
      : {
          ...{ kind: 'temporary', id: idOf(label), label: label.trim(), parent, why: why.trim(), from, until },
          ...{ phrases: said, match: [match.trim()], no_match: [no_match.trim()] },
        };
  return (
    <EditForm draft={draft} edit={edit} onKept={onKept}>
      <label>
        Nom du sujet (les conseillers le lisent)
        <input value={label} maxLength={200} onInput={(event) => setLabel(event.currentTarget.value)} />
      </label>
      <label>
        Compté sous le motif
        <select value={parent} onChange={(event) => setParent(event.currentTarget.value)}>
          <option value="">(choisir)</option>
          {motifs.map((row) => (
            <option key={row.id} value={row.id}>
              {row.label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Pourquoi
        <input value={why} maxLength={600} onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      <label>
        Premier jour
        <input type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        Dernier jour
        <input type="date" value={until} min={from} onInput={(event) => setUntil(event.currentTarget.value)} />
      </label>
      <label>
        Expressions, une par ligne : une seule suffit
        <textarea rows={3} value={phrases} onInput={(event) => setPhrases(event.currentTarget.value)} />
      </label>
      <Examples
        {...{ match, no_match }}
        onChange={(yes, no) => {
          setMatch(yes);
          setNoMatch(no);
        }}
      />
    </EditForm>
  );
}
