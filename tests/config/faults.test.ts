import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkRules } from '../../config/check.ts';
import { loadRulebook } from '../../config/load.ts';
import { formatProblem, formatProblems } from '../../config/problems.ts';
import { canonicalText } from '../../config/source.ts';
import { readTemplate } from '../../config/templates.ts';
import { parseYaml } from '../../config/yaml.ts';
import type { MotifModel } from '../../domain/facts.ts';
import { stubModel } from './model.ts';
import { DOUBTS, FAULTS, textsIn, VALID } from './support.ts';

/**
 * One folder a fault, named after it: the changed files laid over the small valid set (`absent.txt` names one to take
 * away) and `expected.txt`, what a supervisor reads. `doubts/` holds what loads with a warning, in the same way.
 */
const names = readdirSync(FAULTS);

function faulty(name: string, folder = FAULTS): Map<string, string> {
  const files = textsIn(VALID);
  for (const [file, text] of textsIn(`${folder}${name}/`)) files.set(file, text);
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

describe('what loads but is probably not meant is warned of, at its place', () => {
  const model: MotifModel = {
    ...stubModel('carte-vitale'),
    read: () => ({ secondary: [], flags: new Map([['ij-attente', 0]]), publics: [], expert: 0 }),
  };
  test.each(readdirSync(DOUBTS))('%s', (name) => {
    const { rulebook, problems } = checkRules(faulty(name, DOUBTS), model);
    expect(rulebook).toBeDefined();
    expect(formatProblems(problems)).toBe(readFileSync(`${DOUBTS}${name}/expected.txt`, 'utf8').trimEnd());
  });

  test('and nothing in the valid set is', () => {
    expect(formatProblems(checkRules(textsIn(VALID), model).problems)).toBe('');
  });
});

test('a fault in one file hides no name that is wrong in another, and makes none wrong', () => {
  const files = faulty('motif-without-queue');
  files.set('routing.yaml', faulty('rule-to-unknown-queue').get('routing.yaml')!);
  files.set('mailboxes.yaml', faulty('mailbox-with-unknown-default-queue').get('mailboxes.yaml')!);
  files.set('sla.yaml', faulty('sla-without-calendar').get('sla.yaml')!);
  files.set('flags.yaml', 'version: 1\nflags: [\n...\n');
  const told = loadRulebook(files).problems.map(formatProblem);
  // The motif and the delay that cannot be read are not called unknown where they are named.
  expect(told).toEqual([
    expect.stringMatching(/^flags\.yaml:/),
    expect.stringMatching(/^mailboxes\.yaml:21:20 {2}file d’attente inconnue ; trouvé : « pole-at-pm »/),
    'motifs.yaml:10:5  il manque la clé « pole » ; attendu : un texte',
    expect.stringMatching(/^routing\.yaml:\d+:\d+ {2}file d’attente inconnue/),
    'sla.yaml:3:5  il manque la clé « calendar » ; attendu : un texte',
  ]);
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
