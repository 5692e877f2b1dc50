import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCorpus } from '../../classifiers/files.ts';
import type { Example } from '../../classifiers/examples.ts';
import { chanceOfRise, logOddsRise } from '../../classifiers/topics/chance.ts';
import { clusterPoints } from '../../classifiers/topics/cluster.ts';
import { termsOf } from '../../classifiers/topics/terms.ts';
import { emergingTopics, type TopicMail } from '../../classifiers/topics/topics.ts';
import { BREACH, CHEQUES } from '../support/new-subjects.ts';

const words = (body: string, subject = '', from = ''): string[] => [...termsOf({ subject, body, from }).words.values()];

describe('the words of a mail', () => {
  test('say its subject: no function word, courtesy, date or number', () => {
    expect(
      words('Bonjour, ma carte Vitale a été volée le 12 mars 2026, dossier A12345. Merci d’avance', 'vol'),
    ).toEqual(['volée', 'carte', 'vitale']);
  });

  test.each([
    [
      'the writer’s own name, from the sender line',
      'Je suis Zénobie Kerguelen, carte perdue',
      'Zénobie Kerguelen z@x.example',
    ],
    ['and from the address', 'kerguelen, carte perdue', ' zenobie.kerguelen@x.example'],
    ['a name after a title', 'Mme Kerguelen m’a dit : carte perdue', ''],
    ['a name after a title that ends in a dot', 'M. Kerguelen m’a dit : carte perdue', ''],
    ['two names after « je m’appelle »', 'Je m’appelle Zénobie Kerguelen. carte perdue', ''],
    ['a name beside a first name', 'Pour mon fils Lucas Kerguelen, carte perdue', ''],
    ['a name before a first name', 'KERGUELEN Lucas, carte perdue', ''],
    ['a signature on a line of its own', 'carte perdue\nZénobie Kerguelen', ''],
    ['a signature after the closing words', 'carte perdue. Cordialement, Zénobie Kerguelen', ''],
    ['a street', 'J’habite 12 rue des Kerguelen. Carte perdue', ''],
    ['a town after its postal code', 'J’habite 59100 KERGUELEN. carte perdue', ''],
    ['an address', 'zenobie@kerguelen.example carte perdue', ''],
    ['a link', 'voir www.kerguelen.example/zenobie carte perdue', ''],
    ['what touches a number', 'dossier 12kerguelen34, carte perdue', ''],
  ])('never hold %s', (_, body, from) => {
    const found = words(body, '', from).join(' ');
    expect(found).not.toMatch(/k[eé]rguelen|z[eé]nobie|lucas/i);
    expect(found).toContain('perdue');
  });

  test('any text at all gives letters only, and never an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (body) => {
        for (const stem of termsOf({ subject: body, body, from: body }).words.keys()) expect(stem).toMatch(/^[a-z]+$/);
      }),
    );
  });
});

describe('chance', () => {
  test.each([
    [0, 0, 0.5, 1],
    [1, 0, 0.5, 0.5],
    [10, 0, 0.5, 1 / 1024],
    [3, 1, 0.5, 5 / 16],
    [5, 5, 0, 0],
    [5, 0, 1, 1],
  ])('%i now and %i before, of equal periods when the share is a half', (now, before, share, expected) => {
    expect(chanceOfRise(now, before, share)).toBeCloseTo(expected, 10);
  });

  test('a common word needs more than a rare one to stand out, and what did not rise stands at zero', () => {
    expect(logOddsRise(40, 500, 20, 500)).toBeLessThan(logOddsRise(25, 500, 1, 500));
    expect(logOddsRise(20, 500, 20, 500)).toBeCloseTo(0, 10);
  });
});

let corpus: readonly Example[];
beforeAll(async () => {
  corpus = (await readCorpus()).examples;
});

function mail(body: string, i: number, period: number, unsure: boolean, over: Partial<TopicMail> = {}): TopicMail {
  const terms = termsOf({ subject: '', body, from: '' });
  return { ref: `${i % 10}${period}-${i}`, sender: `p${period}-${i}`, period, unsure, terms, ...over };
}

/** Five hundred mails now and five hundred before, drawn from the corpus; a fifth of them unsure. */
function ordinary(seed: number): TopicMail[] {
  let state = seed;
  const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) >>> 0);
  const drawn = corpus.map((example) => ({ example, at: next() })).sort((a, b) => a.at - b.at);
  return drawn
    .slice(0, 1_000)
    .map(({ example }, i) => mail(`${example.subject}. ${example.body}`, i, i % 2, i % 10 < 2));
}
const among = (seed: number, bodies: readonly string[], unsure = true): TopicMail[] => [
  ...ordinary(seed),
  ...bodies.map((body, i) => mail(body, 5_000 + i, 0, unsure, { ref: `neuf-${i}` })),
];

describe('what is new', () => {
  test.each([
    ['a breach at an operator', BREACH, ['viaplus', 'données'], 12],
    ['a campaign of cheques', CHEQUES, ['chèque', 'énergie'], 15],
  ])('%s comes out first among five hundred ordinary mails', (_, bodies, expected, people) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [first, ...others] = emergingTopics(among(seed, bodies)).topics;
      expect(first!.terms).toEqual(expect.arrayContaining(expected));
      expect(first!.people).toBeGreaterThanOrEqual(people);
      expect(first!.people_before).toBeLessThanOrEqual(2);
      expect(first!.examples).toHaveLength(3);
      expect(first!.examples.filter((ref) => ref.startsWith('neuf-')).length).toBeGreaterThanOrEqual(2);
      expect(others.length).toBeLessThanOrEqual(1);
    }
  });

  test('ordinary traffic gives nothing, or nearly', () => {
    const found = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => emergingTopics(ordinary(seed)));
    expect(found.flatMap(({ topics }) => topics).length).toBeLessThanOrEqual(1);
    expect(found.flatMap(({ rising }) => rising).length).toBeLessThanOrEqual(2);
  });

  test('a subject the model is sure of shows by its words alone', () => {
    const { topics, rising } = emergingTopics(among(6, [...BREACH, ...BREACH], false));
    expect(topics).toEqual([]);
    expect(rising.map(({ term }) => term)).toEqual(expect.arrayContaining(['viaplus']));
  });

  test('one person who writes thirty times is one person, and shows no word', () => {
    const alone = among(7, BREACH).map((each) => (each.ref.startsWith('neuf-') ? { ...each, sender: 'seul' } : each));
    const { topics, rising } = emergingTopics(alone);
    expect(JSON.stringify({ topics, rising })).not.toContain('viaplus');
  });

  test('a name many people write stays hidden: words that stand where names stand are none', () => {
    const named = BREACH.map((body, i) => `${body} ${i % 2 === 0 ? 'Mme' : 'Monsieur'} Kerguelen ne répond pas.`);
    const { topics, rising } = emergingTopics(among(8, named));
    expect(topics[0]!.terms).toContain('viaplus');
    expect(JSON.stringify({ topics, rising })).not.toMatch(/kerguelen/i);
  });

  test('without a period before there is nothing to compare with', () => {
    const now = among(9, BREACH).filter(({ period }) => period === 0);
    expect(emergingTopics(now)).toEqual({ topics: [], rising: [] });
  });

  test('the order in which mails are given changes nothing', () => {
    const mails = among(10, BREACH);
    expect(emergingTopics([...mails].reverse())).toEqual(emergingTopics(mails));
  });

  test('no mail at all, and mails without a word, are no trouble', () => {
    expect(emergingTopics([])).toEqual({ topics: [], rising: [] });
    const empty = Array.from({ length: 40 }, (_, i) => mail(i % 3 === 0 ? '' : '123', i, i % 2, true));
    expect(emergingTopics(empty)).toEqual({ topics: [], rising: [] });
  });
});

test('groups hold each mail at most once, and points that share no word never meet', () => {
  const point = fc
    .uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 })
    .map((terms) => ({ terms, weights: terms.map(() => 1 / Math.sqrt(terms.length)) }));
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), (points) => {
      const clusters = clusterPoints(points);
      const members = clusters.flatMap((cluster) => cluster.members);
      expect(new Set(members).size).toBe(members.length);
      for (const { members: inside, centre } of clusters) {
        const terms = new Set(centre.map(([term]) => term));
        for (const number of inside) expect(points[number]!.terms.some((term) => terms.has(term))).toBe(true);
      }
    }),
  );
});
