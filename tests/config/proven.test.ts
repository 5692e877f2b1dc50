import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadOrThrow } from '../../config/load.ts';
import { provenRulebook, useProvenProgram } from '../../config/proven.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { Scanner } from '../../domain/match.ts';
import { readWords } from '../../domain/match/words.ts';
import type { Rulebook } from '../../domain/rulebook.ts';

let folder: string;
let rules: string;
let kept: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aig-'));
  rules = path.join(folder, 'rules');
  kept = path.join(folder, 'cache/rulebook.json');
  await cp(SHIPPED_CONFIG, rules, { recursive: true, filter: (file) => !file.endsWith('.ts') });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inFile = async () => JSON.parse(await readFile(kept, 'utf8')) as { key: string; rulebook: Rulebook };
const change = async (from: string, to: string): Promise<void> => {
  const file = path.join(rules, 'routing.yaml');
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
};

test('what was proven comes back equal to what a new reading gives', async () => {
  const anew = loadOrThrow(await readConfigFolder(rules));
  expect(await provenRulebook(rules, kept)).toEqual(anew);
  const { key } = await inFile();
  expect(await provenRulebook(rules, kept)).toEqual(anew);
  expect(await inFile()).toEqual({ key, rulebook: anew });
});

test('a changed word is judged anew, and a set that does not hold is told and not kept', async () => {
  await provenRulebook(rules, kept);
  const { key } = await inFile();
  await change('queue: n1', 'queue: n-un');
  await expect(provenRulebook(rules, kept)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect((await inFile()).key).toBe(key);
  await change('queue: n-un', 'queue: n1');
  await change('version: 1', 'version: 1 # lu');
  await provenRulebook(rules, kept);
  expect((await inFile()).key).not.toBe(key);
});

test('half a file, or a place where nothing can be written, only costs the time of a reading', async () => {
  const anew = await provenRulebook(rules, kept);
  await writeFile(kept, (await readFile(kept, 'utf8')).slice(0, 5_000));
  expect(await provenRulebook(rules, kept)).toEqual(anew);
  expect((await inFile()).rulebook).toEqual(anew);
  expect(await provenRulebook(rules, path.join(rules, 'routing.yaml', 'no-folder.json'))).toEqual(anew);
});

const PHRASES = ['carte vitale', 'suicid*', '(mon|ma) (mari|femme)', 'opéré(e) … demain', 'ne répond pas', 'en finir.'];
const words = readWords(
  'Ma carte Vitale ? Mon mari est opéré dès demain, suicidaire, et on ne répond pas. Je veux en finir.',
);
const scanner = (proven: boolean, phrases = PHRASES): Scanner => {
  const filled = new Scanner(proven);
  filled.addSet(phrases);
  return filled;
};

test('phrases compiled earlier are found where phrases compiled anew are', async () => {
  const file = path.join(folder, 'cache/phrases.bin');
  const anew = scanner(false).scan(words);
  expect(anew.size).toBe(PHRASES.length);
  for (let i = 0; i < 2; i += 1) {
    const proven = scanner(true);
    await useProvenProgram(proven, file);
    expect(proven.scan(words)).toEqual(anew);
  }
  await writeFile(file, (await readFile(file)).subarray(0, 500));
  const again = scanner(true);
  await useProvenProgram(again, file);
  expect(again.scan(words)).toEqual(anew);
});

test('what was compiled is taken as it is for the same phrases, and for no others', async () => {
  const file = path.join(folder, 'cache/others.bin');
  await useProvenProgram(scanner(true), file);
  // « un* » does not hold: whoever compiles it says so.
  const others = scanner(true, [...PHRASES, 'un*']);
  await expect(useProvenProgram(others, file)).rejects.toThrow('avant « * »');
  const same = scanner(true);
  const compiled = same.program();
  await useProvenProgram(same, file);
  expect(same.program()).not.toBe(compiled);
  expect(same.program()).toEqual(compiled);
});
