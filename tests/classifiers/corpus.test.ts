import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkCorpus, labelNames, type LabelNames } from '../../classifiers/check-corpus.ts';
import type { Example } from '../../classifiers/examples.ts';
import { CORPUS, FROZEN, readCorpus } from '../../classifiers/files.ts';
import { loadOrThrow } from '../../config/load.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';

let names: LabelNames;
beforeAll(async () => {
  names = labelNames(loadOrThrow(await readConfigFolder(SHIPPED_CONFIG)));
});

describe('our training corpus', () => {
  let files: { name: string; text: string }[];
  let examples: readonly Example[];
  let frozen: readonly Example[];
  beforeAll(async () => {
    files = [];
    for (const folder of [CORPUS, FROZEN])
      for (const name of (await readdir(folder)).filter((file) => file.endsWith('.jsonl')).sort())
        files.push({ name, text: await readFile(new URL(name, folder), 'utf8') });
    examples = (await readCorpus()).examples;
    frozen = (await readCorpus(FROZEN)).examples;
  });

  test('has no unknown label, no id twice, no real address, no near-duplicate', () => {
    expect(checkCorpus(files, names)).toEqual([]);
  });

  test('has at least 90 mails a motif, 4,000 in all, ten voices, 40 % hard, every flag', () => {
    const count = new Map<string, number>();
    for (const { motif } of examples) count.set(motif, (count.get(motif) ?? 0) + 1);
    expect([...names.motifs].filter((motif) => (count.get(motif) ?? 0) < 90)).toEqual([]);
    expect(examples.length).toBeGreaterThanOrEqual(4_000);
    expect(new Set(examples.map(({ voice }) => voice)).size).toBeGreaterThanOrEqual(10);
    expect(examples.filter(({ hard }) => hard).length / examples.length).toBeGreaterThanOrEqual(0.4);
    const flags = new Set(examples.flatMap((example) => example.flags));
    expect([...names.flags].filter((flag) => !flags.has(flag))).toEqual([]);
  });

  test('the frozen set shares no voice with what models learn from', () => {
    const voices = new Set(examples.map(({ voice }) => voice));
    expect(frozen.length).toBeGreaterThan(300);
    expect(frozen.filter(({ voice }) => voices.has(voice))).toEqual([]);
  });
});

describe('the corpus checker', () => {
  const mail = {
    id: 'a-1',
    voice: 'a',
    subject: 'carte',
    body: 'Bonjour, ma carte Vitale ne passe plus chez le pharmacien de la place.',
    motif: 'carte-vitale',
    level: 'n1',
    flags: [],
    public: 'assure',
    hard: false,
  };
  const check = (...lines: unknown[]): string[] =>
    checkCorpus(
      [
        {
          name: 'a.jsonl',
          text: lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n'),
        },
      ],
      names,
    ).map(({ line, what }) => `${line} ${what}`);

  test('accepts a well-labelled mail', () => {
    expect(check(mail)).toEqual([]);
  });

  test.each([
    ['a cut line', '{"id":', /^1 not a JSON object/],
    ['a missing label', { ...mail, level: undefined }, /^1 level: /],
    ['a key nobody reads', { ...mail, mood: 'sad' }, /mood/],
    ['an unknown motif', { ...mail, motif: 'carte-vital' }, /"carte-vital" is no motif/],
    ['an unknown flag', { ...mail, flags: ['urgent'] }, /"urgent" is no flag/],
    ['an unknown mailbox', { ...mail, mailbox: 'pfs' }, /"pfs" is no mailbox/],
    ['a motif accepted beside itself', { ...mail, accept: ['carte-vitale'] }, /accept or secondary/],
    ['an address that may be somebody’s', { ...mail, from: 'jean@mairie.fr' }, /mairie\.fr/],
  ])('names %s', (_what, line, message) => {
    expect(check(line)).toEqual([expect.stringMatching(message)]);
  });

  test('names an id used twice and a mail made from another', () => {
    const twin = { ...mail, body: `Madame, ${mail.body} Merci d’avance.` };
    expect(check(mail, twin)).toEqual([
      expect.stringMatching(/^2 id "a-1" is used at a\.jsonl:1/),
      expect.stringMatching(/^2 shares « .* » with a\.jsonl:1/),
    ]);
  });

  test('leaves eight everyday words alone', () => {
    const one = { ...mail, body: 'Est-ce que j’ai le droit de partir ?' };
    const two = { ...mail, id: 'a-2', body: 'Dites, est-ce que j’ai le droit de rester ?' };
    expect(check(one, two)).toEqual([]);
  });
});
