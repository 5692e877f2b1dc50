import { Gauge, type Registry } from 'prom-client';
import { TURN_KINDS, type BotEvent, type FailureCause } from '../domain/bot/state.ts';
import { DAY_MS } from '../domain/days.ts';
import { countBotEvents, countPortalAnswers } from '../store/bot-counts.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import type { DeliveryStatus } from '../store/schema.ts';

/** The bot for Prometheus. Labels are the codes listed here and nothing else: no portal, no motif, no word of anybody. */
export interface BotMetrics {
  /** Brings the gauges up to date, at most once a minute: a scrape may come from several places at once. */
  fill(store: Store, now: Date): Promise<void>;
}

/** The gauges count what happened in so many days before the scrape. */
const WINDOW_DAYS = 7;
const FRESH_MS = 60_000;

/** Written as objects so that a code added elsewhere is missed here by the compiler. */
const CAUSES = Object.keys({
  no: 0,
  reformulation: 0,
  fallback: 0,
  timeout: 0,
  error: 0,
  'asked-human': 0,
} satisfies Record<FailureCause, 0>);
const BY = Object.keys({ member: 0, asked: 0, flag: 0, motif: 0 } satisfies Record<
  Extract<BotEvent, { event: 'accepted' }>['by'],
  0
>);
const STATUSES = Object.keys({
  pending: 0,
  sending: 0,
  sent: 0,
  failed: 0,
  ambiguous: 0,
  cancelled: 0,
  held: 0,
} satisfies Record<DeliveryStatus, 0>);

/** The gauges of the bot, in one registry. */
export function createBotMetrics(registry: Registry): BotMetrics {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name: `aiguillage_bot_${name}`, help, labelNames, registers: [registry] });
  const turns = gauge('turns', 'Turns of members in the last 7 days, by kind', 'kind');
  const failed = gauge('failed_requests', 'Requests the bot failed in the last 7 days, by cause', 'cause');
  const offers = gauge('offers', 'Offers of an adviser in the last 7 days');
  const acceptances = gauge('acceptances', 'Accepted hand-overs of the last 7 days, by what led to them', 'by');
  const handovers = gauge('handovers', 'Talks that reached a queue in the last 7 days');
  const answers = gauge('answers', 'Answers to portals that changed in the last 7 days, by status', 'status');

  let filled_ms = -Infinity;
  return {
    async fill(store, now) {
      if (now.getTime() - filled_ms < FRESH_MS) return;
      filled_ms = now.getTime();
      const since = new Date(now.getTime() - WINDOW_DAYS * DAY_MS);
      const { events, sendings } = await store.read(SYSTEM, async (tx) => ({
        events: await countBotEvents(tx, since),
        sendings: await countPortalAnswers(tx, since),
      }));
      const of = (type: string, detail: string | null = null): number =>
        events.find((row) => row.type === type && row.detail === detail)?.n ?? 0;
      // Every code each time, with 0: one that no longer happens must not go on showing its last number.
      for (const kind of TURN_KINDS) turns.set({ kind }, of('bot.turn', kind));
      for (const cause of CAUSES) failed.set({ cause }, of('bot.request-failed', cause));
      for (const by of BY) acceptances.set({ by }, of('bot.accepted', by));
      offers.set(of('bot.offered'));
      handovers.set(of('bot.handed'));
      for (const status of STATUSES) answers.set({ status }, sendings.get(status) ?? 0);
    },
  };
}
