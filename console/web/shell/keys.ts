import { useEffect, useRef } from 'preact/hooks';
import { cell } from './cell.ts';

/**
 * Shortcuts. A part of the page says which keys it answers while it is shown; the help (?) lists exactly those. Letters
 * do nothing while somebody types, nor with a modifier, and can be switched off (WCAG 2.1.4).
 */
export interface Key {
  /** « n », « ? », « Escape », or « ctrl+Enter », which also works while typing. */
  readonly key: string;
  readonly label: string;
  readonly run: () => void;
}

export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

const groups: { current: KeyGroup }[] = [];
const STORED = 'aiguillage.raccourcis';
export const lettersOn = cell(localStorage.getItem(STORED) !== 'non');

export function switchLetters(on: boolean): void {
  lettersOn.set(on);
  localStorage.setItem(STORED, on ? 'oui' : 'non');
}

/** Answers these keys while the component is on the page. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const group = useRef<KeyGroup>({ title, keys });
  group.current = { title, keys };
  useEffect(() => {
    groups.push(group);
    return () => void groups.splice(groups.indexOf(group), 1);
  }, []);
}

export function activeGroups(): KeyGroup[] {
  return groups.map(({ current }) => current).filter(({ keys }) => keys.length > 0);
}

function types(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  // A dialog has its own keys; the browser closes it with Escape.
  if (document.querySelector('dialog[open]') !== null) return;
  const ctrl = event.ctrlKey || event.metaKey;
  const name = `${ctrl ? 'ctrl+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  if (event.altKey || (!ctrl && event.key !== 'Escape' && (types(event.target) || !lettersOn.get()))) return;
  // The newest part of the page is nearest to the person.
  for (const { current } of [...groups].reverse()) {
    const key = current.keys.find((candidate) => candidate.key === name);
    if (key === undefined) continue;
    event.preventDefault();
    key.run();
    return;
  }
});
