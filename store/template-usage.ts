import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** How a template was used over some time. Nobody's name: a text is judged. */
export interface TemplateUsage {
  readonly template: string;
  /** Replies that began with it, were not taken back and reached somebody as far as is known. */
  readonly used: number;
  /** Requests such replies answered and a week has passed since; and those of them whose person came back within it. */
  readonly settled: number;
  readonly repeated: number;
}

/** After so long without another mail on the matter, an answer has held. */
export const REPEAT_DAYS = 7;

/** Usage of every template since an instant, from the event log and the figure told from it. */
export async function templateUsage(tx: Tx, since: Date, now: Date): Promise<Map<string, TemplateUsage>> {
  const used = await sql<{ template: string; used: number }>`
    select e.data ->> 'template' as template, count(*)::int as used
    from aiguillage.event e
    join aiguillage.delivery d on d.id = (e.data ->> 'delivery_id')::uuid and d.status not in ('cancelled', 'failed')
    where e.type in ('delivery.queued', 'delivery.sent') and e.data ? 'template'
      and e.occurred_at >= ${since} and e.occurred_at < ${now}
      -- It left and came back, and was not sent again since.
      and not exists (select 1 from aiguillage.event x where x.type = 'request.resumed'
        and x.data ->> 'delivery' = d.id::text and x.data ->> 'reason' = 'reply-returned'
        and x.occurred_at >= coalesce(d.answered_at, d.created_at))
    group by 1`.execute(tx);
  // A stop that was taken back, or made again later, is another instant in the figure.
  const held = await sql<{ template: string; settled: number; repeated: number }>`
    select e.data ->> 'template' as template, count(*)::int as settled,
      (count(*) filter (where f.repeat_at <= f.stopped_at + make_interval(days => ${sql.lit(REPEAT_DAYS)})))::int as repeated
    from aiguillage.event e
    cross join lateral jsonb_array_elements_text(e.data -> 'message_ids') as mail(id)
    join aiguillage.figure_request f on f.life = e.conversation_id and f.message_id = mail.id::uuid
      and f.now_until = 'infinity' and f.ended = 'answered' and f.stopped_at = e.occurred_at
    where e.type = 'request.answered' and e.data ? 'template'
      and e.occurred_at >= ${since} and e.occurred_at < ${now}::timestamptz - make_interval(days => ${sql.lit(REPEAT_DAYS)})
    group by 1`.execute(tx);
  const found = new Map<string, TemplateUsage>();
  for (const row of used.rows) found.set(row.template, { ...row, settled: 0, repeated: 0 });
  for (const row of held.rows) found.set(row.template, { used: found.get(row.template)?.used ?? 0, ...row });
  return found;
}

/** The approved text the reply of a delivery began with: a stop made anew names it as the first one did. */
export async function templateOfDelivery(tx: Tx, delivery_id: string): Promise<string | undefined> {
  const { rows } = await sql<{ template: string }>`
    select e.data ->> 'template' as template
    from aiguillage.delivery d join aiguillage.event e on e.message_id = d.message_id
    where d.id = ${delivery_id}::uuid and e.type in ('delivery.queued', 'delivery.sent') and e.data ? 'template'
    limit 1`.execute(tx);
  return rows[0]?.template;
}
