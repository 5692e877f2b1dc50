import { cell } from './cell.ts';

/**
 * Where we are, in the address after #: it never reaches a server or its logs. « #/conversation/ID » gives
 * ['conversation', 'ID'].
 */
export const place = cell<readonly string[]>(read());

function read(): readonly string[] {
  return location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
}

/** A dialog in which somebody has typed: the back button asks before it takes that away. */
export const unfinished = cell(false);

addEventListener('hashchange', () => {
  if (unfinished.get() && !confirm('Quitter cette page ? Ce que vous avez saisi dans la fenêtre ouverte sera perdu.')) {
    history.pushState(null, '', hrefOf(...place.get()));
    return;
  }
  unfinished.set(false);
  place.set(read());
});

export function go(...parts: readonly string[]): void {
  // What the dialog was for is done: only the browser’s own buttons are asked about.
  unfinished.set(false);
  const hash = hrefOf(...parts);
  if (location.hash === hash) place.set([...parts]);
  else location.hash = hash;
}

export function hrefOf(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}
