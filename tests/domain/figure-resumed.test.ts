import { describe, expect, test } from '@jest/globals';
import { computeFigure, type FigureEvent } from '../../domain/figure.ts';
import { RESUME_MAX_MS } from '../../domain/figure-life.ts';

const START = '2026-03-16T09:00:00.000Z';
const at = (ms: number): string => new Date(Date.parse(START) + ms).toISOString();
const HOUR = 3_600_000;

function event(type: string, ms: number, data: Record<string, unknown>): FigureEvent {
  return {
    type,
    occurred_at: at(ms),
    recorded_at: at(ms),
    conversation_id: 'c',
    message_id: type === 'request.received' ? 'm' : null,
    data,
  };
}
const received = event('request.received', 0, {
  policy: 'p',
  hours: 48,
  headline: 'elapsed',
  due_elapsed_at: at(48 * HOUR),
  due_working_at: at(48 * HOUR),
  calendar: { zone: 'Europe/Paris', alsace_moselle: 'none' },
  mailbox: 'pfs-assures',
  motif: null,
  level: null,
  queue: 'n1',
  origin: 'imap',
});
const answered = (ms: number): FigureEvent =>
  event('request.answered', ms, { reply_type: 'definitive', message_ids: ['m'] });
const resumed = (ms: number, reason = 'reply-cancelled'): FigureEvent =>
  event('request.resumed', ms, { message_ids: ['m'], reason });
const other = (ms: number): FigureEvent =>
  event('request.answered', ms, { reply_type: 'definitive', message_ids: ['x'] });

const figure = async (events: readonly FigureEvent[], as_of = at(100 * HOUR)) =>
  computeFigure(events, { from: '2026-03-16', to: '2026-03-16', as_of, clock: 'elapsed' });

describe('a reply that was taken back before it left', () => {
  test('is no answer: the request is open again and becomes late', async () => {
    const result = await figure([received, answered(HOUR), resumed(HOUR + 8_000)]);
    expect(result).toMatchObject({ received: 1, answered: 0, handled: 0, open_late: 1 });
  });

  test('leaves the real answer to count, at its own instant', async () => {
    const result = await figure([received, answered(HOUR), resumed(HOUR + 8_000), answered(50 * HOUR)]);
    expect(result).toMatchObject({ received: 1, answered: 1, answered_in_time: 0, median_hours: 50, open_late: 0 });
  });

  test('can be voided only within ten minutes: an older figure never changes', async () => {
    const late = await figure([received, answered(HOUR), resumed(HOUR + RESUME_MAX_MS + 1)]);
    expect(late).toMatchObject({ answered: 1, open_late: 0 });
    const in_time = await figure([received, answered(HOUR), resumed(HOUR + RESUME_MAX_MS)]);
    expect(in_time).toMatchObject({ answered: 0, open_late: 1 });
  });

  test('is seen also when the stop was the last open request of the period', async () => {
    // The reader stops early once nothing is open: not while a stop can still be voided.
    const day_after = 24 * HOUR;
    const result = await figure([received, answered(day_after), other(day_after + 1_000), resumed(day_after + 5_000)]);
    expect(result).toMatchObject({ answered: 0, open_late: 1 });
  });

  test('does not show in a figure of an instant before it was taken back', async () => {
    const result = await figure([received, answered(HOUR), resumed(HOUR + 8_000)], at(HOUR + 4_000));
    expect(result).toMatchObject({ answered: 1 });
  });
});

describe.each(['reply-failed', 'reply-returned'])('a reply that reached nobody (%s)', (reason) => {
  const log = [received, answered(HOUR), resumed(70 * HOUR, reason)];

  test('is no answer from the day it is known, however late, and open late again', async () => {
    expect(await figure(log)).toMatchObject({ received: 1, answered: 0, handled: 0, open_late: 1 });
  });

  test('stays an answer in a figure of an earlier date: what was published can be printed again', async () => {
    expect(await figure(log, at(69 * HOUR))).toMatchObject({ answered: 1, answered_in_time: 1, open_late: 0 });
  });

  test('counts at the instant it was sent again', async () => {
    expect(await figure([...log, answered(72 * HOUR)])).toMatchObject({
      ...{ answered: 1, answered_in_time: 0, median_hours: 72, open_late: 0 },
    });
    const soon = [received, answered(HOUR), resumed(2 * HOUR, reason), answered(3 * HOUR)];
    expect(await figure(soon)).toMatchObject({ answered: 1, answered_in_time: 1, median_hours: 3 });
  });
});
