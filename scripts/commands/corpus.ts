import { readdir, readFile } from 'node:fs/promises';
import { checkCorpus, labelNames } from '../../classifiers/check-corpus.ts';
import { CORPUS, FROZEN } from '../../classifiers/files.ts';
import { provenRulebook } from '../../config/proven.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';

/**
 * `corpus check`: every problem of the training corpus and of the frozen set, at file:line.
 * @returns how many there are
 */
export async function checkCorpusCommand(): Promise<number> {
  const book = await provenRulebook(SHIPPED_CONFIG);
  const files = [...(await readFolder(CORPUS, 'corpus')), ...(await readFolder(FROZEN, 'frozen'))];
  const problems = checkCorpus(files, labelNames(book));
  for (const { file, line, what } of problems) process.stdout.write(`${file}:${line}  ${what}\n`);
  const mails = files.reduce((sum, { text }) => sum + text.split('\n').filter((each) => each.trim() !== '').length, 0);
  process.stdout.write(`${mails} mails in ${files.length} files, ${problems.length} problems\n`);
  return problems.length;
}

async function readFolder(folder: URL, as: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.jsonl')).sort();
  return Promise.all(
    names.map(async (name) => ({ name: `${as}/${name}`, text: await readFile(new URL(name, folder), 'utf8') })),
  );
}
