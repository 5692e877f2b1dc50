import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Motif, ProvisionalTerms, Rulebook } from '../../domain/rulebook.ts';
import { motif } from '../support/book.ts';
import { deskBook } from '../support/desk-book.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

/** The day of the tests is 24 November 2026. */
function named(id: string, parent: string, terms: Partial<ProvisionalTerms>, over: Partial<Motif> = {}): Motif {
  return motif(id, 14, {
    ...over,
    provisional: {
      parent,
      why: 'courrier du 20',
      from: '2026-11-23',
      when: { any: [{ any_phrase: ['carte'] }] },
      examples: { match: [], no_match: [] },
      ...terms,
    },
  });
}
function book(): Rulebook {
  const base = deskBook();
  return {
    ...base,
    motifs: [
      ...base.motifs,
      named('cartes-en-double', 'carte-vitale', { until: '2026-12-31' }),
      named('cartes-d-ete', 'carte-vitale', { from: '2026-06-01', until: '2026-08-31' }),
      named('ald-revue', 'service-medical-ald', {}, { restricted: true }),
    ],
    templates: [
      { ...base.templates[0]!, id: 'double', motifs: ['cartes-en-double'], body: 'Bonjour, gardez la plus récente.' },
      ...base.templates,
    ].reverse(),
  };
}

let world: World;
let ana: Person;
beforeAll(async () => {
  world = await openWorld('pglite', { rulebook: async () => book() });
  ana = await world.person('agent', { queues: ['n1'] });
});
afterAll(() => world.close());

interface Listed {
  motifs: { id: string; provisional: { parent: string; why: string; until: string | null } | null }[];
}

describe('the list of motifs', () => {
  test('begins with the provisional ones of today; those of another season are not in it', async () => {
    const { motifs } = (await ana.get('/api/motifs')).json<Listed>();
    expect(motifs.slice(0, 2).map(({ id, provisional }) => [id, provisional])).toEqual([
      ['cartes-en-double', { parent: 'carte-vitale', why: 'courrier du 20', until: '2026-12-31' }],
      ['ald-revue', { parent: 'service-medical-ald', why: 'courrier du 20', until: null }],
    ]);
    expect(motifs.map(({ id }) => id)).not.toContain('cartes-d-ete');
    expect(motifs).toHaveLength(deskBook().motifs.length + 2);
  });

  test('names no reserved motif to a partner', async () => {
    const partner = await world.person('partner');
    const { motifs } = (await partner.get('/api/motifs')).json<Listed>();
    expect(motifs.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['ald-revue']));
    expect(motifs.map(({ id }) => id)).not.toContain('service-medical-ald');
  });

  test('what ids are called: of any season, for administrators too; nothing of a reserved circuit for a partner', async () => {
    type Names = Record<'queues' | 'motifs', Record<string, string>>;
    const of = async (role: 'administrator' | 'partner') =>
      (
        await (await world.person(role, role === 'partner' ? { pool: 'pool.flandres' } : {})).get('/api/names')
      ).json<Names>();
    const all = await of('administrator');
    expect(Object.keys(all.motifs)).toEqual(expect.arrayContaining(['cartes-d-ete', 'ald-revue']));
    expect(all.queues).toMatchObject({ elsm: expect.any(String), 'pool.hainaut': expect.any(String) });
    const theirs = await of('partner');
    expect(theirs.motifs).toHaveProperty('carte-vitale');
    expect(theirs.queues).toHaveProperty('n1');
    // Nor of another partner.
    expect(Object.keys(theirs.queues)).not.toContain('pool.hainaut');
    expect(theirs.queues).not.toHaveProperty('elsm');
    expect(theirs.motifs).not.toHaveProperty('ald-revue');
  });
});

describe('a person gives a provisional motif', () => {
  const held = async (motif_id?: string): Promise<string> => {
    const { id } = await world.conversation(motif_id === undefined ? {} : { motif: motif_id });
    expect((await ana.post(`/api/conversations/${id}/claim`)).statusCode).toBe(200);
    return id;
  };

  test('and the event says what it counts under', async () => {
    const id = await held();
    const answer = await ana.post(`/api/conversations/${id}/motif`, { motif: 'cartes-en-double' });
    expect(answer.json()).toMatchObject({ motif: 'cartes-en-double', level: 'n1' });
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'conversation.motif_confirmed',
      data: { to: 'cartes-en-double', to_parent: 'carte-vitale' },
    });
  });

  test('its own templates come first, its parent’s after them', async () => {
    const id = await held('cartes-en-double');
    const { templates } = (await ana.get(`/api/conversations/${id}`)).json<{ templates: { id: string }[] }>();
    expect(templates.map((template) => template.id)).toEqual(['double', 'carte.naissance', 'carte.declarer']);
  });

  test('one of another season is refused, unless the machine named it while it was in force', async () => {
    const id = await held();
    const refused = await ana.post(`/api/conversations/${id}/motif`, { motif: 'cartes-d-ete' });
    expect([refused.statusCode, refused.json().error.code]).toEqual([400, 'BAD_INPUT']);
    const old = await held('cartes-d-ete');
    expect((await ana.post(`/api/conversations/${old}/motif`, { motif: 'cartes-d-ete' })).statusCode).toBe(200);
  });
});
