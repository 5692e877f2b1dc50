import type { StockAnswer } from '../../routes/stock.ts';
import { useLoad } from '../shell/load.ts';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { dayOf, hours } from '../words/time.ts';
import { count, percent } from '../words/words.ts';
import { Forecast } from './outlook.tsx';
import { Piles } from './piles.tsx';
import { Shares } from './shares.tsx';
import type { Order, Outlook } from './types.ts';

const EVERY_MS = 30_000;
const LEAST_MS = 5_000;
/** A forecast goes by the hour. */
const FORECAST_MS = 300_000;
const KINDS = [
  ['p0', 'P0'],
  ['p1', 'P1'],
  ['legal', 'Délai légal'],
  ['aged', 'Anciens'],
  ['stock', 'Stock'],
  ['flux', 'Flux'],
] as const;

/** What a Monday opens on: the stock by kind and queue, each figure leading to the conversations behind it. */
export function StockPage() {
  const { data, error } = useLoad<Order>('/api/order?days=7', EVERY_MS);
  const outlook = useLoad<Outlook>('/api/report/forecast', FORECAST_MS);
  const stock = useLoad<StockAnswer>('/api/stock', EVERY_MS, ({ queues }) => queues.length > 0, LEAST_MS);
  const today = dayOf(Date.now());
  const rows = data?.queues ?? [];
  return (
    <>
      <h1>Tri du stock</h1>
      <Problem of={error ?? outlook.error ?? stock.error} />
      {outlook.data !== undefined && <Forecast outlook={outlook.data} />}
      <Shares from={today} to={today} title="Part rendue dans le délai, aujourd’hui" />
      {stock.data?.piles != null && <Piles piles={stock.data.piles} />}
      {data !== undefined && (
        <>
          {data.p1 !== null && data.p1.short_by > 0 && (
            <p class="notice-line">
              Le Middle Office n’a pas la place pour tous les P1 attendus aujourd’hui : il en manque{' '}
              {Math.ceil(data.p1.short_by)}.
            </p>
          )}
          <p class="quiet">
            Ordre : P0 et P1 d’abord, puis le délai légal à moins de {data.legal_days} jours, puis ce qui a plus de{' '}
            {data.age_max_hours} h ; le reste se partage entre stock ({percent(data.stock_share)}) et flux.
          </p>
          <div class="scroll" tabIndex={0} role="region" aria-label="Stock par file">
            <table>
              <thead>
                <tr>
                  <th scope="col">File</th>
                  {KINDS.map(([kind, label]) => (
                    <th key={kind} scope="col">
                      {label}
                    </th>
                  ))}
                  <th scope="col">Part dans le délai, 7 jours</th>
                  <th scope="col">9 réponses sur 10 en</th>
                  <th scope="col">Plus ancienne</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.queue}>
                    <th scope="row">
                      <a href={hrefOf('files', row.queue)}>{row.label}</a>
                    </th>
                    {KINDS.map(([kind]) => (
                      <td
                        key={kind}
                        class={row.waiting[kind] > 0 && (kind === 'p0' || kind === 'p1') ? 'number late' : 'number'}
                      >
                        {row.waiting[kind]}
                      </td>
                    ))}
                    <td class="number">{percent(row.share)}</td>
                    <td class="number">{hours(row.p90_hours)}</td>
                    <td class="number">{hours(row.oldest_hours)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="quiet">{count(rows.length, 'file')}.</p>
        </>
      )}
    </>
  );
}
