import { Gauge, type Registry } from 'prom-client';
import { dayOf, dayText, PARIS } from '../domain/days.ts';
import type { FigureNumbers } from '../domain/figure.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import { readOutlook } from '../store/outlook.ts';
import { buildReport } from '../store/report.ts';
import { countAges } from '../store/weekly.ts';

/** The figure for Prometheus. Labels are codes and configured names, so their number is that of the configuration. */
export interface FigureMetrics {
  /** Brings the gauges up to date, at most once a minute: a scrape may come from several places at once. */
  fill(store: Store, book: Rulebook, now: Date): Promise<void>;
}

/** Days the figure of the gauges is counted over, today included. */
const WINDOW_DAYS = 7;
const FRESH_MS = 60_000;

const STATES = [
  'received',
  'handled',
  'answered',
  'answered_in_time',
  'handled_late',
  'open_late',
  'open_not_due',
  'never_read',
  'no_answer_needed',
  'closed_without_answer',
  'redirected',
  'transferred',
  'handed',
  'recalled',
  'repeat_base',
  'repeated_7d',
  'pieces',
  'account',
  'legal_running',
  'legal_passed',
] as const satisfies readonly (keyof FigureNumbers)[];
const CLOCKS = ['elapsed', 'working'] as const;

/** The gauges of the figure, in one registry. */
export function createFigureMetrics(registry: Registry): FigureMetrics {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `aiguillage_${name}`, help, labelNames, registers: [registry] });
  const requests = gauge('figure_requests', 'Requests of the last 7 days, by state and clock', 'state', 'clock');
  const share = gauge('figure_share', 'Share handled in time of the last 7 days', 'clock');
  const replied = gauge('figure_replied_share', 'Share replied in time of the last 7 days', 'clock');
  const hours = gauge('figure_hours', 'Delay of the last 7 days: median, p90, oldest open', 'of', 'clock');
  const queue_share = gauge('figure_queue_share', 'Share handled in time of the last 7 days, by queue', 'queue');
  const queue_late = gauge('figure_queue_late', 'Open and late of the last 7 days, by queue', 'queue');
  const ages = gauge('open_requests', 'Requests still open, by age', 'age');
  const promises = gauge('promises', 'Open requests by promise: open, warned, breached', 'policy', 'state');
  const forecast = gauge('forecast_breaches', 'Conversations that will pass their deadline at this pace', 'queue');
  const legal = gauge('legal_delays', 'Open conversations with a delay fixed by law', 'motif', 'state');
  const duties = gauge('duties', 'Duties beside an answer: pieces, redirections, acknowledgments', 'duty');

  let filled_ms = -Infinity;
  return {
    async fill(store, book, now) {
      if (now.getTime() - filled_ms < FRESH_MS) return;
      filled_ms = now.getTime();
      const today = dayOf(now.getTime(), PARIS);
      const window = { from: dayText(today - WINDOW_DAYS + 1), to: dayText(today) };
      // A group that has emptied must not go on showing its last number.
      for (const each of [queue_share, queue_late, promises, forecast, legal]) each.reset();
      for (const clock of CLOCKS) {
        const report = await buildReport(store, { ...window, clock }, now);
        for (const state of STATES) requests.set({ state, clock }, report[state]);
        share.set({ clock }, report.share ?? NaN);
        replied.set({ clock }, report.replied_share ?? NaN);
        for (const what of ['median', 'p90', 'oldest_open'] as const)
          hours.set({ of: what, clock }, report[`${what}_hours`] ?? NaN);
      }
      const by_queue = await buildReport(store, { ...window, by: 'queue' }, now);
      for (const { key, share: of_queue, open_late } of by_queue.groups ?? []) {
        if (key === null) continue;
        if (of_queue !== null) queue_share.set({ queue: key }, of_queue);
        queue_late.set({ queue: key }, open_late);
      }
      for (const { label, count } of await store.read(SYSTEM, (tx) => countAges(tx, now)))
        ages.set({ age: label }, count);
      const outlook = await readOutlook(store, book, now);
      for (const { policy, open, warned, breached } of outlook.policies) {
        for (const [state, count] of Object.entries({ open, warned, breached })) promises.set({ policy, state }, count);
      }
      for (const { queue, total } of outlook.queues) forecast.set({ queue }, total);
      for (const { motif, open, passed, within_3_days } of outlook.legal) {
        for (const [state, count] of Object.entries({ open, passed, within_3_days }))
          legal.set({ motif, state }, count);
      }
      const { pieces, redirected, acknowledgment } = outlook.duties;
      duties.set({ duty: 'pieces_waiting' }, pieces.waiting);
      duties.set({ duty: 'pieces_not_come' }, pieces.not_come);
      duties.set({ duty: 'redirected_not_told' }, redirected.not_told);
      duties.set({ duty: 'notices_not_sent' }, redirected.notices_not_sent);
      duties.set({ duty: 'acknowledgment_missing' }, acknowledgment.missing);
    },
  };
}
