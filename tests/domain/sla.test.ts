import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../domain/errors.ts';
import type { LegalClock, SiteCalendar, SlaPolicy } from '../../domain/rulebook.ts';
import { dueDates, legalDue, policyFor, state } from '../../domain/sla.ts';

const NORD: SiteCalendar = { id: 'nord', zone: 'Europe/Paris', hours: [], alsace_moselle: 'none', local_closures: [] };
const P48: SlaPolicy = {
  id: 'courriel-48h',
  hours: 48,
  headline: 'elapsed',
  calendar: 'nord',
  warn_before_hours: 8,
  from: '2021-06-01',
};
const iso = (date: Date): string => date.toISOString();
const utc = (text: string): string => new Date(text).toISOString();

describe('deadlines', () => {
  test('both clocks are fixed at the start', () => {
    const due = dueDates('2026-03-20T18:00:00+01:00', P48, NORD);
    expect(iso(due.due_elapsed_at)).toBe(utc('2026-03-22T18:00:00+01:00'));
    expect(iso(due.due_working_at)).toBe(utc('2026-03-24T18:00:00+01:00'));
  });

  test.each([
    ['winter time', '2026-10-24T18:00:00+02:00', '2026-10-26T17:00:00+01:00'],
    ['summer time', '2026-03-28T18:00:00+01:00', '2026-03-30T19:00:00+02:00'],
  ])('48 elapsed hours across the change to %s are not two wall days', (_name, start, due) => {
    expect(iso(dueDates(start, P48, NORD).due_elapsed_at)).toBe(utc(due));
  });

  test('the warning comes on the headline clock', () => {
    const start = '2026-03-19T04:00:00+01:00';
    expect(iso(dueDates(start, P48, NORD).warn_at)).toBe(utc('2026-03-20T20:00:00+01:00'));
    // Thursday 04:00 + 48 h is Monday 04:00 at work; eight working hours before that is Friday 20:00.
    expect(iso(dueDates(start, { ...P48, headline: 'working' }, NORD).due_working_at)).toBe(
      utc('2026-03-23T04:00:00+01:00'),
    );
    expect(iso(dueDates(start, { ...P48, headline: 'working' }, NORD).warn_at)).toBe(utc('2026-03-20T20:00:00+01:00'));
  });

  test('a warning longer than the delay comes at once, never before the start', () => {
    const start = '2026-03-21T10:00:00+01:00';
    expect(iso(dueDates(start, { ...P48, warn_before_hours: 72 }, NORD).warn_at)).toBe(utc(start));
  });

  test('the working deadline is never before the elapsed one', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }), (start) => {
        const { due_elapsed_at, due_working_at, warn_at } = dueDates(start, P48, NORD);
        expect(due_working_at.getTime()).toBeGreaterThanOrEqual(due_elapsed_at.getTime());
        expect(warn_at.getTime()).toBeLessThan(due_elapsed_at.getTime());
      }),
    );
  });
});

describe('delays fixed by law', () => {
  const days = (amount: number): LegalClock => ({ amount, unit: 'days', silence: 'acceptance', source: 'test' });
  const months = (amount: number): LegalClock => ({ ...days(amount), unit: 'months' });
  const working = (amount: number): LegalClock => ({ ...days(amount), unit: 'working-days' });

  test.each([
    ['15 calendar days, entente préalable', days(15), '2026-06-01T23:30:00+02:00', '2026-06-16'],
    ['30 calendar days across the clock change', days(30), '2026-10-10T12:00:00+02:00', '2026-11-09'],
    ['it may end on a Sunday', days(6), '2026-03-16T09:00:00+01:00', '2026-03-22'],
    ['2 months end on the same day', months(2), '2026-01-10T15:00:00+01:00', '2026-03-10'],
    ['2 months from 31 December end with February', months(2), '2026-12-31T15:00:00+01:00', '2027-02-28'],
    ['1 month from 31 January of a leap year', months(1), '2028-01-31T15:00:00+01:00', '2028-02-29'],
    ['4 months over the year', months(4), '2026-10-31T15:00:00+01:00', '2027-02-28'],
    ['10 working days over 11 November', working(10), '2026-11-02T10:00:00+01:00', '2026-11-17'],
    ['1 working day from a Saturday', working(1), '2026-03-21T10:00:00+01:00', '2026-03-23'],
    [
      'received just after midnight in Paris, the day before in UTC',
      days(1),
      '2026-06-02T00:30:00+02:00',
      '2026-06-03',
    ],
  ])('%s', (_name, clock, start, last_day) => {
    const due = legalDue(start, clock, NORD);
    // The last millisecond of the last day in Paris.
    expect(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(due)).toBe(last_day);
    expect(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(due.getTime() + 1)).not.toBe(last_day);
  });
});

describe('the state of a request', () => {
  const request = { headline: 'elapsed' as const, ...dueDates('2026-03-20T18:00:00+01:00', P48, NORD) };

  test.each([
    ['2026-03-20T18:00:00+01:00', 'open'],
    ['2026-03-22T09:59:59+01:00', 'open'],
    ['2026-03-22T10:00:00+01:00', 'warned'],
    ['2026-03-22T18:00:00+01:00', 'warned'],
    ['2026-03-22T18:00:00.001+01:00', 'breached'],
  ])('open at %s: %s', (now, expected) => {
    expect(state(request, now)).toBe(expected);
  });

  test.each([
    ['2026-03-22T18:00:00+01:00', 'met', 'met'],
    ['2026-03-22T18:00:00.001+01:00', 'late', 'met'],
    ['2026-03-24T18:00:00.001+01:00', 'late', 'late'],
  ])('answered at %s: %s by the hour, %s by working days', (stopped_at, elapsed, working) => {
    const now = '2026-04-01T00:00:00Z';
    expect(state({ ...request, stopped_at }, now, 'elapsed')).toBe(elapsed);
    expect(state({ ...request, stopped_at }, now, 'working')).toBe(working);
    expect(state({ ...request, headline: 'working', stopped_at }, now)).toBe(working);
  });

  test('an answer that is still to come is not known yet', () => {
    expect(state({ ...request, stopped_at: '2026-03-22T12:00:00+01:00' }, '2026-03-21T12:00:00+01:00')).toBe('open');
  });
});

describe('the policy of a request', () => {
  const mailbox = { sla: 'courriel-48h' };
  const P24 = { ...P48, hours: 24, from: '2026-03-01' };
  const rulebook = { slas: [P24, P48, { ...P48, id: 'autre', from: '2026-03-15' }], calendars: [NORD] };

  test.each([
    ['2026-02-28T23:59:59+01:00', 48],
    ['2026-03-01T00:00:00+01:00', 24],
    ['2026-02-28T23:00:00Z', 24],
    ['2019-01-01T00:00:00Z', 48],
  ])('at %s the promise is %i hours: a change applies from its day on, in Paris', (at, hours) => {
    expect(policyFor(mailbox, at, rulebook).policy.hours).toBe(hours);
  });

  test.each([
    ['policy', { sla: 'inconnue' }, rulebook],
    ['calendar', mailbox, { ...rulebook, calendars: [] }],
  ])('an unknown %s is a configuration error', (_name, box, book) => {
    let error: unknown;
    try {
      policyFor(box, '2026-03-01T00:00:00Z', book);
    } catch (thrown) {
      error = thrown;
    }
    expect(hasCode(error, 'CONFIG_INVALID')).toBe(true);
  });
});
