import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadRulebook } from '../../config/load.ts';
import { formatProblems } from '../../config/problems.ts';
import { canonicalText } from '../../config/source.ts';
import { readTemplate } from '../../config/templates.ts';
import { parseYaml } from '../../config/yaml.ts';
import { FAULTS, textsIn, VALID } from './support.ts';

/**
 * One folder a fault, named after it: the changed files laid over the small valid set (`absent.txt` names one to take
 * away) and `expected.txt`, what a supervisor reads.
 */
const names = readdirSync(FAULTS);

function faulty(name: string): Map<string, string> {
  const files = textsIn(VALID);
  for (const [file, text] of textsIn(`${FAULTS}${name}/`)) files.set(file, text);
  const absent = `${FAULTS}${name}/absent.txt`;
  if (existsSync(absent)) files.delete(readFileSync(absent, 'utf8').trim());
  return files;
}

test('the set the faults are laid over is itself without a problem', () => {
  const { rulebook, problems } = loadRulebook(textsIn(VALID));
  expect(formatProblems(problems)).toBe('');
  expect(rulebook).toBeDefined();
});

describe('a broken configuration is refused and says where, what and what instead', () => {
  test.each(names)('%s', (name) => {
    const { rulebook, problems } = loadRulebook(faulty(name));
    expect(rulebook).toBeUndefined();
    expect(formatProblems(problems)).toBe(readFileSync(`${FAULTS}${name}/expected.txt`, 'utf8').trimEnd());
  });
});

test('faults in several files are told together, in reading order', () => {
  const files = faulty('motif-to-unknown-pole');
  files.set('sla.yaml', faulty('sla-with-unknown-calendar').get('sla.yaml')!);
  files.set('flags.yaml', faulty('flag-to-unknown-queue').get('flags.yaml')!);
  const { problems } = loadRulebook(files);
  expect(problems.map(({ file }) => file)).toEqual(['flags.yaml', 'motifs.yaml', 'sla.yaml']);
});

test('a file cut at any line end is refused', () => {
  let cuts = 0;
  for (const [name, text] of textsIn(VALID)) {
    const lines = text.trimEnd().split('\n');
    for (let kept = 0; kept < lines.length; kept++) {
      const cut = canonicalText(
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      const { problems } = name.endsWith('.md') ? readTemplate(name, cut) : parseYaml(name, cut);
      if (problems.length === 0) throw new Error(`${name} is read when cut after line ${kept}`);
      cuts++;
    }
  }
  expect(cuts).toBeGreaterThan(150);
});
