import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadRulebook } from '../../config/load.ts';
import { formatProblem, formatProblems } from '../../config/problems.ts';
import { readConfigFolder } from '../../config/source.ts';
import { compileRulebook } from '../../domain/match.ts';
import { decide } from '../../domain/route.ts';
import { stubModel } from './model.ts';
import { SHIPPED } from './support.ts';

/** docs/guide-superviseur.md is followed to the letter by people who cannot tell a wrong guide from their own mistake. */
const guide = readFileSync(fileURLToPath(new URL('../../docs/guide-superviseur.md', import.meta.url)), 'utf8');
const [first, exception] = [...guide.matchAll(/```yaml\n([^]*?)```/g)].map(([, block]) => block!);
const BEFORE = '  - id: retraite.carsat\n';

let shipped: Map<string, string>;
beforeAll(async () => {
  shipped = await readConfigFolder(SHIPPED);
});

function withRule(rule: string): Map<string, string> {
  const routing = shipped.get('routing.yaml')!;
  expect(routing.split(BEFORE)).toHaveLength(2);
  return new Map(shipped).set(
    'routing.yaml',
    routing.replace(BEFORE, () => rule + BEFORE),
  );
}

/** The first rule with its condition, outcome and examples as the guide rewrites them. */
const mended = first!.slice(0, first!.indexOf('    when:\n')) + exception!;

function decided(rule: string, body: string) {
  const book = compileRulebook(loadRulebook(withRule(rule)).rulebook!);
  const facts = {
    ...({ channel: 'mail', mailbox: 'pfs-assures', subject: '', body, quoted: '', attachments: [], from: '' } as const),
    ...({ public: 'assure', received_at: '2026-11-22T09:00:00Z', prior_contacts: 0 } as const),
  } as const;
  return decide(facts, book, stubModel('c2s-demande'), new Date(facts.received_at));
}

describe('the supervisors’ guide', () => {
  test.each([
    ['its first rule', first!],
    ['its rule with the exception', mended],
  ])('%s loads where the guide puts it', (_name, rule) => {
    expect(formatProblems(loadRulebook(withRule(rule)).problems)).toBe('');
  });

  test('what it says of the rules is so', () => {
    const asks = 'Bonjour, je n’ai pas reçu la prime de Noël, quand sera-t-elle versée ?';
    expect(decided(first!, asks)).toMatchObject({
      motif: 'hors-competence',
      level: 'n1',
      queue: 'n1',
      rule: 'prime-de-noel',
    });
    const question = 'La prime de Noël compte-t-elle dans les ressources de la C2S ?';
    expect(decided(first!, question).rule).toBe('prime-de-noel');
    expect(decided(mended, question)).toMatchObject({ motif: 'c2s-demande', rule: 'motif.c2s-demande' });
  });

  test('the two mistakes it shows are told in the words it shows', () => {
    const wrong = mended
      .replace('motif: hors-competence', 'motif: hors-competance')
      .replace('PRIME DE NOEL toujours rien !!!', "La prime de fin d'année, toujours rien");
    const told = loadRulebook(withRule(wrong)).problems.map(formatProblem);
    const shown = [...guide.matchAll(/^routing\.yaml:\d+:(\d+ {2}.*)$/gm)].map(([, text]) => text!);
    expect(shown).toHaveLength(2);
    expect(told.map((line) => line.replace(/^routing\.yaml:\d+:/, ''))).toEqual(shown);
  });

  test('every condition that may stand in a rule is in its table', () => {
    const book = loadRulebook(shipped).rulebook!;
    const used = new Set<string>();
    const walk = (value: object): void => {
      for (const [key, inner] of Object.entries(value)) {
        if (/^[a-z]/.test(key)) used.add(key);
        if (typeof inner === 'object' && inner !== null) walk(inner as object);
      }
    };
    for (const { when } of book.rules) walk(when);
    for (const key of ['all', 'any', 'none']) used.delete(key);
    expect([...used].filter((key) => !guide.includes(`\`${key}:`))).toEqual([]);
  });
});
