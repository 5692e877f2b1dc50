import { useEffect, useRef, useState } from 'preact/hooks';
import type { DraftView, FromMailView, RuleEdit } from '../../routes/rule-edits.ts';
import { call } from '../api/client.ts';
import { useMotifs, useQueues } from '../desk/motifs.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { go, hrefOf } from '../shell/router.ts';
import { EditForm } from './edit-form.tsx';
import { Examples } from './examples.tsx';
import { excerptOf, idOf, linesOf, phraseOf } from './words.ts';

interface Props {
  readonly conversation: string;
  readonly draft: DraftView;
  readonly onKept: () => Promise<void>;
}

/** From one mail, a rule for those like it: its words are chosen in its text, its place is before what decided. */
export function FromMail({ conversation, draft, onKept }: Props) {
  const [mail, setMail] = useState<FromMailView>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    void call<FromMailView>('POST', '/api/rules/from', { conversation }).then(setMail, setError);
  }, [conversation]);
  return (
    <section class="card" aria-labelledby="depuis">
      <h2 id="depuis">À partir de ce courriel, faire une règle</h2>
      <Problem of={error} />
      {mail === undefined && error === undefined && <p role="status">Lecture…</p>}
      {mail !== undefined && <Form {...{ mail, draft, conversation, onKept }} />}
    </section>
  );
}

function Form({ mail, draft, conversation, onKept }: Props & { readonly mail: FromMailView }) {
  const names = useNames();
  const motifs = useMotifs();
  const queues = useQueues();
  const field = useRef<HTMLTextAreaElement>(null);
  const [refused, setRefused] = useState('');
  const [phrases, setPhrases] = useState('');
  const [none, setNone] = useState('');
  const [why, setWhy] = useState('');
  const [only_motif, setOnlyMotif] = useState(mail.motif !== null);
  const [only_mailbox, setOnlyMailbox] = useState(false);
  const [queue, setQueue] = useState('');
  const [motif, setMotif] = useState('');
  const [before, setBefore] = useState(mail.rule ?? '');
  const [match, setMatch] = useState(excerptOf(mail.text));
  const [no_match, setNoMatch] = useState('');

  function choose(): void {
    const { selectionStart = 0, selectionEnd = 0, value = '' } = field.current ?? {};
    const found = phraseOf(value.slice(selectionStart ?? 0, selectionEnd ?? 0));
    setRefused('refused' in found ? found.refused : '');
    if ('phrase' in found) setPhrases([...linesOf(phrases), found.phrase].join('\n'));
  }
  const said = linesOf(phrases);
  const then = { ...(queue === '' ? {} : { queue }), ...(motif === '' ? {} : { motif }) };
  const whole = said.length > 0 && why.trim() !== '' && match.trim() !== '' && no_match.trim() !== '';
  const edit: RuleEdit | null =
    whole && Object.keys(then).length > 0
      ? {
          kind: 'rule',
          id: idOf(said[0]!),
          why: why.trim(),
          phrases: said,
          then,
          ...(linesOf(none).length === 0 ? {} : { none: linesOf(none) }),
          ...(only_motif && mail.motif !== null ? { motif: mail.motif } : {}),
          ...(only_mailbox ? { mailbox: mail.mailbox } : {}),
          ...(before === '' ? {} : { before }),
          match: [match.trim()],
          no_match: [no_match.trim()],
        }
      : null;
  return (
    <EditForm
      draft={draft}
      edit={edit}
      onKept={async () => {
        await onKept();
        go('regles');
      }}
    >
      <p>
        <a href={hrefOf('conversation', conversation)}>{mail.ref}</a>, {names.mailbox(mail.mailbox)} :{' '}
        {names.motif(mail.motif)}, {names.queue(mail.queue)}
        {mail.why !== '' && ` (${names.within(mail.why)})`}.
      </p>
      <label>
        Le texte de la personne (numéros masqués) : choisissez-y des mots
        <textarea ref={field} rows={8} readOnly value={mail.text} />
      </label>
      <p class="actions">
        <button type="button" onClick={choose}>
          Prendre les mots choisis
        </button>
      </p>
      {refused !== '' && <p role="alert">{refused}</p>}
      <label>
        Expressions, une par ligne : une seule suffit
        <textarea rows={3} value={phrases} onInput={(event) => setPhrases(event.currentTarget.value)} />
      </label>
      <label>
        Sauf si l’une de celles-ci s’y trouve (facultatif)
        <textarea rows={2} value={none} onInput={(event) => setNone(event.currentTarget.value)} />
      </label>
      {mail.motif !== null && (
        <label class="check">
          <input type="checkbox" checked={only_motif} onChange={(event) => setOnlyMotif(event.currentTarget.checked)} />
          Seulement pour le motif « {names.motif(mail.motif)} »
        </label>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={only_mailbox}
          onChange={(event) => setOnlyMailbox(event.currentTarget.checked)}
        />
        Seulement dans la boîte « {names.mailbox(mail.mailbox)} »
      </label>
      <label>
        Envoyer vers
        <select value={queue} onChange={(event) => setQueue(event.currentTarget.value)}>
          <option value="">(la file du motif)</option>
          {queues
            .filter(({ kind }) => kind !== 'partner')
            .map((row) => (
              <option key={row.queue} value={row.queue}>
                {row.label}
              </option>
            ))}
        </select>
      </label>
      <label>
        Donner le motif
        <select value={motif} onChange={(event) => setMotif(event.currentTarget.value)}>
          <option value="">(celui que le tri a trouvé)</option>
          {motifs.map((row) => (
            <option key={row.id} value={row.id}>
              {row.label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Place : la première règle qui convient décide
        <select value={before} onChange={(event) => setBefore(event.currentTarget.value)}>
          <option value="">après toutes les autres</option>
          {draft.rules.map((rule) => (
            <option key={rule} value={rule}>
              avant {rule}
              {rule === mail.rule ? ' (qui a décidé ici)' : ''}
            </option>
          ))}
        </select>
      </label>
      <label>
        Pourquoi (les conseillers le lisent)
        <input value={why} maxLength={600} onInput={(event) => setWhy(event.currentTarget.value)} />
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
