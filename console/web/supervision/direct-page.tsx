import type { ComponentChildren } from 'preact';
import type { StockAnswer } from '../../routes/stock.ts';
import { useCell } from '../shell/cell.ts';
import { flowing } from '../shell/live.ts';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { dayOf, duration } from '../words/time.ts';
import { count, percent } from '../words/words.ts';
import { Ages } from './ages.tsx';
import { Forecast } from './outlook.tsx';
import { Shares } from './shares.tsx';
import type { MailboxRow, Outlook, Pool } from './types.ts';
import { Unsettled } from './unsettled.tsx';

const EVERY_MS = 20_000;
const LEAST_MS = 5_000;
const SLOW_MS = 300_000;
const LATE_MS = 5 * 60_000;

interface Bot {
  readonly talks: number;
  readonly contained_share: number | null;
  readonly failed_requests: number;
}

/** The day as it goes, on one page; each part leads to the page that acts on it. */
export function DirectPage() {
  const today = dayOf(Date.now());
  const stock = useLoad<StockAnswer>('/api/stock?piles=false', EVERY_MS, ({ queues }) => queues.length > 0, LEAST_MS);
  const outlook = useLoad<Outlook>('/api/report/forecast', SLOW_MS);
  const pools = useLoad<{ pools: Pool[] }>(
    '/api/overflow',
    EVERY_MS,
    ({ kinds }) => kinds.includes('overflow'),
    LEAST_MS,
  );
  const boxes = useLoad<{ mailboxes: MailboxRow[] }>('/api/mailboxes', EVERY_MS);
  const aside = useLoad<{ items: { replayed_at: string | null }[] }>('/api/quarantine', SLOW_MS);
  const bot = useLoad<Bot>(`/api/bot/report?from=${today}&to=${today}`, SLOW_MS);
  const live = useCell(flowing);
  const behind = (boxes.data?.mailboxes ?? []).filter((row) => row.lag_ms !== null && row.lag_ms > LATE_MS);
  const never = (boxes.data?.mailboxes ?? []).filter((row) => row.lag_ms === null).length;
  const waiting = (aside.data?.items ?? []).filter(({ replayed_at }) => replayed_at === null).length;
  return (
    <>
      <h1>Direct</h1>
      <p class="quiet" role="status">
        {live ? 'Suivi en direct.' : 'Suivi par relecture, toutes les vingt secondes.'}
      </p>
      <Problem of={stock.error ?? pools.error ?? boxes.error ?? aside.error ?? bot.error ?? outlook.error} />
      <Shares from={today} to={today} title="Part dans le délai, aujourd’hui" />
      <p>
        <a href={hrefOf('chiffres')}>Tous les chiffres</a> · <a href={hrefOf('flux')}>Le chemin des demandes</a> ·{' '}
        <a href={hrefOf('stock')}>Trier le stock</a>
      </p>
      <Unsettled />
      {stock.data !== undefined && <Ages stock={stock.data} />}
      <div class="cards top-aligned">
        {outlook.data !== undefined && <Forecast outlook={outlook.data} />}
        <Card id="direct-debordement" title="Débordement" page="debordement">
          {pools.data?.pools.length === 0 && <p>Aucun contrat.</p>}
          <ul>
            {pools.data?.pools.map((pool) => (
              <li key={pool.pool}>
                {pool.label} :{' '}
                {pool.stopped !== null ? <strong class="late">arrêté</strong> : pool.open ? 'ouvert' : 'fermé'}, reste{' '}
                {pool.quota_left} sur {pool.daily_quota}, {count(pool.backlog, 'conversation')} là-bas.
              </li>
            ))}
          </ul>
        </Card>
        <Card id="direct-boites" title="Boîtes" page="boites">
          {boxes.data !== undefined && behind.length + never === 0 && <p>Toutes les boîtes sont relevées.</p>}
          <ul>
            {behind.map((row) => (
              <li key={row.id} class="late">
                {row.label} : {duration(row.lag_ms ?? 0)} de retard.
              </li>
            ))}
          </ul>
          {never > 0 && <p class="late">{count(never, 'boîte jamais relevée', 'boîtes jamais relevées')}.</p>}
          <p>{waiting === 0 ? 'Rien en quarantaine.' : `${count(waiting, 'message')} en quarantaine, à examiner.`}</p>
        </Card>
        <Card id="direct-assistant" title="ameliBot, aujourd’hui" page="assistant">
          {bot.data !== undefined && (
            <p>
              {count(bot.data.talks, 'échange')}, {percent(bot.data.contained_share)} sans conseiller,{' '}
              {count(bot.data.failed_requests, 'demande')} sans réponse.
            </p>
          )}
        </Card>
      </div>
    </>
  );
}

interface CardProps {
  readonly id: string;
  readonly title: string;
  readonly page: string;
  readonly children: ComponentChildren;
}

function Card({ id, title, page, children }: CardProps) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        <a href={hrefOf(page)}>{title}</a>
      </h2>
      {children}
    </section>
  );
}
