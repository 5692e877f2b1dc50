import { EventEmitter, once } from 'node:events';
import { cp, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadRulebook } from '../../config/load.ts';
import {
  createReloader,
  proposeRulebook,
  readSettled,
  type Candidate,
  type Reloader,
  type ReloadOutcome,
} from '../../config/reload.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { VALID, validSet } from './support.ts';

const good = loadRulebook(validSet()).rulebook!;
const edit = (text: string) => text.replace('label: Carte Vitale', 'label: La carte Vitale');

describe('a proposal', () => {
  test('of the set that is already active is nothing new', () => {
    expect(proposeRulebook(validSet(), good)).toEqual({ kind: 'same', digest: good.digest });
  });

  test('of a good set is a candidate, compiled, with its texts', () => {
    const proposal = proposeRulebook(validSet({ 'motifs.yaml': edit }), good);
    if (proposal.kind !== 'candidate') throw new Error(proposal.kind);
    const { candidate } = proposal;
    expect(candidate.rulebook.motifs[0]!.label).toBe('La carte Vitale');
    expect(candidate.rulebook.compiled.flags.has('danger-vital')).toBe(true);
    // What is stored gives the same rulebook again.
    expect(loadRulebook(candidate.files).digest).toBe(candidate.digest);
    expect(candidate.gone).toEqual([]);
  });

  test('of a broken set is refused with its problems', () => {
    const proposal = proposeRulebook(validSet({ 'motifs.yaml': 'version: 1\n' }), good);
    if (proposal.kind !== 'refused') throw new Error(proposal.kind);
    expect(proposal.problems[0]).toMatchObject({ file: 'motifs.yaml', severity: 'error' });
  });

  test('says what the active set has and the new one has not: half a copied folder shows', () => {
    const proposal = proposeRulebook(validSet({ 'replies/carte.md': null }), good);
    expect(proposal).toMatchObject({ kind: 'candidate', candidate: { gone: ['template:carte'] } });
  });
});

describe('a folder that changes', () => {
  let dir: string;
  let reloader: Reloader | undefined;
  let active: Rulebook;
  let accepted: Candidate[];
  let outcomes: EventEmitter;
  let accept: (candidate: Candidate) => Promise<void>;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'aiguillage-reload-'));
    await cp(VALID, dir, { recursive: true });
    active = good;
    accepted = [];
    outcomes = new EventEmitter();
    accept = async (candidate) => {
      accepted.push(candidate);
      active = candidate.rulebook;
    };
  });
  afterEach(async () => {
    await reloader?.close();
    reloader = undefined;
    await rm(dir, { recursive: true, force: true });
  });

  function start(settle_ms = 5): Reloader {
    reloader = createReloader({
      dir,
      active: async () => active,
      accept: (candidate) => accept(candidate),
      on_outcome: (outcome) => outcomes.emit('outcome', outcome),
      settle_ms,
    });
    return reloader;
  }
  const change = async (name: string, by: (text: string) => string): Promise<void> => {
    const file = path.join(dir, name);
    await writeFile(`${file}.new`, by(await readFile(file, 'utf8')));
    await rename(`${file}.new`, file);
  };

  test('becomes a candidate', async () => {
    await change('motifs.yaml', edit);
    expect(await start().propose()).toMatchObject({ kind: 'candidate' });
    expect(active.motifs[0]!.label).toBe('La carte Vitale');
  });

  test('keeps the last good set when it breaks, says so, and takes the repaired one', async () => {
    const seen: ReloadOutcome['kind'][] = [];
    outcomes.on('outcome', (outcome: ReloadOutcome) => seen.push(outcome.kind));
    const running = start();
    await change('flags.yaml', (text) => text.slice(0, 300));
    expect(await running.propose()).toMatchObject({ kind: 'refused' });
    expect(active).toBe(good);
    await cp(VALID, dir, { recursive: true });
    await change('motifs.yaml', edit);
    await running.propose();
    expect(active.motifs[0]!.label).toBe('La carte Vitale');
    expect(seen).toEqual(['refused', 'candidate']);
  });

  test('is never taken half-written: a writer at work is waited out', async () => {
    const text = await readFile(path.join(dir, 'motifs.yaml'), 'utf8');
    const handle = await open(path.join(dir, 'motifs.yaml'), 'w');
    const parts = edit(text).split(/(?<=\n)/);
    const half = parts.length / 2;
    for (const part of parts.slice(0, half)) await handle.write(part);
    let done = false;
    const reading = readSettled(dir, 20).finally(() => (done = true));
    for (const part of parts.slice(half)) {
      await handle.write(part);
      await handle.sync();
    }
    await handle.close();
    const { files } = await reading;
    expect(done).toBe(true);
    expect(files.get('motifs.yaml')).toBe(edit(text));
  });

  test('whose writer died half-way is refused and the active set stays', async () => {
    await change('routing.yaml', (text) => text.split('\n').slice(0, -3).join('\n'));
    expect(await start().propose()).toMatchObject({
      kind: 'refused',
      problems: [{ file: 'routing.yaml', what: 'le fichier est coupé : la dernière ligne manque' }],
    });
    expect(accepted).toEqual([]);
  });

  test('is proposed by itself while it is watched', async () => {
    start().watch();
    const outcome = once(outcomes, 'outcome');
    await change('motifs.yaml', edit);
    const [first] = (await outcome) as [ReloadOutcome];
    expect(['candidate', 'same']).toContain(first.kind);
    await reloader!.propose();
    expect(active.motifs[0]!.label).toBe('La carte Vitale');
  });

  test('also when only a reply template changes', async () => {
    start().watch();
    const outcome = once(outcomes, 'outcome');
    await change('replies/carte.md', (text) => text.replace('Bonjour', 'Madame, Monsieur'));
    await outcome;
    await reloader!.propose();
    expect(active.templates.find(({ id }) => id === 'carte')!.body).toMatch(/^Madame/);
  });

  test('is judged once for many requests at a time', async () => {
    let count = 0;
    outcomes.on('outcome', () => count++);
    const running = start();
    await Promise.all([running.propose(), running.propose(), running.propose(), running.propose()]);
    // The first, and one more for all that came while it ran.
    expect(count).toBe(2);
  });

  test('reports a store that refuses the candidate, and tries again at the next request', async () => {
    await change('motifs.yaml', edit);
    const error = new Error('store');
    const works = accept;
    accept = () => Promise.reject(error);
    const running = start();
    expect(await running.propose()).toEqual({ kind: 'failed', error });
    expect(active).toBe(good);
    accept = works;
    expect(await running.propose()).toMatchObject({ kind: 'candidate' });
  });
});
