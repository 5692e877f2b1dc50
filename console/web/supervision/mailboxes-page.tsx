import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useCell } from '../shell/cell.ts';
import { Confirm } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { me } from '../shell/session.ts';
import { duration, moment } from '../words/time.ts';
import { Quarantine } from './quarantine.tsx';
import type { MailboxRow } from './types.ts';

const EVERY_MS = 15_000;
const LATE_MS = 5 * 60_000;

/** Mailboxes: how far behind, whether anything leaves; and what was set aside. */
export function MailboxesPage() {
  const { data, error, reload } = useLoad<{ mailboxes: MailboxRow[] }>('/api/mailboxes', EVERY_MS);
  const [asked, setAsked] = useState<MailboxRow | null>(null);
  const role = useCell(me)?.role;
  const may = role === 'supervisor' || role === 'administrator';
  async function turn(row: MailboxRow): Promise<void> {
    const mode = row.mode === 'live' ? 'observe' : 'live';
    try {
      await call('POST', `/api/mailboxes/${row.id}/mode`, { mode });
      say(
        mode === 'live' ? `« ${row.label} » est en service.` : `« ${row.label} » est en observation : rien n’en part.`,
      );
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Boîtes</h1>
      <Problem of={error} />
      <div class="scroll" tabIndex={0} role="region" aria-label="Boîtes">
        <table>
          <thead>
            <tr>
              <th scope="col">Boîte</th>
              <th scope="col">Adresse</th>
              <th scope="col">État</th>
              <th scope="col">Retard de relève</th>
              <th scope="col">Dernière relève</th>
              <th scope="col">Dernière erreur</th>
              {may && <th scope="col">Action</th>}
            </tr>
          </thead>
          <tbody>
            {data?.mailboxes.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.label}</th>
                <td>{row.address}</td>
                <td>{row.mode === 'live' ? 'en service' : 'en observation'}</td>
                <td class={(row.lag_ms ?? 0) > LATE_MS ? 'late' : undefined}>
                  {row.lag_ms === null ? 'jamais relevée' : duration(row.lag_ms)}
                </td>
                <td>{moment(row.last_synced_at)}</td>
                <td>{row.last_error ?? ''}</td>
                {may && (
                  <td>
                    <button type="button" onClick={() => setAsked(row)}>
                      {row.mode === 'live' ? 'Observer' : 'Mettre en service'}
                      <span class="sr"> {row.label}</span>
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked !== null && (
        <Confirm
          title={asked.mode === 'live' ? `Observer « ${asked.label} »` : `Mettre « ${asked.label} » en service`}
          yes={asked.mode === 'live' ? 'Observer' : 'Mettre en service'}
          onYes={() => turn(asked)}
          onClose={() => setAsked(null)}
        >
          <p>
            {asked.mode === 'live'
              ? 'Plus rien ne partira de cette boîte : réponses et accusés de réception attendront.'
              : 'Les réponses et les accusés de réception de cette boîte partiront de nouveau.'}
          </p>
        </Confirm>
      )}
      <Quarantine />
    </>
  );
}
