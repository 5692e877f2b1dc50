import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SHIPPED = fileURLToPath(new URL('../../config/', import.meta.url));
export const FAULTS = fileURLToPath(new URL('../fixtures/config/faults/', import.meta.url));
export const DOUBTS = fileURLToPath(new URL('../fixtures/config/doubts/', import.meta.url));
export const VALID = fileURLToPath(new URL('../fixtures/config/valid/', import.meta.url));

/** Configuration texts under a folder, by their path in it. */
export function textsIn(dir: string): Map<string, string> {
  const names = (readdirSync(dir, { recursive: true }) as string[]).filter(
    // scenarios/ is for `plan`, beside the set.
    (name) => /\.(ya?ml|md)$/.test(name) && !name.startsWith('scenarios'),
  );
  return new Map(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(dir + name, 'utf8')]));
}

/** The small valid set, changed: a text replaces a file, a function edits it, null takes it away. */
export function validSet(
  changes: Record<string, string | ((text: string) => string) | null> = {},
): Map<string, string> {
  const files = textsIn(VALID);
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) files.delete(name);
    else files.set(name, typeof change === 'string' ? change : change(files.get(name) ?? ''));
  }
  return files;
}
