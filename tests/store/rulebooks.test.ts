import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proposeRulebook, type Candidate } from '../../config/reload.ts';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM } from '../../store/database.ts';
import {
  activateRulebook,
  activeDigest,
  previousDigest,
  readRulebook,
  rulebookHistory,
  Rulebooks,
  saveRulebook,
} from '../../store/rulebooks.ts';
import { validSet } from '../config/support.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

function candidate(label: string): Candidate {
  const proposal = proposeRulebook(
    validSet({ 'motifs.yaml': (text) => text.replace('label: Carte Vitale', `label: ${label}`) }),
  );
  if (proposal.kind !== 'candidate') throw new Error(proposal.kind);
  return proposal.candidate;
}

describe.each(ENGINES)('rulebooks on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterAll(() => fresh.close());
  const first = candidate('Une');
  const second = candidate('Deux');
  let minute = 0;
  const apply = ({ digest, files }: Candidate) =>
    fresh.store.write(SYSTEM, async (tx) => {
      const now = new Date(Date.UTC(2026, 2, 24, 10, minute++));
      await saveRulebook(tx, SYSTEM, digest, files, now);
      await activateRulebook(tx, SYSTEM, digest, now);
    });
  const read = <T>(fn: Parameters<typeof fresh.store.read<T>>[1]) => fresh.store.read(SYSTEM, fn);

  test('an empty database has no active set and says so with a code', async () => {
    expect(await read(activeDigest)).toBeUndefined();
    const error = await read(new Rulebooks().active).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'CONFIG_UNKNOWN_DIGEST')).toBe(true);
  });

  test('an activated set is the one every later transaction decides by', async () => {
    const books = new Rulebooks();
    await apply(first);
    expect((await read(books.active)).motifs[0]!.label).toBe('Une');
    await apply(second);
    expect((await read(books.active)).motifs[0]!.label).toBe('Deux');
  });

  test('a set is compiled once for all the transactions of a process', async () => {
    const books = new Rulebooks();
    expect(await read(books.active)).toBe(await read(books.active));
  });

  test('a past set can be read by its digest, for a replay, and made active again', async () => {
    expect((await read((tx) => readRulebook(tx, first.digest))).digest).toBe(first.digest);
    expect(await read(previousDigest)).toBe(first.digest);
    await apply(first);
    expect(await read(activeDigest)).toBe(first.digest);
    expect(await read(previousDigest)).toBe(second.digest);
    expect((await read((tx) => rulebookHistory(tx))).map(({ digest }) => digest)).toEqual([
      first.digest,
      second.digest,
      first.digest,
    ]);
  });

  test('an unknown set cannot become active and leaves the pointer alone', async () => {
    const error = await fresh.store
      .write(SYSTEM, (tx) => activateRulebook(tx, SYSTEM, 'f'.repeat(64), new Date()))
      .catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'CONFIG_UNKNOWN_DIGEST')).toBe(true);
    expect(await read(activeDigest)).toBe(first.digest);
  });

  test('a failed activation takes the stored texts back with it', async () => {
    const third = candidate('Trois');
    const failed = fresh.store.write(SYSTEM, async (tx) => {
      await saveRulebook(tx, SYSTEM, third.digest, third.files, new Date());
      await activateRulebook(tx, SYSTEM, third.digest, new Date());
      throw new Error('wanted');
    });
    await expect(failed).rejects.toThrow('wanted');
    await expect(read((tx) => readRulebook(tx, third.digest))).rejects.toThrow(third.digest.slice(0, 12));
    expect(await read(activeDigest)).toBe(first.digest);
  });
});
