import { useState } from 'preact/hooks';
import type { DraftView, RuleEdit } from '../../routes/rule-edits.ts';
import { EditForm } from './edit-form.tsx';
import { PoolForm } from './pool-form.tsx';
import { TemporaryForm } from './temporary-form.tsx';

export interface FormProps {
  readonly draft: DraftView;
  readonly onKept: () => Promise<void>;
}

const FORMS = [
  ['expression', 'Ajouter une expression', PhraseForm],
  ['equipe', 'Capacité, quota et horaires d’une équipe', PoolForm],
  ['temporaire', 'Règle temporaire, avec une date de fin', TemporaryForm],
  ['expediteur', 'Dire qui est un expéditeur', SenderForm],
] as const;

/** The usual changes without writing YAML; each goes into the draft. */
export function RulesForms({ draft, onKept }: FormProps) {
  const [chosen, setChosen] = useState('');
  const Form = FORMS.find(([id]) => id === chosen)?.[2];
  return (
    <section class="card" aria-labelledby="formulaires">
      <h2 id="formulaires">Modifier par formulaire</h2>
      <p class="quiet">
        {draft.candidate
          ? 'Chaque changement s’ajoute au candidat.'
          : 'Chaque changement part des règles en vigueur et forme un candidat.'}{' '}
        Rien ne change pour personne avant « Mettre en vigueur ». Pour une règle, ouvrez un courriel et choisissez « À
        partir de ce courriel, faire une règle ».
      </p>
      <label>
        Changement
        <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          <option value="">(choisir)</option>
          {FORMS.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {Form !== undefined && <Form key={`${chosen} ${draft.base}`} draft={draft} onKept={onKept} />}
    </section>
  );
}

function PhraseForm({ draft, onKept }: FormProps) {
  const [at, setAt] = useState('');
  const [phrase, setPhrase] = useState('');
  const list = draft.lists.find(({ path }) => path.join('.') === at);
  const edit: RuleEdit | null =
    list === undefined || phrase.trim() === ''
      ? null
      : { kind: 'phrase', file: list.file, path: [...list.path], phrase: phrase.trim() };
  return (
    <EditForm draft={draft} edit={edit} onKept={onKept}>
      <label>
        Liste
        <select value={at} onChange={(event) => setAt(event.currentTarget.value)}>
          <option value="">(choisir)</option>
          {draft.lists.map((one) => (
            <option key={`${one.file} ${one.path.join('.')}`} value={one.path.join('.')}>
              {one.label}
              {one.excludes ? ', sauf' : ''} : {one.first.join(' ; ').slice(0, 80)} ({one.count})
            </option>
          ))}
        </select>
      </label>
      {list?.excludes === true && <p>Cette liste écarte : un courriel qui contient l’expression n’est pas retenu.</p>}
      <label>
        Expression ( … pour quelques mots, a|b entre parenthèses, mot* pour une suite)
        <input value={phrase} maxLength={400} onInput={(event) => setPhrase(event.currentTarget.value)} />
      </label>
    </EditForm>
  );
}

const PUBLICS = [
  ['assure', 'assuré'],
  ['employeur', 'employeur'],
  ['ps', 'professionnel de santé'],
  ['partenaire', 'partenaire'],
  ['institution', 'institution'],
  ['machine', 'machine'],
] as const;

function SenderForm({ draft, onKept }: FormProps) {
  const [sender, setSender] = useState('');
  const [who, setWho] = useState<(typeof PUBLICS)[number][0]>('partenaire');
  const given = sender.trim().toLowerCase();
  const edit: RuleEdit | null = given.includes('.') ? { kind: 'sender', sender: given, public: who } : null;
  return (
    <EditForm draft={draft} edit={edit} onKept={onKept}>
      <label>
        Domaine, ou adresse entière d’un organisme (jamais celle d’une personne)
        <input value={sender} maxLength={254} onInput={(event) => setSender(event.currentTarget.value)} />
      </label>
      <label>
        Qui écrit
        <select value={who} onChange={(event) => setWho(event.currentTarget.value as typeof who)}>
          {PUBLICS.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </EditForm>
  );
}
