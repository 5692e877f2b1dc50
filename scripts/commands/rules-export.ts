import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, readFolder } from '../../config/source.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import { keptDigest } from '../../store/rulebook-changes.ts';
import { activeDigest, isKept, rulebookFiles } from '../../store/rulebooks.ts';
import { json, ok, text, type StoreCommand } from './context.ts';

/**
 * `rules export DIR [--digest D]`: the files of the active set, or of another that is kept, as they were written. Into a
 * new folder, or over one whose rules are kept in the database: nothing that stands only there is ever written over.
 */
export const exportRules: StoreCommand = async ({ store }, options) => {
  const dir = text(options, 'dir') ?? '';
  const wanted = text(options, 'digest');
  const { digest, files } = await store.read(SYSTEM, async (tx) => {
    const of = wanted === undefined ? await activeDigest(tx) : await keptDigest(tx, wanted);
    if (of === undefined) throw new AiguillageError('NOT_FOUND', 'None is active.');
    return { digest: of, files: await rulebookFiles(tx, of) };
  });
  const there = (await readFolder(dir)).files;
  const before = there.size === 0 ? undefined : digestOf(there);
  const told = { digest, dir, files: Object.keys(files).length, from: before ?? null };
  const said = `${path.basename(dir)} : ${told.files} fichiers, empreinte ${digest.slice(0, 12)}.`;
  if (before === digest) return answer(`${said} Ils y étaient déjà.`);
  if (before !== undefined && !(await store.read(SYSTEM, (tx) => isKept(tx, before))))
    throw new AiguillageError(
      'BAD_INPUT',
      `Ce dossier contient des règles (${before.slice(0, 12)}) qui ne sont gardées nulle part ailleurs : donnez un dossier nouveau.`,
    );
  try {
    for (const [name, content] of Object.entries(files)) await put(path.join(dir, name), content);
    for (const name of there.keys()) if (files[name] === undefined) await rm(path.join(dir, name));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === '') throw error;
    throw new AiguillageError('BAD_INPUT', `Le dossier ne peut pas être écrit (${code}).`);
  }
  return answer(said);

  function answer(sentence: string): ReturnType<typeof ok> {
    return options['json'] === true ? json(told) : ok(`${sentence}\n`);
  }
};

/** Whole or not at all: whoever watches the folder never reads half a file. */
async function put(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  await writeFile(part, content);
  await rename(part, file);
}
