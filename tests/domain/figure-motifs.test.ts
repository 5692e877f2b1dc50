import { describe, expect, test } from '@jest/globals';
import { computeFigure, type FigureEvent, type FigureOptions } from '../../domain/figure.ts';

/** Reports by motif: what people gave, what the machine guessed, and subjects that are named for a while. */
const WEEK: FigureOptions = {
  from: '2026-03-16',
  to: '2026-03-22',
  as_of: '2026-03-31T00:00:00Z',
  clock: 'elapsed',
  by: 'motif',
};

function event(type: string, minute: number, conversation_id: string, data: Record<string, unknown>): FigureEvent {
  const at = new Date(Date.parse('2026-03-16T09:00:00Z') + minute * 60_000).toISOString();
  const message_id = type === 'request.received' ? `${data['id'] as string}` : null;
  return { type, occurred_at: at, recorded_at: at, conversation_id, message_id, data };
}
const received = (minute: number, id: string, data: Record<string, unknown> = {}): FigureEvent =>
  event('request.received', minute, id[0]!, {
    id,
    policy: '48h',
    hours: 48,
    headline: 'elapsed',
    due_elapsed_at: '2026-03-18T09:00:00Z',
    due_working_at: '2026-03-18T09:00:00Z',
    calendar: { zone: 'Europe/Paris', alsace_moselle: 'none' },
    mailbox: 'pfs-assures',
    motif: 'carte-vitale',
    level: 'n1',
    queue: 'n1',
    origin: 'imap',
    ...data,
  });
const gave = (minute: number, conversation: string, to: string, to_parent?: string): FigureEvent =>
  event('conversation.motif_confirmed', minute, conversation, {
    from: 'carte-vitale',
    to,
    guessed: 'carte-vitale',
    ...(to_parent === undefined ? {} : { to_parent }),
  });
const answered = (minute: number, ids: string[]): FigureEvent =>
  event('request.answered', minute, ids[0]![0]!, { reply_type: 'definitive', message_ids: ids });

const groups = async (events: FigureEvent[], options: Partial<FigureOptions> = {}) =>
  computeFigure(events, { ...WEEK, ...options }).groups!.map((group) => ({
    motif: group.key,
    received: group.received,
    confirmed: group.confirmed,
    share: group.confirmed_share,
    ...(group.provisional === undefined
      ? {}
      : { inside: group.provisional.map(({ key, received: n, confirmed }) => [key, n, confirmed]) }),
  }));

describe('by motif', () => {
  test('what a person confirmed or corrected counts as theirs, the rest is marked as the machine’s', async () => {
    const events = [
      received(0, 'a1'),
      received(1, 'b1'),
      received(2, 'c1'),
      gave(10, 'a', 'carte-vitale'),
      gave(11, 'b', 'naissance'),
      answered(20, ['a1']),
      answered(21, ['b1']),
      answered(22, ['c1']),
    ];
    expect(await groups(events)).toEqual([
      { motif: 'carte-vitale', received: 2, confirmed: 1, share: 0.5 },
      { motif: 'naissance', received: 1, confirmed: 1, share: 1 },
    ]);
    expect(computeFigure(events, WEEK)).toMatchObject({ received: 3, confirmed: 2, confirmed_share: 2 / 3 });
  });

  test('a motif given after the answer moves nothing that was counted', async () => {
    const events = [received(0, 'a1'), answered(5, ['a1']), gave(30, 'a', 'naissance')];
    expect(await groups(events)).toEqual([{ motif: 'carte-vitale', received: 1, confirmed: 0, share: 0 }]);
  });

  test('of a mail still open too', async () => {
    expect(await groups([received(0, 'a1'), gave(5, 'a', 'naissance')])).toEqual([
      { motif: 'naissance', received: 1, confirmed: 1, share: 1 },
    ]);
  });

  test('a provisional motif counts under its parent and is shown apart', async () => {
    const events = [
      received(0, 'a1', { motif: 'cartes-en-double', motif_parent: 'carte-vitale' }),
      received(1, 'b1'),
      received(2, 'c1', { motif: 'naissance' }),
      gave(10, 'c', 'cartes-en-double', 'carte-vitale'),
      answered(20, ['a1']),
    ];
    expect(await groups(events)).toEqual([
      { motif: 'carte-vitale', received: 3, confirmed: 1, share: 1 / 3, inside: [['cartes-en-double', 2, 1]] },
    ]);
  });

  test('a person who gives another motif takes it out again', async () => {
    const events = [
      received(0, 'a1', { motif: 'cartes-en-double', motif_parent: 'carte-vitale' }),
      gave(10, 'a', 'naissance'),
    ];
    expect(await groups(events)).toEqual([{ motif: 'naissance', received: 1, confirmed: 1, share: 1 }]);
  });

  test('other breakdowns say nothing of motifs', async () => {
    const figure = computeFigure([received(0, 'a1'), gave(1, 'a', 'naissance')], { ...WEEK, by: 'queue' });
    expect(figure).not.toHaveProperty('confirmed');
    expect(figure.groups![0]).not.toHaveProperty('confirmed');
  });
});
