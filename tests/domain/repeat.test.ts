import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  countRepeats,
  longestWindowDays,
  repeatWindowDays,
  type Contact,
  type PriorContact,
} from '../../domain/repeat.ts';
import { decide } from '../../domain/route.ts';
import { facts, fixedModel, flag, motif, testBook } from '../support/book.ts';

/** Wednesday 18 March 2026, 10:00 in Paris. */
const NOW = '2026-03-18T10:00:00+01:00';
const NORD = { zone: 'Europe/Paris', alsace_moselle: 'none' } as const;

function prior(at: string, over: Partial<PriorContact> = {}): PriorContact {
  return { motif: 'carte-vitale', at, pieces: false, waiting: false, thread: false, open: false, ...over };
}
const ME: Contact = { at: NOW, motif: 'carte-vitale', unsure: false, public: 'assure' };
const count = (history: PriorContact[], over: Partial<Contact> = {}, window_days = 14) =>
  countRepeats({ ...ME, ...over }, history, {
    window_days,
    calendar: NORD,
    parent: (id) => (id === 'carte-double' ? 'carte-vitale' : id),
  });

/** Days before NOW, as told to a person. */
const MARCH = (day: number, hour = 10): string =>
  `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00+01:00`;

describe('how many contacts a mail repeats (ruling 7)', () => {
  test.each<[string, PriorContact[], Partial<Contact>, number]>([
    ['a first mail', [], {}, 0],
    ['the second on the matter', [prior(MARCH(11))], {}, 1],
    ['the third', [prior(MARCH(6)), prior(MARCH(11))], {}, 2],
    ['the history in any order', [prior(MARCH(11)), prior(MARCH(6))], {}, 2],
    ['another motif', [prior(MARCH(11), { motif: 'ij-calcul-montant' })], {}, 0],
    ['a motif nobody could tell', [prior(MARCH(11), { motif: null })], {}, 0],
    ['a provisional motif is its parent here', [prior(MARCH(11), { motif: 'carte-double' })], {}, 1],
    ['and the other way round', [prior(MARCH(11))], { motif: 'carte-double' }, 1],
    ['just inside the window', [prior('2026-03-04T10:00:00+01:00')], {}, 1],
    ['just outside it', [prior('2026-03-04T09:59:59+01:00')], {}, 0],
    // Copies: 24 hours of working days.
    ['a copy of this morning', [prior(MARCH(18, 9))], {}, 0],
    ['a copy of yesterday, same hour', [prior(MARCH(17, 10))], {}, 0],
    ['a minute more than a working day', [prior('2026-03-17T09:59:00+01:00')], {}, 1],
    [
      'on Monday a mail of Friday evening is still copied',
      [prior('2026-03-13T18:00:00+01:00')],
      { at: '2026-03-16T17:59:00+01:00' },
      0,
    ],
    ['two copies of one day are one contact', [prior(MARCH(11, 9)), prior(MARCH(11, 15))], {}, 1],
    [
      'a copy of the third is worth the third, no more',
      [prior(MARCH(6)), prior(MARCH(11)), prior(MARCH(18, 8))],
      {},
      2,
    ],
    // Pieces.
    ['pieces we had asked for are no contact', [prior(MARCH(6)), prior(MARCH(11), { pieces: true })], {}, 1],
    ['the mail that brings them repeats nothing', [prior(MARCH(6), { waiting: true, thread: true })], {}, 0],
    ['nor when it comes outside the thread', [prior(MARCH(6), { waiting: true })], {}, 0],
    [
      'nor when its words look like another motif',
      [prior(MARCH(6), { waiting: true, thread: true })],
      { motif: 'ij-calcul-montant' },
      0,
    ],
    [
      'another matter that waits for pieces changes nothing',
      [prior(MARCH(6), { waiting: true, motif: 'x' }), prior(MARCH(11))],
      {},
      1,
    ],
    // The thread.
    ['an unsure guess compares no motif', [prior(MARCH(11))], { unsure: true }, 0],
    ['but its thread says the matter', [prior(MARCH(11), { thread: true })], { unsure: true }, 1],
    ['a mail without a guess too', [prior(MARCH(11), { thread: true })], { motif: null, unsure: true }, 1],
    [
      'an open thread is one matter, whatever a chaser looks like',
      [prior(MARCH(11), { thread: true, open: true })],
      { motif: 'reclamation' },
      1,
    ],
    ['an answered one is not', [prior(MARCH(11), { thread: true })], { motif: 'reclamation' }, 0],
    // Others than members write for many people.
    [
      'an employer’s mails on one motif are many people’s',
      [prior(MARCH(6)), prior(MARCH(11))],
      { public: 'employeur' },
      0,
    ],
    [
      'a partner’s own thread is one matter',
      [prior(MARCH(6)), prior(MARCH(11), { thread: true })],
      { public: 'partenaire' },
      1,
    ],
  ])('%s', (_, history, over, expected) => {
    expect(count(history, over)).toBe(expected);
  });

  test('pieces and copies never raise the count, whatever was written before', () => {
    const at = fc
      .integer({ min: 5 * 24, max: 20 * 24 })
      .map((hours) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString());
    fc.assert(
      fc.property(fc.array(at, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (times, days) => {
        const history = times.map((each) => prior(each));
        const before = count(history);
        const brought = prior(new Date(Date.parse(NOW) - days * 86_400_000).toISOString(), { pieces: true });
        expect(count([...history, brought])).toBe(before);
        // The same mail once more an hour later.
        const later = { at: new Date(Date.parse(NOW) + 3_600_000).toISOString() };
        expect(count([...history, prior(NOW)], later)).toBeLessThanOrEqual(before);
      }),
    );
  });
});

describe('the window', () => {
  const legal = (amount: number, unit: 'days' | 'working-days' | 'months') =>
    ({ amount, unit, silence: 'none', source: '' }) as const;
  test.each([
    ['is 14 days', {}, 14],
    ['or the motif’s own', { repeat_window_days: 30 }, 30],
    ['which may be shorter', { repeat_window_days: 7 }, 7],
    ['but never shorter than the delay it announces', { repeat_window_days: 7, legal_clock: legal(30, 'days') }, 30],
    ['in months too', { legal_clock: legal(2, 'months') }, 62],
    ['and in working days', { legal_clock: legal(15, 'working-days') }, 21],
    ['nor lengthened by a short one', { legal_clock: legal(5, 'days') }, 14],
  ])('%s', (_, terms, days) => {
    expect(repeatWindowDays(terms)).toBe(days);
  });

  test('contacts are read as far back as the longest one', () => {
    expect(longestWindowDays([motif('a', 1), motif('b', 2, { repeat_window_days: 40 })])).toBe(40);
  });
});

describe('the flag', () => {
  const base = testBook();
  const reiteration = {
    ...flag('reiteration', 'P2', undefined, ['relance']),
    when: { any: [{ prior_contacts_min: 1 }, { any_phrase: ['relance'] }] },
    raise: { level: 'P1' as const, when: { any: [{ prior_contacts_min: 2 }] } },
  };
  const book = testBook({ flags: [...base.flags.filter(({ id }) => id !== 'reiteration'), reiteration] });
  const model = fixedModel([{ motif: 'carte-vitale', score: 0.97 }]);
  const raised = (history: PriorContact[], over = {}) =>
    decide(facts({ received_at: NOW, history, ...over }), book, model, new Date(NOW));

  test('is P2 at the second mail on a motif, P1 at the third, and leaves motif, level and queue alone', () => {
    expect(raised([]).flags).toEqual([]);
    expect(raised([prior(MARCH(11))]).flags).toEqual([{ id: 'reiteration', level: 'P2' }]);
    const third = raised([prior(MARCH(6)), prior(MARCH(11))]);
    expect(third.flags).toEqual([{ id: 'reiteration', level: 'P1' }]);
    expect(third).toMatchObject({ motif: 'carte-vitale', level: 'n1', queue: 'n1', urgency: 1 });
  });

  test('does not count what the person wrote about other motifs', () => {
    expect(raised([prior(MARCH(6), { motif: 'a' }), prior(MARCH(11), { motif: 'b' })]).flags).toEqual([]);
  });

  test('the explanation says what was counted', () => {
    expect(raised([prior(MARCH(11))]).trace.find(({ step }) => step === 'repeat')).toEqual({
      step: 'repeat',
      id: 'carte-vitale',
      matched: true,
      detail: '1 contact(s) sur le même sujet en 14 jours',
      evidence: [],
    });
  });

  test('where no history is given, the number stated in an example or a scenario stands', () => {
    const stated = facts({ received_at: NOW, prior_contacts: 2 });
    expect(decide(stated, book, model, new Date(NOW)).flags).toEqual([{ id: 'reiteration', level: 'P1' }]);
  });
});
