import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { DraftView, EditedView, RuleEdit } from '../../routes/rule-edits.ts';
import { call, sentenceOf } from '../api/client.ts';
import { say } from '../shell/notices.tsx';
import { ProblemLine } from '../shell/problem.tsx';
import { loads, scenariosSaid } from '../supervision/rules-said.ts';
import { RulesProblems } from '../supervision/rules-problems.tsx';
import { short, type RulesProblem } from '../supervision/rules-types.ts';

interface Props {
  /** What the change is written into, and the candidate whose place the result takes. */
  readonly draft: Pick<DraftView, 'base' | 'over'>;
  /** What the fields say; null while something is missing. */
  readonly edit: RuleEdit | null;
  readonly onKept: () => Promise<void>;
  readonly children: ComponentChildren;
}

const CHECK_MS = 60_000;

/** A form that writes one thing into the draft: checked first, with every problem of the whole set, then kept. */
export function EditForm({ draft: { base, over }, edit, onKept, children }: Props) {
  const [check, setCheck] = useState<{ readonly of: string; readonly said: EditedView } | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const now = JSON.stringify(edit);
  const current = check?.of === now ? check.said : null;

  async function send(keep: boolean): Promise<void> {
    if (edit === null || busy) return;
    setBusy(true);
    setProblem('');
    try {
      const said = await call<EditedView>(
        'POST',
        '/api/rules/edit',
        { base, over, edit, keep },
        { timeout_ms: CHECK_MS },
      );
      setCheck({ of: now, said });
      if (said.kept) {
        say(`Ajouté au candidat ${short(said.digest)} : essayez-le, puis mettez-le en vigueur.`);
        await onKept();
      }
    } catch (refusal) {
      setProblem(sentenceOf(refusal));
    }
    setBusy(false);
  }
  return (
    <form
      class="action-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      {children}
      <p class="actions">
        <button type="submit" disabled={busy || edit === null}>
          {busy ? 'Vérification…' : 'Vérifier le changement'}
        </button>
        <button
          type="button"
          class="main"
          disabled={busy || current === null || !loads(current)}
          onClick={() => void send(true)}
        >
          Ajouter au candidat
        </button>
      </p>
      <ProblemLine says={problem} />
      <div role="status">{current !== null && <Said said={current} />}</div>
    </form>
  );
}

function Said({ said }: { readonly said: EditedView }) {
  const { problems, scenarios, file, line } = said;
  return (
    <>
      <p>
        {loads(said) ? 'Les règles se chargent.' : 'Les règles ne se chargent pas.'} Écrit dans {file}, ligne {line}.{' '}
        {scenariosSaid(scenarios)}
      </p>
      {scenarios.failed.length > 0 && <p class="problem-line">En échec : {scenarios.failed.join(' ; ')}</p>}
      <RulesProblems problems={problems as readonly RulesProblem[]} />
    </>
  );
}
