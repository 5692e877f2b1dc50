import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { sentenceOf } from '../../api/client.ts';
import { ProblemLine } from '../../shell/problem.tsx';

interface Props {
  readonly submit: string;
  readonly onSubmit: () => Promise<void>;
  readonly children: ComponentChildren;
  readonly disabled?: boolean;
}

/** The frame of an action's form: sent once, its refusal told beside the button. */
export function ActionForm({ submit, onSubmit, children, disabled = false }: Props) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem('');
    try {
      await onSubmit();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }
  return (
    <form class="action-form" onSubmit={(event) => void send(event)} onKeyDown={submitByKey}>
      {children}
      <ProblemLine says={problem} />
      <button type="submit" class="main" disabled={busy || disabled}>
        {submit}
      </button>
    </form>
  );
}

/** Enter sends from a list of choices too, as from any other field; with Ctrl also from several lines. */
function submitByKey(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.defaultPrevented) return;
  const { target } = event;
  if (!(target instanceof HTMLSelectElement) && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  (event.currentTarget as HTMLFormElement).requestSubmit();
}
