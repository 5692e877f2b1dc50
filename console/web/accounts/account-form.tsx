import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import type { Role } from '../api/types.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { Select } from '../desk/actions/select.tsx';
import { useQueues } from '../desk/motifs.ts';
import { say } from '../shell/notices.tsx';
import { ROLE_LABELS } from '../words/words.ts';
import type { Account } from './accounts-page.tsx';

interface Props {
  readonly account: Account | null;
  readonly onDone: () => void;
}

export const PASSWORD_CHARS_MIN = 12;

export function AccountForm({ account, onDone }: Props) {
  const queues = useQueues();
  const [login, setLogin] = useState('');
  const [display_name, setName] = useState(account?.display_name ?? '');
  const [role, setRole] = useState<string>(account?.role ?? 'agent');
  const [chosen, setChosen] = useState<readonly string[]>(account?.queues ?? []);
  const [pool, setPool] = useState(account?.pool ?? '');
  const [password, setPassword] = useState('');
  const partner = role === 'partner';
  const linked = account?.linked === true;
  async function send(): Promise<void> {
    // What the site's provider says of somebody is not changed here.
    const shared = linked
      ? { queues: partner ? [] : chosen }
      : {
          ...{ display_name, role: role as Role, queues: partner ? [] : chosen, pool: partner ? pool : null },
          ...(password === '' ? {} : { password }),
        };
    if (account === null) await call('POST', '/api/agents', { login, ...shared });
    else await call('POST', `/api/agents/${account.id}`, shared);
    say('Le compte est enregistré ; ses sessions ouvertes sont terminées.');
    onDone();
  }
  return (
    <ActionForm submit="Enregistrer" onSubmit={send} disabled={display_name.trim() === '' || (partner && pool === '')}>
      {account === null && (
        <label>
          Identifiant
          <input
            value={login}
            required
            maxLength={100}
            autocomplete="off"
            onInput={(event) => setLogin(event.currentTarget.value)}
          />
        </label>
      )}
      {linked && <p>Nom, rôle et équipe viennent du fournisseur d’identité ; les files aussi, s’il les donne.</p>}
      {!linked && (
        <label>
          Nom affiché
          <input
            value={display_name}
            required
            maxLength={100}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
      )}
      {!linked && <Select label="Rôle" value={role} onChange={setRole} options={Object.entries(ROLE_LABELS)} />}
      {partner ? (
        !linked && (
          <Select
            label="Équipe partenaire"
            value={pool}
            onChange={setPool}
            options={queues.filter(({ kind }) => kind === 'partner').map((row) => [row.queue, row.label])}
          />
        )
      ) : (
        <fieldset class="decide">
          <legend>Files</legend>
          {queues
            .filter(({ kind }) => kind !== 'partner')
            .map((row) => (
              <label key={row.queue} class="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(row.queue)}
                  onChange={(event) =>
                    setChosen(
                      event.currentTarget.checked ? [...chosen, row.queue] : chosen.filter((one) => one !== row.queue),
                    )
                  }
                />
                {row.label}
              </label>
            ))}
        </fieldset>
      )}
      {!linked && (
        <label>
          {account === null ? 'Mot de passe' : 'Nouveau mot de passe (facultatif)'}, {PASSWORD_CHARS_MIN} caractères ou
          plus
          <input
            type="password"
            autocomplete="new-password"
            minLength={PASSWORD_CHARS_MIN}
            required={account === null}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
      )}
    </ActionForm>
  );
}
