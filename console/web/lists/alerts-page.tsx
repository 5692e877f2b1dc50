import { call } from '../api/client.ts';
import type { AlertRow } from '../api/types.ts';
import { HeldReplies } from '../review/held-replies.tsx';
import { useCell } from '../shell/cell.ts';
import { useLoad, useNow } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { age, moment } from '../words/time.ts';

const EVERY_MS = 5_000;

/** P0 alerts: those that ring, then those of the last day; for référents, replies nobody read in time. */
export function AlertsPage() {
  const { data, error, reload } = useLoad<{ alerts: AlertRow[] }>('/api/alerts', EVERY_MS, ({ kinds }) =>
    kinds.includes('alert'),
  );
  const now = useNow();
  const names = useNames();
  const reviews = ['referent', 'supervisor'].includes(useCell(me)?.role ?? '');
  async function acknowledge(alert: AlertRow): Promise<void> {
    try {
      await call('POST', `/api/alerts/${alert.id}/ack`, {});
      say(`Vous vous occupez de ${alert.ref}.`);
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Alertes</h1>
      {reviews && <HeldReplies late />}
      <Problem of={error} />
      {data?.alerts.length === 0 && <p>Aucune alerte depuis 24 heures.</p>}
      <ul class="alerts">
        {data?.alerts.map((alert) => (
          <li key={alert.id} class={alert.acked_at === null ? 'card rings' : 'card'}>
            <h2>
              {names.flag(alert.flag)}, <a href={hrefOf('conversation', alert.conversation)}>{alert.ref}</a>
            </h2>
            <p>
              Levée {moment(alert.raised_at)}
              {alert.acked_at === null && ` : sonne depuis ${age(alert.raised_at, now)}`}.
            </p>
            <p>
              {alert.acked_by === null
                ? `Appelés : ${alert.called.map(({ name }) => name ?? 'quelqu’un').join(', ') || 'personne encore'}.`
                : `${alert.acked_by.name ?? 'Quelqu’un'} s’en occupe depuis ${moment(alert.acked_at)}.`}
            </p>
            {alert.acked_at === null && (
              <button type="button" class="main" onClick={() => void acknowledge(alert)}>
                Je m’en occupe<span class="sr"> : {alert.ref}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
