import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadOrThrow } from '../../config/load.ts';
import { provenRulebook } from '../../config/proven.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
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
