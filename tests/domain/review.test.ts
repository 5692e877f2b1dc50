import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openMsBetween } from '../../domain/calendar.ts';
import {
  DEFAULT_REVIEWS,
  isDrawn,
  isReviewed,
  motifsOf,
  openHoursBack,
  planReview,
  type ReviewAsk,
} from '../../domain/review.ts';
import { tallyReviews, type ReviewEvent } from '../../domain/review-figures.ts';
import { deskBook } from '../support/desk-book.ts';

const book = deskBook();
const site = book.calendars[0]!;

describe('a review', () => {
  test.each<[string, ReviewAsk, string | null, object]>([
    [
      'approved goes to its pôle',
      { action: 'approve', wanted: 'pole-pe' },
      'carte-vitale',
      { ok: true, queue: 'pole-pe' },
    ],
    ['returned goes to level 1', { action: 'return', wanted: 'pole-pe' }, 'carte-vitale', { ok: true, queue: 'n1' }],
    [
      'under an expert motif goes straight to that pôle',
      { action: 'remotif', wanted: 'pole-pe', motif: 'service-medical-ald' },
      'carte-vitale',
      { ok: true, queue: 'elsm' },
    ],
    [
      'under a level-1 motif goes to level 1',
      { action: 'remotif', wanted: 'pole-pe', motif: 'attestation-document' },
      'carte-vitale',
      { ok: true, queue: 'n1' },
    ],
    ['to a pôle that is gone', { action: 'approve', wanted: 'parti' }, null, { ok: false, why: 'unknown-queue' }],
    ['under no motif', { action: 'remotif', wanted: 'pole-pe' }, null, { ok: false, why: 'no-motif' }],
    [
      'under an unknown motif',
      { action: 'remotif', wanted: 'x', motif: 'x' },
      null,
      { ok: false, why: 'unknown-motif' },
    ],
    [
      'under the motif it has',
      { action: 'remotif', wanted: 'pole-pe', motif: 'carte-vitale' },
      'carte-vitale',
      { ok: false, why: 'same-motif' },
    ],
  ])('%s', (_, ask, motif, expected) => {
    expect(planReview(book, ask, motif)).toMatchObject(expected);
  });

  test('is asked for motifs on the list, or for all where there is no list', () => {
    expect(isReviewed(undefined, 'x')).toBe(true);
    expect(isReviewed({ ...DEFAULT_REVIEWS, motifs: ['a'] }, 'a')).toBe(true);
    expect(isReviewed({ ...DEFAULT_REVIEWS, motifs: ['a'] }, 'b')).toBe(false);
  });

  test('skills are motifs, or all motifs of a pôle, and never a reserved one', () => {
    expect(motifsOf(book.motifs, ['carte-vitale', 'pole-pe'])).toEqual(['carte-vitale', 'ij-calcul-montant']);
    expect(motifsOf(book.motifs, ['elsm', 'service-medical-ald'])).toEqual([]);
  });

  test('so many open hours ago: the site was open just that long since', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.double({ min: 0.1, max: 60, noNaN: true }),
        (minutes, hours) => {
          const now = new Date(Date.parse('2026-10-20T00:00:00Z') + minutes * 60_000);
          const since = openHoursBack(now, hours, site);
          expect(Math.abs(openMsBetween(since, now, site) - hours * 3_600_000)).toBeLessThan(2);
        },
      ),
    );
  });

  test('a site that never opens is looked back over for two months, not for ever', () => {
    const now = new Date('2026-11-24T09:00:00Z');
    const since = openHoursBack(now, 1, { ...site, hours: [] });
    expect(now.getTime() - since.getTime()).toBe(60 * 86_400_000);
  });
});

describe('direct routes read afterwards', () => {
  const drawn = (queue: string, kind: string, n: number, share = 0.02, sampled_queues?: string[]): number => {
    const policy = {
      ...DEFAULT_REVIEWS,
      sample_share: share,
      ...(sampled_queues === undefined ? {} : { sampled_queues }),
    };
    return Array.from({ length: n }, (_, i) => isDrawn(policy, { message_id: `m${i}`, queue, kind })).filter(Boolean)
      .length;
  };
  test('are drawn at the agreed share, always the same ones', () => {
    const n = drawn('elsm', 'sensitive', 50_000);
    // 1,000 expected; three standard deviations are 94.
    expect(Math.abs(n - 1_000)).toBeLessThan(94);
    expect(drawn('elsm', 'sensitive', 50_000)).toBe(n);
    expect(drawn('elsm', 'sensitive', 100, 0)).toBe(0);
    expect(drawn('elsm', 'sensitive', 100, 1)).toBe(100);
  });
  test('of pôles and reserved circuits, or of the queues on the list', () => {
    expect(drawn('n1', 'n1', 100, 1)).toBe(0);
    expect(drawn('pole-pe', 'pole', 100, 1, ['elsm'])).toBe(0);
    expect(drawn('elsm', 'sensitive', 100, 1, ['elsm'])).toBe(100);
  });
});

describe('what reviews come to', () => {
  const window = { from: new Date('2026-11-01T00:00:00Z'), until: new Date('2026-12-01T00:00:00Z') };
  const poles = new Set(['pole-pe', 'elsm']);
  let minute = 0;
  const event = (conversation_id: string, type: string, data: Record<string, unknown> = {}): ReviewEvent => ({
    ...{ conversation_id, type, data },
    occurred_at: new Date(Date.parse('2026-11-10T09:00:00Z') + ++minute * 60_000),
  });
  const opened = (id: string, over: Record<string, unknown> = {}): ReviewEvent =>
    event(id, 'review.opened', {
      wanted: 'pole-pe',
      motif: 'ij-calcul-montant',
      rule: 'transfer.expert_needed',
      ...over,
    });
  const tally = (...events: ReviewEvent[]) => tallyReviews(events, window, poles);
  const zero = { avoided: 0, replaced_by_task: 0, refused: 0, timed_out: 0, approved: 0, returned: 0, waiting: 0 };

  test.each<[string, () => ReviewEvent[], object]>([
    ['one that waits', () => [opened('a')], { ...zero, waiting: 1 }],
    [
      'approved and answered by the pôle is not avoided',
      () => [
        opened('a'),
        event('a', 'review.approved'),
        event('a', 'conversation.transferred', { to: 'pole-pe' }),
        event('a', 'request.answered'),
      ],
      { ...zero, approved: 1 },
    ],
    [
      'returned and answered is avoided',
      () => [
        opened('a'),
        event('a', 'review.returned'),
        event('a', 'conversation.transferred', { to: 'n1' }),
        event('a', 'request.answered'),
      ],
      { ...zero, returned: 1, avoided: 1 },
    ],
    [
      'returned and not answered yet is not',
      () => [opened('a'), event('a', 'review.returned'), event('a', 'conversation.transferred', { to: 'n1' })],
      { ...zero, returned: 1 },
    ],
    [
      'returned, then sent to the pôle all the same, is not',
      () => [
        opened('a'),
        event('a', 'review.returned'),
        event('a', 'conversation.transferred', { to: 'pole-pe' }),
        event('a', 'request.answered'),
      ],
      { ...zero, returned: 1 },
    ],
    [
      'answered at level 1 straight from the review is avoided',
      () => [opened('a'), event('a', 'request.answered')],
      { ...zero, avoided: 1 },
    ],
    [
      'an answer taken back is none',
      () => [opened('a'), event('a', 'request.answered'), event('a', 'request.resumed')],
      { ...zero, waiting: 1 },
    ],
    [
      'answered with a task for the pôle is replaced by it',
      () => [opened('a'), event('a', 'task.opened', { pole: 'pole-pe' }), event('a', 'request.answered')],
      { ...zero, replaced_by_task: 1 },
    ],
    [
      'a task for somebody else replaces nothing',
      () => [opened('a'), event('a', 'task.opened', { pole: 'elsm' }), event('a', 'request.answered')],
      { ...zero, avoided: 1 },
    ],
    [
      'unread and gone on',
      () => [opened('a'), event('a', 'review.timed_out'), event('a', 'conversation.transferred', { to: 'pole-pe' })],
      { ...zero, timed_out: 1 },
    ],
    [
      'refused by the pôle, and looked at again, is one transfer',
      () => [
        opened('a'),
        event('a', 'review.approved'),
        event('a', 'conversation.transferred', { to: 'pole-pe' }),
        event('a', 'review.refused'),
        opened('a', { origin: 'refusal' }),
        event('a', 'review.approved'),
      ],
      { ...zero, approved: 1, refused: 1 },
    ],
  ])('%s', (_, events, expected) => {
    expect(tally(...events())).toMatchObject({ proposed: 1, ...expected });
  });

  test('outside the days nothing is counted, and nothing proposed has no share', () => {
    const early = { ...opened('a'), occurred_at: new Date('2026-10-31T23:59:59Z') };
    expect(tally(early, event('a', 'request.answered'))).toMatchObject({
      proposed: 0,
      avoided: 0,
      avoided_share: null,
    });
  });

  test('groups by motif and by rule add up to the whole', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const any = fc.oneof(
      name.map((id) => opened(id, { motif: id < 'c' ? 'x' : null, rule: id === 'a' ? 'r1' : 'r2' })),
      fc
        .tuple(
          name,
          fc.constantFrom(
            'review.approved',
            'review.returned',
            'review.timed_out',
            'request.answered',
            'review.refused',
          ),
        )
        .map(([id, type]) => event(id, type)),
      fc.tuple(name, fc.constantFrom('n1', 'pole-pe')).map(([id, to]) => event(id, 'conversation.transferred', { to })),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (events) => {
        const whole = tally(...events);
        for (const groups of [whole.by_motif, whole.by_rule]) {
          for (const key of ['proposed', 'avoided', 'returned', 'timed_out', 'refused', 'waiting'] as const)
            expect(groups.reduce((sum, group) => sum + group[key], 0)).toBe(whole[key]);
        }
        expect(whole.avoided + whole.replaced_by_task).toBeLessThanOrEqual(whole.proposed);
      }),
    );
  });
});
