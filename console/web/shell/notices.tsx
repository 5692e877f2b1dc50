import { cell, useCell } from './cell.ts';
import { online, sentenceOf, Unreachable } from '../api/client.ts';

interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem';
  readonly text: string;
  /** Over as soon as the server answers again. */
  readonly until_online: boolean;
}

const shown = cell<readonly Notice[]>([]);
const SHOWN_MS = 8_000;
let last = 0;

online.subscribe((on) => on && shown.set(shown.get().filter(({ until_online }) => !until_online)));

function add(kind: Notice['kind'], text: string, until_online = false): void {
  last += 1;
  const notice = { id: last, kind, text, until_online };
  shown.set([...shown.get().slice(-3), notice]);
  // What went wrong stays until somebody closes it.
  if (kind === 'done') setTimeout(() => close(notice.id), SHOWN_MS);
}

function close(id: number): void {
  shown.set(shown.get().filter((notice) => notice.id !== id));
}

/** Says that something was done; read aloud, gone after a moment. */
export function say(text: string): void {
  add('done', text);
}

/** Says what went wrong. */
export function complain(error: unknown): void {
  const lost = error instanceof Unreachable;
  // The same thing is said once, however many parts of the page could not reach the server.
  if (lost && shown.get().some(({ until_online }) => until_online)) return;
  add('problem', typeof error === 'string' ? error : sentenceOf(error), lost);
}

export function Notices() {
  const notices = useCell(shown);
  return (
    <div class="notices">
      <div role="status">
        {notices
          .filter(({ kind }) => kind === 'done')
          .map(({ id, text }) => (
            <p key={id} class="notice done">
              {text}
            </p>
          ))}
      </div>
      <div role="alert">
        {notices
          .filter(({ kind }) => kind === 'problem')
          .map(({ id, text }) => (
            <p key={id} class="notice problem">
              {text}
              <button type="button" class="plain" onClick={() => close(id)}>
                Fermer
              </button>
            </p>
          ))}
      </div>
    </div>
  );
}
