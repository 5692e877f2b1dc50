import { call } from '../api/client.ts';
import { ActionForm } from '../desk/actions/form.tsx';
import { useLoad } from '../shell/load.ts';
import { say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { MailText } from '../text/mail-text.tsx';
import { count, percent } from '../words/words.ts';
import type { Group, Preview } from './types.ts';

interface Props {
  readonly id: string;
  readonly onDone: () => void;
}

const LONG_MS = 90_000;

/** Exactly the list that will be answered, with whole examples; what is left out, and why. Approved by a person, once. */
export function GroupReply({ id, onDone }: Props) {
  const { data, error, loading } = useLoad<Preview>(`/api/waves/${id}/group-reply`);
  async function approve(): Promise<void> {
    const group = await call<Group>(
      'POST',
      `/api/waves/${id}/group-reply`,
      { digest: data!.digest },
      { timeout_ms: LONG_MS },
    );
    say(`${count(group.sent + group.pending, 'réponse')} : chacune part à sa personne, une seule fois.`);
    onDone();
  }
  return (
    <>
      <Problem of={error} />
      {loading && <p role="status">Préparation de la liste…</p>}
      {data !== undefined && (
        <>
          <p>
            {count(data.items.length, 'personne reçoit', 'personnes reçoivent')} chacune sa réponse (ressemblance d’au
            moins {percent(data.similarity_min)}){data.later > 0 && ` ; ${data.later} viendront à la liste suivante`}.{' '}
            {count(data.excluded.length, 'conversation écartée', 'conversations écartées')}.
          </p>
          <h3>Exemples entiers</h3>
          {data.samples.map((sample) => (
            <div key={sample.ref} class="sample">
              <div>
                <h4>{sample.ref}, le courriel</h4>
                <MailText text={sample.mail} />
              </div>
              <div>
                <h4>La réponse</h4>
                <MailText text={sample.answer} />
              </div>
            </div>
          ))}
          <details>
            <summary>La liste ({data.items.length})</summary>
            <ul>
              {data.items.map((item) => (
                <li key={item.conversation}>
                  <a href={hrefOf('conversation', item.conversation)}>{item.ref}</a>{' '}
                  <MailText text={item.sender_name} line /> : <MailText text={item.excerpt} line />{' '}
                  <span class="quiet">{percent(item.similarity)}</span>
                </li>
              ))}
            </ul>
          </details>
          <details>
            <summary>Ce qui est écarté ({data.excluded.length})</summary>
            <ul>
              {data.excluded.map((item) => (
                <li key={item.conversation}>
                  <a href={hrefOf('conversation', item.conversation)}>{item.ref}</a> : {item.label}
                </li>
              ))}
            </ul>
          </details>
          <ActionForm
            submit={`Approuver et envoyer (${data.items.length})`}
            onSubmit={approve}
            disabled={data.items.length === 0}
          >
            <p class="quiet">Si la liste change entre-temps, rien ne part : vous la reverrez.</p>
          </ActionForm>
        </>
      )}
    </>
  );
}
