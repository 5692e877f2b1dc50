import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useCell } from '../shell/cell.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useLoad } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { PoolCard } from './pool-card.tsx';
import { StopForm } from './stop-form.tsx';
import type { Pool } from './types.ts';

const EVERY_MS = 20_000;
const LEAST_MS = 5_000;

/** Overflow contracts at work, quota left, and the stop button. */
export function OverflowPage() {
  const { data, error, reload } = useLoad<{ pools: Pool[] }>(
    '/api/overflow',
    EVERY_MS,
    ({ kinds }) => kinds.includes('overflow'),
    LEAST_MS,
  );
  const [stopping, setStopping] = useState<Pool | null>(null);
  const may_stop = useCell(me)?.role === 'supervisor';
  async function resume(pool: Pool): Promise<void> {
    try {
      await call('POST', `/api/overflow/${pool.pool}/resume`, {});
      say(`Le contrat « ${pool.label} » reprend.`);
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Débordement</h1>
      <Problem of={error} />
      {data?.pools.length === 0 && <p>Aucun contrat de débordement dans les règles en vigueur.</p>}
      <div class="cards">
        {data?.pools.map((pool) => (
          <PoolCard
            key={pool.pool}
            pool={pool}
            may_stop={may_stop}
            onStop={() => setStopping(pool)}
            onResume={() => void resume(pool)}
          />
        ))}
      </div>
      {stopping !== null && (
        <Dialog title={`Arrêter « ${stopping.label} »`} onClose={() => setStopping(null)}>
          <StopForm
            pool={stopping}
            onDone={() => {
              setStopping(null);
              void reload();
            }}
          />
        </Dialog>
      )}
    </>
  );
}
