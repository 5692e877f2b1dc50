import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Role } from '../api/types.ts';
import { Newcomers } from '../review/newcomers.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { moment } from '../words/time.ts';
import { count, ROLE_LABELS } from '../words/words.ts';
import { AccountForm } from './account-form.tsx';

export interface Account {
  readonly id: string;
  readonly login: string;
  readonly display_name: string;
  readonly role: Role;
  readonly queues: readonly string[];
  readonly pool: string | null;
  readonly disabled: boolean;
  readonly skills: readonly string[];
  readonly linked: boolean;
  readonly sessions: number;
  readonly last_seen_at: string | null;
}

/** Accounts, for administrators. A change ends the sessions of the account. */
export function AccountsPage() {
  const { data, error, reload } = useLoad<{ agents: Account[] }>('/api/agents');
  const names = useNames();
  const [editing, setEditing] = useState<Account | 'new' | null>(null);
  async function turn(account: Account): Promise<void> {
    try {
      await call('POST', `/api/agents/${account.id}`, { disabled: !account.disabled });
      say(
        account.disabled
          ? `Le compte de ${account.display_name} est rouvert.`
          : `Le compte de ${account.display_name} est fermé.`,
      );
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  async function end(account: Account): Promise<void> {
    try {
      const { ended } = await call<{ ended: number }>('DELETE', `/api/agents/${account.id}/sessions`);
      say(`${account.display_name} : ${count(ended, 'session terminée', 'sessions terminées')}.`);
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  return (
    <>
      <h1>Comptes</h1>
      <Problem of={error} />
      <p>
        <button type="button" class="main" onClick={() => setEditing('new')}>
          Nouveau compte
        </button>
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Comptes">
        <table>
          <thead>
            <tr>
              <th scope="col">Nom</th>
              <th scope="col">Identifiant</th>
              <th scope="col">Rôle</th>
              <th scope="col">Files</th>
              <th scope="col">Compétences</th>
              <th scope="col">Sessions ouvertes</th>
              <th scope="col">Action</th>
            </tr>
          </thead>
          <tbody>
            {data?.agents.map((account) => (
              <tr key={account.id} class={account.disabled ? 'quiet' : undefined}>
                <th scope="row">{account.display_name}</th>
                <td>
                  {account.login}
                  {account.linked && <span class="quiet"> (fournisseur d’identité)</span>}
                </td>
                <td>
                  {ROLE_LABELS[account.role]}
                  {account.disabled && ', fermé'}
                </td>
                <td>
                  {account.pool === null ? account.queues.map(names.queue).join(', ') : names.queue(account.pool)}
                </td>
                <td>{account.skills.join(', ')}</td>
                <td>{account.sessions === 0 ? '–' : `${account.sessions}, vue ${moment(account.last_seen_at)}`}</td>
                <td>
                  <span class="actions">
                    <button type="button" onClick={() => setEditing(account)}>
                      Modifier<span class="sr"> {account.display_name}</span>
                    </button>
                    <button type="button" onClick={() => void turn(account)}>
                      {account.disabled ? 'Rouvrir' : 'Fermer'}
                      <span class="sr"> {account.display_name}</span>
                    </button>
                    {account.sessions > 0 && (
                      <button type="button" onClick={() => void end(account)}>
                        Déconnecter<span class="sr"> {account.display_name}</span>
                      </button>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Newcomers may />
      {editing !== null && (
        <Dialog title={editing === 'new' ? 'Créer un compte' : editing.display_name} onClose={() => setEditing(null)}>
          <AccountForm
            account={editing === 'new' ? null : editing}
            onDone={() => {
              setEditing(null);
              void reload();
            }}
          />
        </Dialog>
      )}
    </>
  );
}
