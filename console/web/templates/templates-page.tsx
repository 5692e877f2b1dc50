import { useState } from 'preact/hooks';
import type { TemplateView } from '../../routes/templates.ts';
import { useCell } from '../shell/cell.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { dateWords } from '../words/time.ts';
import { count, percent } from '../words/words.ts';
import { TemplateForm } from './template-form.tsx';

const KINDS = [
  ['reply', 'Réponses'],
  ['notice', 'Avis'],
  ['ack', 'Accusés de réception'],
] as const;

/** Approved texts: who answers for them, until when, how they are used. Changed through the rules' draft, never here. */
export function TemplatesPage() {
  const { data, error } = useLoad<{ days: number; repeat_days: number; templates: TemplateView[] }>('/api/templates');
  const [wanted, setWanted] = useState('');
  const [editing, setEditing] = useState<string | null>(null);
  const names = useNames();
  const may = ['supervisor', 'administrator'].includes(useCell(me)?.role ?? '');
  const looked = wanted.trim().toLocaleLowerCase('fr');
  const rows = (data?.templates ?? []).filter((one) =>
    [one.id, one.subject, one.body, one.owner ?? '', ...one.motifs.map(names.motif)]
      .join(' ')
      .toLocaleLowerCase('fr')
      .includes(looked),
  );
  return (
    <>
      <h1>Modèles</h1>
      <Problem of={error} />
      <p class="quiet">
        Un modèle dont la date est passée n’est plus proposé, jusqu’à ce que son responsable l’ait relu. L’usage est
        celui des {data?.days ?? 90} derniers jours ; la réitération, la part des personnes qui ont réécrit dans les{' '}
        {data?.repeat_days ?? 7} jours, dès qu’il y a vingt réponses.
      </p>
      <label>
        Chercher un modèle
        <input type="search" value={wanted} maxLength={100} onInput={(event) => setWanted(event.currentTarget.value)} />
      </label>
      <p role="status">{data === undefined ? 'Lecture…' : count(rows.length, 'modèle')}</p>
      {KINDS.map(([kind, label]) => {
        const of = rows.filter((one) => one.kind === kind);
        if (of.length === 0) return null;
        return (
          <section key={kind} class="card" aria-labelledby={`modeles-${kind}`}>
            <h2 id={`modeles-${kind}`}>
              {label} ({of.length})
            </h2>
            <ul class="templates">
              {of.map((one) => (
                <li key={one.id}>
                  <details>
                    <summary>
                      {one.subject} <code>{one.id}</code> <State of={one} />
                    </summary>
                    <p class="quiet">
                      {one.owner === null ? 'Sans responsable' : `Responsable : ${one.owner}`}.{' '}
                      {one.motifs.length > 0 && `Pour : ${one.motifs.map(names.motif).join(', ')}. `}
                      {one.flags.length > 0 && `Avec : ${one.flags.map(names.flag).join(', ')}. `}
                      {one.used !== null && `${count(one.used, 'réponse')}. `}
                      {one.repeat_share !== null && `Réitération : ${percent(one.repeat_share)}. `}
                      {one.legal_approved && 'Bloc juridique approuvé.'}
                    </p>
                    <p class="mail-text">{one.body}</p>
                    {may && (
                      <button type="button" onClick={() => setEditing(one.id)}>
                        Proposer un changement<span class="sr"> de {one.subject}</span>
                      </button>
                    )}
                  </details>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {editing !== null && (
        <Dialog title="Proposer un changement" onClose={() => setEditing(null)} wide>
          <TemplateForm id={editing} onKept={() => setEditing(null)} />
        </Dialog>
      )}
    </>
  );
}

function State({ of: { kind, state, valid_until, days_left } }: { readonly of: TemplateView }) {
  if (valid_until === null) return null;
  if (state === 'expired')
    return (
      <strong class="late">
        {kind === 'reply' ? 'plus proposé' : 'à relire'} depuis le {dateWords(valid_until)}
      </strong>
    );
  return (
    <span class={state === 'soon' ? 'warned' : 'quiet'}>
      jusqu’au {dateWords(valid_until)}
      {state === 'soon' && ` : encore ${count(days_left ?? 0, 'jour')}`}
    </span>
  );
}
