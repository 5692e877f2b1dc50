import { useState } from 'preact/hooks';
import type { Explanation } from '../../../domain/explain.ts';
import { call } from '../api/client.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { useLoad } from '../shell/load.ts';
import { useNames } from '../shell/names.ts';
import { MailText } from '../text/mail-text.tsx';
import { percent } from '../words/words.ts';
import type { MailboxRow } from './types.ts';

/** What the rules would make of a text one pastes; nothing of it is kept. */
export function RulesExplain({ candidate }: { readonly candidate: string | undefined }) {
  const mailboxes = useLoad<{ mailboxes: MailboxRow[] }>('/api/mailboxes');
  const names = useNames();
  const [mailbox, setMailbox] = useState('');
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const [with_candidate, setWith] = useState(false);
  const [found, setFound] = useState<Explanation | null>(null);
  const chosen = mailbox || (mailboxes.data?.mailboxes[0]?.id ?? '');
  async function send(): Promise<void> {
    const ask = {
      ...{ subject, body, mailbox: chosen },
      ...(with_candidate && candidate !== undefined ? { with: candidate } : {}),
    };
    setFound(await call<Explanation>('POST', '/api/rules/explain', ask));
  }
  return (
    <section class="card" aria-labelledby="expliquer">
      <h2 id="expliquer">Expliquer un texte</h2>
      <ActionForm
        key={found === null ? 'ask' : JSON.stringify(found)}
        submit="Expliquer"
        onSubmit={send}
        disabled={body.trim() === ''}
      >
        <label>
          Boîte
          <select value={chosen} onChange={(event) => setMailbox(event.currentTarget.value)}>
            {mailboxes.data?.mailboxes.map((row) => (
              <option key={row.id} value={row.id}>
                {row.label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Objet
          <input value={subject} maxLength={1_000} onInput={(event) => setSubject(event.currentTarget.value)} />
        </label>
        <label>
          Texte
          <textarea rows={5} maxLength={100_000} value={body} onInput={(event) => setBody(event.currentTarget.value)} />
        </label>
        {candidate !== undefined && (
          <label class="check">
            <input
              type="checkbox"
              checked={with_candidate}
              onChange={(event) => setWith(event.currentTarget.checked)}
            />
            Avec les règles candidates
          </label>
        )}
      </ActionForm>
      {found !== null && (
        <dl class="facts">
          <dt>Motif</dt>
          <dd>
            {found.motif.label}, {percent(found.motif.confidence)}
            {found.motif.unsure && ' (la machine hésite)'}
          </dd>
          <dt>File</dt>
          <dd>
            {found.queue.label} : {names.within(found.queue.why)}
          </dd>
          <dt>Niveau</dt>
          <dd>
            {found.level.id} : {found.level.why}
          </dd>
          <dt>Signalements</dt>
          <dd>{found.flags.map((flag) => flag.label).join(', ') || 'aucun'}</dd>
          <dt>Règle qui s’applique</dt>
          <dd>
            <ul>
              {found.rules
                .filter(({ held }) => held)
                .map((rule) => (
                  <li key={rule.id}>
                    <MailText text={`${rule.id} : ${rule.why}`} line />
                  </li>
                ))}
            </ul>
          </dd>
        </dl>
      )}
    </section>
  );
}
