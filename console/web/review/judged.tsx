import type { ComponentChildren } from 'preact';
import { call } from '../api/client.ts';
import { complain, say } from '../shell/notices.tsx';
import { hrefOf } from '../shell/router.ts';

/** What may be said of an answer. */
export const ANSWERS = [
  ['good', 'Bonne'],
  ['to_improve', 'À améliorer'],
  ['wrong', 'Fausse'],
] as const;

interface Props {
  readonly row: { readonly conversation: string; readonly ref: string };
  /** Where the verdict goes. */
  readonly url: string;
  readonly answers?: readonly (readonly [verdict: string, label: string])[];
  readonly onDone: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** One line to read and to judge by a single button. */
export function Judged({ row, url, answers = ANSWERS, onDone, children }: Props) {
  async function judge(verdict: string): Promise<void> {
    try {
      await call('POST', url, { verdict });
      say('Noté.');
    } catch (error) {
      complain(error);
    }
    await onDone();
  }
  return (
    <li>
      <a href={hrefOf('conversation', row.conversation)}>{row.ref}</a> {children}
      <span class="actions" role="group" aria-label={`Avis sur ${row.ref}`}>
        {answers.map(([verdict, label]) => (
          <button key={verdict} type="button" onClick={() => void judge(verdict)}>
            {label}
          </button>
        ))}
      </span>
    </li>
  );
}
