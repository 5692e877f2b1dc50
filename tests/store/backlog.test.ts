import { describe, expect, test } from '@jest/globals';
import { Backlog } from '../../store/backlog.ts';

const NOW = new Date('2026-03-18T10:00:00Z');
const in_hours = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);

/** Half of the ordinary work goes to what is late. */
const line = (): Backlog =>
  new Backlog(NOW, { legal_days: 3, stock_share: 0.5, age_max_hours: 240, queues: { n1: 0.2 } });

describe('what stands before a mail', () => {
  test('urgent work, what is due sooner, and nothing that is due later', () => {
    const backlog = line();
    backlog.add('x', { urgency: 1, due_at: in_hours(90) });
    backlog.add('x', { urgency: 3, due_at: in_hours(5) });
    backlog.add('x', { urgency: 3, due_at: in_hours(20) });
    backlog.add('x', { urgency: 2, due_at: in_hours(80) });
    backlog.add('x', { urgency: 3, due_at: null });
    expect(backlog.count('x')).toBe(5);
    expect(backlog.ahead('x', { urgency: 3, due_at: in_hours(10) })).toBe(3);
    expect(backlog.ahead('x', { urgency: 3, due_at: in_hours(48) })).toBe(4);
    expect(backlog.ahead('x', { urgency: 3, due_at: null })).toBe(5);
    expect(backlog.ahead('y', { urgency: 3, due_at: in_hours(48) })).toBe(0);
  });

  test('of late mail only what its share lets through meanwhile', () => {
    for (const [queue, expected] of [
      ['x', 20],
      ['n1', 12.5],
    ] as const) {
      const backlog = line();
      for (let n = 0; n < 100; n++) backlog.add(queue, { urgency: 3, due_at: in_hours(-5) });
      for (let n = 0; n < 10; n++) backlog.add(queue, { urgency: 3, due_at: in_hours(5) });
      expect(backlog.places(queue)).toEqual({ front: 0, stock: 100, flux: 10 });
      expect(backlog.ahead(queue, { urgency: 3, due_at: in_hours(48) })).toBe(Math.ceil(expected));
    }
  });

  test('what leaves the line no longer stands before anybody', () => {
    const backlog = line();
    backlog.add('x', { urgency: 3, due_at: in_hours(5) });
    backlog.add('x', { urgency: 3, due_at: in_hours(5) });
    backlog.add('x', { urgency: 3, due_at: in_hours(5) }, -1);
    expect([backlog.count('x'), backlog.ahead('x', { urgency: 3, due_at: in_hours(6) })]).toEqual([1, 1]);
  });
});
