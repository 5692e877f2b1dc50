import { AiguillageError } from '../domain/errors.ts';
import type { ReplyTemplate } from '../domain/rulebook.ts';
import { REPLIES, type ConfigFiles } from './source.ts';
import { readTemplate } from './templates.ts';
import { setScalar } from './yaml-edit.ts';

export interface TemplateChange {
  readonly id: string;
  readonly subject?: string | undefined;
  readonly body?: string | undefined;
  readonly owner?: string | undefined;
  readonly valid_until?: string | undefined;
}

/** Every template of a set that reads, by id. */
export function templatesOf(files: ConfigFiles): ReplyTemplate[] {
  return [...files]
    .flatMap(([file, text]) => (file.startsWith(REPLIES) ? (readTemplate(file, text).template?.data ?? []) : []))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The file of a template. @throws AiguillageError NOT_FOUND */
export function templateFile(files: ConfigFiles, id: string): string {
  for (const [file, text] of files) {
    if (file.startsWith(REPLIES) && readTemplate(file, text).template?.data.id === id) return file;
  }
  throw new AiguillageError('NOT_FOUND', `${REPLIES}: no ${id}.`);
}

/**
 * Writes what a form says of one template into its file: keys of its head with their comments kept, its text as given.
 * @throws AiguillageError BAD_INPUT when it would not read as meant
 */
export function editTemplate(text: string, { id: _, body, ...head }: TemplateChange): string {
  const lines = text.split('\n');
  const close = lines.indexOf('---', 1);
  if (lines[0] !== '---' || close < 0) throw new AiguillageError('BAD_INPUT', 'The template has no head.');
  let top = `${lines.slice(1, close).join('\n')}\n`;
  for (const [key, value] of Object.entries(head)) if (value !== undefined) top = setScalar(top, [key], value);
  const rest =
    body === undefined ? lines.slice(close).join('\n') : `---\n${body.replaceAll('\r\n', '\n').trim()}\n\n...\n`;
  return `---\n${top.endsWith('\n') ? top : `${top}\n`}${rest}`;
}
