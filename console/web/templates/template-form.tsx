import { useState } from 'preact/hooks';
import type { DraftView, RuleEdit } from '../../routes/rule-edits.ts';
import { EditForm } from '../rules/edit-form.tsx';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';

interface Props {
  readonly id: string;
  readonly onKept: () => void;
}

/** A change of one approved text, into the rules' draft: read by the checks, then tried and applied as any rule. */
export function TemplateForm({ id, onKept }: Props) {
  const { data, error } = useLoad<DraftView>('/api/rules/draft');
  const template = data?.templates.find((one) => one.id === id);
  if (data === undefined || template === undefined)
    return (
      <>
        <Problem of={error} />
        {error === undefined && (
          <p role="status">{data === undefined ? 'Lecture…' : 'Ce modèle n’est pas dans le candidat.'}</p>
        )}
      </>
    );
  return <Fields key={data.base} draft={data} template={template} onKept={onKept} />;
}

interface FieldsProps {
  readonly draft: DraftView;
  readonly template: DraftView['templates'][number];
  readonly onKept: () => void;
}

function Fields({ draft, template, onKept }: FieldsProps) {
  const [subject, setSubject] = useState(template.subject);
  const [body, setBody] = useState(template.body);
  const [owner, setOwner] = useState(template.owner ?? '');
  const [until, setUntil] = useState(template.valid_until ?? '');
  const changed = {
    ...differs('subject', subject, template.subject),
    ...differs('body', body, template.body),
    ...differs('owner', owner, template.owner ?? ''),
    ...differs('valid_until', until, template.valid_until ?? ''),
  };
  const edit: RuleEdit | null =
    Object.keys(changed).length === 0 ? null : { kind: 'template', id: template.id, ...changed };
  return (
    <EditForm draft={draft} edit={edit} onKept={async () => onKept()}>
      <p class="quiet">
        Rien ne change avant « Mettre en vigueur », sur la page Règles. Ce qui est entre accolades est rempli à l’usage.
      </p>
      <label>
        Objet
        <input value={subject} maxLength={200} onInput={(event) => setSubject(event.currentTarget.value)} />
      </label>
      <label>
        Texte
        <textarea rows={14} value={body} onInput={(event) => setBody(event.currentTarget.value)} />
      </label>
      <label>
        Responsable : une équipe ou une fonction
        <input value={owner} maxLength={100} onInput={(event) => setOwner(event.currentTarget.value)} />
      </label>
      <label>
        Valable jusqu’au
        <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
      </label>
    </EditForm>
  );
}

/** A field that was emptied is left as it stands: what a form cannot say, the editor of the rules can. */
function differs(key: string, typed: string, before: string): Record<string, string> {
  return typed.trim() === '' || typed.trim() === before.trim() ? {} : { [key]: typed.trim() };
}
