import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparedWindows, isWave, usualPeople } from '../../domain/wave/baseline.ts';
import { waveAnswer, type WaveAnswer } from '../../domain/wave/bot.ts';
import { advanceWave, endProblem, isOver } from '../../domain/wave/life.ts';
import { DEFAULT_WAVES } from '../../domain/wave/policy.ts';
import { greet, sentenceProblem, withSentence } from '../../domain/wave/words.ts';

describe('the baseline', () => {
  test('is the same hours of the same weekday by the clock on the wall, across a change of time', () => {
    // Monday 26 October 2026, 9:00 in Paris, the day after summer time ended.
    const windows = comparedWindows(new Date('2026-10-26T08:00:00Z'), 'Europe/Paris', DEFAULT_WAVES);
    expect(windows.map(({ to }) => to.toISOString())).toEqual([
      '2026-10-26T08:00:00.000Z',
      '2026-10-19T07:00:00.000Z',
      '2026-10-12T07:00:00.000Z',
      '2026-10-05T07:00:00.000Z',
      '2026-09-28T07:00:00.000Z',
    ]);
    for (const { from, to } of windows) expect(to.getTime() - from.getTime()).toBe(4 * 3_600_000);
  });

  test.each([
    ['the mean of the weeks', [4, 8, 0, 0], 3],
    ['only of those that are known', [4, 8, null, null], 6],
    ['a week without a mail is a week', [0, 0, 0, 0], 0],
    ['nothing to compare with', [null, null], null],
    ['no week asked for', [], null],
  ])('usual people: %s', (_, counts, usual) => expect(usualPeople(counts)).toBe(usual));

  test.each([
    ['far above', 60, 5, true],
    ['just enough of both', 20, 20 / 3, true],
    ['one person too few', 19, 0, false],
    ['busy as every Monday', 90, 60, false],
    ['never on the first day', 10_000, null, false],
  ])('%s', (_, people, usual, wave) => expect(isWave(people, usual, DEFAULT_WAVES)).toBe(wave));

  test('more people are never less of a wave, and more usual ones never more', () => {
    const n = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(n, n, n, (people, usual, more) => {
        if (!isWave(people, usual, DEFAULT_WAVES)) return;
        expect(isWave(people + more, usual, DEFAULT_WAVES)).toBe(true);
        expect(isWave(people, Math.max(0, usual - more), DEFAULT_WAVES)).toBe(true);
      }),
    );
  });
});

describe('the life of a wave', () => {
  test.each([
    ['proposed', 'name', 'active'],
    ['active', 'name', 'active'],
    ['proposed', 'dismiss', 'dismissed'],
    ['active', 'end', 'ended'],
  ] as const)('%s, %s: %s', (from, action, to) => expect(advanceWave(from, action)).toBe(to));

  test.each([
    ['proposed', 'end'],
    ['active', 'dismiss'],
    ['ended', 'name'],
    ['ended', 'end'],
    ['dismissed', 'name'],
  ] as const)('what is %s refuses: %s', (from, action) => {
    expect(() => advanceWave(from, action)).toThrow(expect.objectContaining({ code: 'WAVE_STATE' }));
  });

  test('is over at its date to the millisecond, and an end must lie ahead, not too far', () => {
    const now = new Date('2026-11-24T09:00:00Z');
    const at = (ms: number): Date => new Date(now.getTime() + ms);
    expect(isOver({ status: 'active', ends_at: at(1) }, now)).toBe(false);
    expect(isOver({ status: 'active', ends_at: at(0) }, now)).toBe(true);
    expect(isOver({ status: 'proposed', ends_at: null }, now)).toBe(false);
    expect(endProblem(at(0), now, DEFAULT_WAVES)).toMatch(/passée/);
    expect(endProblem(at(30 * 86_400_000), now, DEFAULT_WAVES)).toBeUndefined();
    expect(endProblem(at(30 * 86_400_000 + 1), now, DEFAULT_WAVES)).toMatch(/30 jours/);
  });
});

describe('the sentence of the acknowledgment', () => {
  const SENTENCE = 'Le compte ameli est en panne depuis ce matin : il est inutile de nous écrire de nouveau.';
  const ACK = 'Bonjour,\n\nNous avons bien reçu votre message.\n\nRéférence : X';

  test.each([
    ['a plain sentence', SENTENCE, undefined],
    [
      'a date and a site name end no sentence',
      'Retour prévu le 24.11 sur ameli.fr, sans démarche de votre part.',
      undefined,
    ],
    ['two sentences', 'Le compte est en panne. Merci de patienter.', /Une seule phrase/],
    ['no full stop', 'Le compte est en panne', /finit par un point/],
    ['two lines', 'Le compte\nest en panne.', /une seule ligne/],
    ['a field', 'Bonjour {{agent}}.', /accolades/],
    ['an address', 'Écrivez à quelquun@cpam.example pour en savoir plus.', /ni adresse/],
    ['too long', `${'a'.repeat(300)}.`, /300/],
  ])('%s', (_, sentence, problem) => {
    if (problem === undefined) expect(sentenceProblem(sentence)).toBeUndefined();
    else expect(sentenceProblem(sentence)).toMatch(problem);
  });

  test('stands after the greeting, the rest untouched; alone where there is no greeting', () => {
    expect(withSentence(ACK, SENTENCE)).toBe(`Bonjour,\n\n${SENTENCE}\n\n${ACK.slice('Bonjour,\n\n'.length)}`);
    expect(withSentence('Bien reçu.', SENTENCE)).toBe(`Bien reçu.\n\n${SENTENCE}\n`);
  });

  test('asks nobody for a number by mail: then the acknowledgment leaves without it', () => {
    const asks = 'Envoyez-nous votre numéro de sécurité sociale par courriel.';
    expect(withSentence(ACK, asks)).toBe(ACK);
  });
});

test.each([
  ['Camille Exemple', 'Bonjour Camille Exemple,'],
  ['DUPONT Marie', 'Bonjour Dupont Marie,'],
  ["Anne-Lise D'ARTOIS", "Bonjour Anne-Lise D'Artois,"],
  ['LE-GALL Yann', 'Bonjour Le-Gall Yann,'],
  ['jojo59', 'Bonjour,'],
  ['marie.dupont@membre.example', 'Bonjour,'],
  ['', 'Bonjour,'],
  ['Gagnez 1000 euros', 'Bonjour,'],
  ['Marie', 'Bonjour,'],
  ['$& $1', 'Bonjour,'],
  [`${'a'.repeat(30)} ${'b'.repeat(30)}`, 'Bonjour,'],
])('the greeting of « %s »', (name, greeting) => {
  expect(greet('Bonjour,\n\nVoici.', name)).toBe(`${greeting}\n\nVoici.`);
  expect(greet('Madame, Monsieur,\n\nBonjour,', name)).toBe('Madame, Monsieur,\n\nBonjour,');
});

describe('what the bot says', () => {
  const wave = (over: Partial<WaveAnswer>): WaveAnswer => ({
    ...{ id: 'w', label: 'Panne', answer: 'Le compte est en panne.', motif: 'compte-ameli-acces', phrases: [] },
    ends_at: '2026-11-24T18:00:00.000Z',
    ...over,
  });
  const ask = (text: string, motif: string | null = 'compte-ameli-acces', at = '2026-11-24T09:00:00.000Z') => ({
    ...{ text, motif, at },
  });

  test.each([
    ['by motif where there are no phrases', wave({}), ask('mon compte'), true],
    ['not for another motif', wave({}), ask('mon compte', 'carte-vitale'), false],
    ['not for no motif', wave({ motif: null }), ask('mon compte', null), false],
    ['by a phrase', wave({ phrases: ['site … panne'] }), ask('le site est en panne ?', null), true],
    [
      'by a phrase, whatever the accents',
      wave({ phrases: ['connexion impossible'] }),
      ask('CONNEXION IMPOSSIBLE'),
      true,
    ],
    ['the motif alone is too wide where there are phrases', wave({ phrases: ['panne'] }), ask('code oublié'), false],
    ['until its end', wave({}), ask('mon compte', 'compte-ameli-acces', '2026-11-24T17:59:59.999Z'), true],
    ['and no longer', wave({}), ask('mon compte', 'compte-ameli-acces', '2026-11-24T18:00:00.000Z'), false],
  ])('%s', (_, given, question, said) => {
    expect(waveAnswer([given], question)).toBe(said ? given : undefined);
  });
});
