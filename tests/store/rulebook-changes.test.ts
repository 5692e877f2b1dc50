import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { proposeRulebook, type Candidate } from '../../config/reload.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { applyRulebook, rollbackRulebook, type Apply } from '../../store/rulebook-changes.ts';
import { keepCandidate, noteRefused, noteSeen, proposals, proposeFromConsole } from '../../store/rulebook-proposals.ts';
import { recordSimulation } from '../../store/rulebook-simulations.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { activateRulebook, activeDigest, rulebookHistory, saveRulebook } from '../../store/rulebooks.ts';
import { validSet } from '../config/support.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

function candidate(label: string): Candidate {
  const proposal = proposeRulebook(
    validSet({ 'motifs.yaml': (text) => text.replace('label: Carte Vitale', `label: ${label}`) }),
  );
  if (proposal.kind !== 'candidate') throw new Error(proposal.kind);
  return proposal.candidate;
}
const [A, B, C] = ['Une', 'Deux', 'Trois'].map(candidate) as [Candidate, Candidate, Candidate];

describe.each(ENGINES)('changing the rules on %s', (engine) => {
  let fresh: FreshStore;
  let minute = 0;
  const now = (): Date => new Date(Date.UTC(2026, 2, 24, 10, minute++));
  const write = <T>(fn: (tx: Tx) => Promise<T>) => fresh.store.write(SYSTEM, fn);
  const read = <T>(fn: (tx: Tx) => Promise<T>) => fresh.store.read(SYSTEM, fn);

  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  beforeEach(async () => {
    // A fresh database for each test would cost seconds; only the owner may empty what is appended.
    const client = await fresh.store.pool.connect();
    await client.query(
      'truncate aiguillage.rulebook, aiguillage.rulebook_simulation, aiguillage.rulebook_proposal, aiguillage.audit cascade',
    );
    client.release();
    await write(async (tx) => {
      await saveRulebook(tx, SYSTEM, A.digest, A.files, now());
      await activateRulebook(tx, SYSTEM, A.digest, now());
    });
  });
  afterAll(() => fresh.close());

  const simulate = (set: Candidate, against: Candidate, mails = 100) =>
    write((tx) =>
      recordSimulation(
        tx,
        SYSTEM,
        { candidate: set.digest, baseline: against.digest, model: 'm', mails, moved: 3 },
        'camille',
        now(),
      ),
    );
  const apply = (set: Candidate, more: Partial<Apply> = {}) =>
    write((tx) => applyRulebook(tx, SYSTEM, { ...set, by: 'camille', ...more }, now()));
  const rollback = (to?: string) => write((tx) => rollbackRulebook(tx, SYSTEM, { to, by: 'camille' }, now()));

  describe('apply', () => {
    test('takes a set that was simulated against the active one, and keeps who, when and what they had seen', async () => {
      const simulation = await simulate(B, A);
      expect(await apply(B)).toBe(A.digest);
      const { active, history } = await read((tx) => rulesState(tx));
      expect(active).toMatchObject({
        digest: B.digest,
        from_digest: A.digest,
        activated_by: 'camille',
        how: 'apply',
        simulation,
        reason: '',
      });
      expect(history).toHaveLength(2);
    });

    test.each([
      ['was never simulated', async () => {}, 'aucun essai'],
      ['was simulated on no mail', () => simulate(B, A, 0), 'aucun essai'],
      ['was simulated against a set that is no longer active', () => simulate(B, C), C.digest.slice(0, 12)],
    ])('refuses a set that %s, and says so', async (_name, before, said) => {
      await before();
      await expect(apply(B)).rejects.toMatchObject({
        code: 'RULES_NOT_SIMULATED',
        message: expect.stringContaining(said),
      });
      expect(await read(activeDigest)).toBe(A.digest);
    });

    test('a colleague’s change in between asks for a new simulation', async () => {
      await simulate(B, A);
      await simulate(C, A);
      await apply(C);
      await expect(apply(B)).rejects.toMatchObject({ code: 'RULES_NOT_SIMULATED' });
    });

    test('without a simulation keeps the reason in the history, and none of its words in the audit trail', async () => {
      await apply(B, { unsimulated: 'panne de la base d’essai' });
      const [entry] = await read((tx) => rulebookHistory(tx));
      expect(entry).toMatchObject({ digest: B.digest, simulation: null, reason: 'panne de la base d’essai' });
      const audit = await read((tx) =>
        tx
          .selectFrom('audit')
          .select(['subject', 'data'])
          .where('action', '=', 'rulebook.activated')
          .orderBy('seq', 'desc')
          .execute(),
      );
      expect(audit[0]).toEqual({
        subject: B.digest,
        data: { how: 'apply', from: A.digest, by: 'camille', unsimulated: true },
      });
    });

    test('the active set again changes nothing', async () => {
      expect(await apply(A)).toBe(A.digest);
      expect(await read((tx) => rulebookHistory(tx))).toHaveLength(1);
    });

    test('of two at the same moment one wins, and the other is told to look again', async () => {
      await simulate(B, A);
      await simulate(C, A);
      const results = await Promise.allSettled([apply(B), apply(C)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const history = await read((tx) => rulebookHistory(tx));
      expect(history).toHaveLength(2);
      expect(history[0]!.from_digest).toBe(A.digest);
    });
  });

  describe('roll-back', () => {
    beforeEach(async () => {
      await simulate(B, A);
      await apply(B);
    });

    test('goes one step further back each time, and never brings back what was just withdrawn', async () => {
      await apply(C, { unsimulated: 'essai' });
      expect(await rollback()).toEqual({ from: C.digest, digest: B.digest });
      expect(await rollback()).toEqual({ from: B.digest, digest: A.digest });
      await expect(rollback()).rejects.toMatchObject({ code: 'RULES_NO_PREVIOUS' });
      // Named, what was withdrawn comes back, and is undone like any other.
      expect(await rollback(C.digest.slice(0, 8))).toEqual({ from: A.digest, digest: C.digest });
      expect(await rollback()).toEqual({ from: C.digest, digest: A.digest });
      expect((await read((tx) => rulesState(tx))).withdrawn).toEqual([C.digest, B.digest]);
    });

    test('goes to any set that was active once, by the beginning of its digest', async () => {
      await simulate(C, B);
      await apply(C);
      expect(await rollback(A.digest.slice(0, 12))).toEqual({ from: C.digest, digest: A.digest });
    });

    test.each([
      ['a set that never was active', C.digest, 'CONFIG_UNKNOWN_DIGEST', 'ce jeu n’a jamais été en service'],
      ['what is no digest', 'hier', 'BAD_INPUT', '8 à 64 signes'],
    ])('not to %s', async (_name, to, code, said) => {
      await write((tx) => saveRulebook(tx, SYSTEM, C.digest, C.files, now()));
      await expect(rollback(to)).rejects.toMatchObject({ code, message: expect.stringContaining(said) });
      expect(await read(activeDigest)).toBe(B.digest);
    });

    test('not to a set this program no longer reads', async () => {
      const broken = new Map([['motifs.yaml', 'version: 1\n']]);
      await write(async (tx) => {
        await saveRulebook(tx, SYSTEM, 'f'.repeat(64), broken, now());
        await activateRulebook(tx, SYSTEM, 'f'.repeat(64), now());
        await activateRulebook(tx, SYSTEM, B.digest, now());
      });
      await expect(rollback()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      expect(await read(activeDigest)).toBe(B.digest);
    });
  });

  test('with only one set there is nothing to go back to', async () => {
    await expect(rollback()).rejects.toMatchObject({ code: 'RULES_NO_PREVIOUS' });
  });

  describe('the folder', () => {
    const keep = (set: Candidate, autoapply: boolean, failed: string[] = []) =>
      write((tx) => keepCandidate(tx, SYSTEM, { ...set, failed }, autoapply, now()));

    test('only proposes, unless the site applies by itself', async () => {
      expect(await keep(B, false)).toBe('proposed');
      expect(await read(activeDigest)).toBe(A.digest);
      expect((await read((tx) => rulesState(tx))).candidate).toMatchObject({ digest: B.digest, source: 'folder' });
      expect(await keep(C, true)).toBe('activated');
      expect((await read((tx) => rulesState(tx))).active).toMatchObject({ digest: C.digest, how: 'auto' });
      expect((await read((tx) => rulesState(tx))).candidate).toBeNull();
    });

    test('never applies by itself what fails its own scenarios; the lines stand in the history', async () => {
      expect(await keep(B, true, ['scénario « x » : file : attendu n1, obtenu rca'])).toBe('proposed');
      expect(await read(activeDigest)).toBe(A.digest);
      expect((await read((tx) => proposals(tx)))[0]!.problems).toEqual([
        'scénario « x » : file : attendu n1, obtenu rca',
      ]);
    });

    test('a roll-back stands until the folder says something new, whatever is restarted', async () => {
      await keep(B, true);
      await rollback();
      expect(await keep(B, true)).toBe('known');
      expect(await read(activeDigest)).toBe(A.digest);
      expect((await read((tx) => rulesState(tx))).candidate).toBeNull();
      // A comment more says the same again; it waits, and the history says why.
      const text = `# relu\n${B.files.get('motifs.yaml')!}`;
      const again = proposeRulebook(new Map(B.files).set('motifs.yaml', text));
      expect(await keep((again as { candidate: Candidate }).candidate, true)).toBe('proposed');
      expect((await read((tx) => proposals(tx)))[0]!.problems).toEqual([expect.stringMatching(/^retirées/)]);
      expect(await keep(C, true)).toBe('activated');
    });

    test('what is applied from elsewhere stands too, and a folder that comes back to the old set is something new', async () => {
      await keep(B, true);
      await apply(C, { unsimulated: 'essai' });
      expect(await keep(B, true)).toBe('known');
      await write((tx) => noteSeen(tx, SYSTEM, C.digest, now()));
      expect(await keep(B, true)).toBe('activated');
    });

    test('a refused set is shown once, with its places, until a good one comes', async () => {
      const problems = [
        { severity: 'error' as const, file: 'flags.yaml', line: 3, col: 1, what: 'le fichier est coupé' },
      ];
      const refuse = () => write((tx) => noteRefused(tx, SYSTEM, { digest: 'bad', problems }, now()));
      await refuse();
      await refuse();
      const state = await read((tx) => rulesState(tx));
      expect(state.refused).toMatchObject({ digest: 'bad', problems: ['flags.yaml:3:1  le fichier est coupé'] });
      expect(state.proposals).toHaveLength(1);
      expect(state.active!.digest).toBe(A.digest);
      await keep(B, false);
      expect((await read((tx) => rulesState(tx))).refused).toBeNull();
    });

    test('a candidate of the console waits beside it', async () => {
      await write((tx) => proposeFromConsole(tx, SYSTEM, B, now()));
      expect((await read((tx) => rulesState(tx))).candidate).toMatchObject({ digest: B.digest, source: 'console' });
    });
  });

  test('what happened is never rewritten by the application', async () => {
    await simulate(B, A);
    await write((tx) => noteSeen(tx, SYSTEM, A.digest, now()));
    for (const table of ['rulebook_history', 'rulebook_simulation', 'rulebook_proposal'] as const) {
      await expect(write((tx) => tx.deleteFrom(table).execute())).rejects.toThrow(/permission denied/);
    }
    await expect(write((tx) => tx.updateTable('rulebook_simulation').set({ moved: 0 }).execute())).rejects.toThrow(
      /permission denied/,
    );
  });
});
