import { sql } from 'kysely';
import { termsOf } from '../classifiers/topics/terms.ts';
import { TopicCounter, type Emerging } from '../classifiers/topics/topics.ts';
import { DAY_MS } from '../domain/days.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';

/** « Sujets émergents »: what members write about that nobody had a name for. Computed when asked, never stored. */
export interface TopicsReport extends Emerging {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  /** Mails of the period and of the one before; of these, those whose motif was not sure. */
  readonly mails: number;
  readonly mails_before: number;
  readonly unsure: number;
  readonly unsure_before: number;
  /** Share of the mails that was read, 0–1; below 1 where there are very many. */
  readonly read_share: number;
}

export const TOPIC_DAYS_MAX = 90;
/** The period asked for and those it is compared with. */
const PERIODS = 4;
/** Read of each period: some ten seconds in all. */
const MAILS_MAX = 20_000;
const FETCH_ROWS = 500;
/** Four hexadecimal digits of an id: random in UUIDv7, and the same at every reading. */
const HASHES = 65_536;

interface Row {
  readonly ref: string;
  readonly sender_key: string;
  readonly from_name: string;
  readonly subject: string;
  readonly body: string;
  readonly received_at: Date;
  readonly unsure: boolean;
}

/**
 * Emerging topics of the last `days` days before `now`. Sampled where there are more mails than a request should wait for.
 * @param options.motif_min under this confidence a motif is not sure, even where the decision did not abstain
 * @param options.mails_max read of each period
 */
export async function readTopics(
  store: Store,
  options: { days: number; motif_min?: number | undefined; mails_max?: number },
  now: Date,
): Promise<TopicsReport> {
  const span_ms = options.days * DAY_MS;
  const from = new Date(now.getTime() - span_ms);
  // Without a threshold of the rules the model's own stood in each decision: it abstained or it did not.
  const window: Window = {
    motif_min: options.motif_min ?? 0,
    now,
    since: new Date(now.getTime() - PERIODS * span_ms),
    span_ms,
  };
  const counter = new TopicCounter();
  const head = await store.read(SYSTEM, async (tx) => {
    const counts = await countMails(tx, window);
    const most = Math.max(1, ...counts.map(({ mails }) => mails));
    const read_share = Math.min(1, (options.mails_max ?? MAILS_MAX) / most);
    await readMails(tx, window, read_share, counter);
    return {
      mails: counts[0]!.mails,
      mails_before: counts[1]!.mails,
      unsure: counts[0]!.unsure,
      unsure_before: counts[1]!.unsure,
      read_share,
    };
  });
  // Outside the transaction: grouping takes a second, and the embedded database has one session.
  const emerging = counter.result();
  return { from: from.toISOString(), to: now.toISOString(), days: options.days, ...head, ...emerging };
}

interface Window {
  readonly now: Date;
  readonly since: Date;
  readonly span_ms: number;
  readonly motif_min: number;
}

/** Human mails that had words to judge, with the newest decision of each. */
function mailsIn({ since, now }: Window) {
  return sql`from aiguillage.message m
    join aiguillage.conversation c on c.id = m.conversation_id
    join lateral (select outcome from aiguillage.decision
      where conversation_id = m.conversation_id and message_id = m.id order by made_at desc, id desc limit 1) d on true
    where m.direction = 'incoming' and m.outcome in ('conversation', 'joined')
      and m.received_at >= ${since} and m.received_at < ${now} and d.outcome ->> 'motif' is not null`;
}

function isUnsure({ motif_min }: Window) {
  return sql`((d.outcome ->> 'abstained')::boolean or (d.outcome ->> 'confidence')::float8 < ${motif_min}::float8)`;
}

function periodOf({ now, span_ms }: Window, at: Date): number {
  return Math.min(PERIODS - 1, Math.floor((now.getTime() - at.getTime() - 1) / span_ms));
}

async function countMails(tx: Tx, window: Window): Promise<{ mails: number; unsure: number }[]> {
  const seconds = window.span_ms / 1_000;
  const { rows } = await sql<{ period: number; mails: number; unsure: number }>`
    select least(${PERIODS - 1}, floor((extract(epoch from ${window.now}::timestamptz - m.received_at) - 0.001) / ${seconds}))::int as period,
      count(*)::int as mails, (count(*) filter (where ${isUnsure(window)}))::int as unsure
    ${mailsIn(window)} group by 1`.execute(tx);
  return Array.from({ length: PERIODS }, (_, period) => {
    const row = rows.find((each) => each.period === period);
    return { mails: row?.mails ?? 0, unsure: row?.unsure ?? 0 };
  });
}

/** Through a cursor, one sender after the other: the counter keeps the words of unsure mails and nothing of the others. */
async function readMails(tx: Tx, window: Window, share: number, counter: TopicCounter): Promise<void> {
  const sampled =
    share >= 1 ? sql`` : sql`and ('x' || right(m.id::text, 4))::bit(16)::int < ${Math.round(share * HASHES)}::int`;
  await sql`declare topic_mails no scroll cursor for
    select c.ref, c.sender_key, m.from_name, m.subject, left(m.body, 3000) as body, m.received_at,
      ${isUnsure(window)} as unsure
    ${mailsIn(window)} ${sampled}
    order by c.sender_key, m.received_at, m.id`.execute(tx);
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(FETCH_ROWS)} from topic_mails`.execute(tx);
    for (const { ref, sender_key, from_name, subject, body, received_at, unsure } of rows) {
      const terms = termsOf({ subject, body, from: `${from_name} ${sender_key}` });
      counter.add({ ref, sender: sender_key, period: periodOf(window, received_at), unsure, terms });
    }
    if (rows.length < FETCH_ROWS) return;
  }
}
