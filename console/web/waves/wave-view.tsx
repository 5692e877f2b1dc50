import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useCell } from '../shell/cell.ts';
import { Dialog } from '../shell/dialog.tsx';
import { useLoad } from '../shell/load.ts';
import { complain, say } from '../shell/notices.tsx';
import { Problem } from '../shell/problem.tsx';
import { hrefOf } from '../shell/router.ts';
import { me } from '../shell/session.ts';
import { MailText } from '../text/mail-text.tsx';
import { moment } from '../words/time.ts';
import { count, percent, STATUS_LABELS } from '../words/words.ts';
import { DismissForm } from './dismiss-form.tsx';
import { GroupReply } from './group-reply.tsx';
import { Groups } from './groups.tsx';
import { NameForm } from './name-form.tsx';
import { WAVE_STATUS, type Group, type Member, type Wave } from './types.ts';

interface Answer {
  readonly wave: Wave;
  readonly members: readonly Member[];
  readonly groups: readonly Group[];
}

const EVERY_MS = 15_000;

export function WaveView({ id }: { readonly id: string }) {
  const { data, error, reload } = useLoad<Answer>(`/api/waves/${id}`, EVERY_MS);
  const [asking, setAsking] = useState<'name' | 'dismiss' | 'group' | null>(null);
  const supervisor = useCell(me)?.role === 'supervisor';
  const done = (): void => {
    setAsking(null);
    void reload();
  };
  async function end(): Promise<void> {
    try {
      await call('POST', `/api/waves/${id}/end`, {});
      say('La vague est terminée.');
    } catch (problem) {
      complain(problem);
    }
    await reload();
  }
  if (data === undefined)
    return (
      <>
        <h1>Vague</h1>
        <Problem of={error} />
      </>
    );
  const { wave, members, groups } = data;
  const open = wave.status === 'proposed' || wave.status === 'active';
  return (
    <>
      <p>
        <a href={hrefOf('vagues')}>Toutes les vagues</a>
      </p>
      <h1>{wave.label ?? 'Vague à nommer'}</h1>
      <Problem of={error} />
      <p>
        <span class="badge">{WAVE_STATUS[wave.status]}</span> {count(wave.people, 'personne')}, contre{' '}
        {wave.usual.toLocaleString('fr-FR', { maximumFractionDigits: 1 })} d’habitude.
        {wave.ends_at !== null && ` Jusqu’au ${moment(wave.ends_at)}.`}
      </p>
      <p>Mots communs : {wave.words.join(', ')}.</p>
      {wave.sentence !== null && <p>Phrase de l’accusé de réception : « {wave.sentence} »</p>}
      {wave.bot_answer !== null && <p>Réponse d’ameliBot : « {wave.bot_answer} »</p>}
      <div class="actions" role="group" aria-label="Actions">
        {supervisor && open && (
          <button type="button" onClick={() => setAsking('name')}>
            {wave.status === 'proposed' ? 'Nommer la vague' : 'Modifier'}
          </button>
        )}
        {supervisor && wave.status === 'proposed' && (
          <button type="button" onClick={() => setAsking('dismiss')}>
            Écarter
          </button>
        )}
        {supervisor && wave.status === 'active' && (
          <button type="button" onClick={() => void end()}>
            Terminer maintenant
          </button>
        )}
        {wave.status === 'active' && wave.template !== null && (
          <button type="button" class="main" onClick={() => setAsking('group')}>
            Préparer une réponse groupée
          </button>
        )}
      </div>
      <Groups groups={groups} onChange={reload} />
      <section class="card" aria-labelledby="membres">
        <h2 id="membres">{count(wave.members, 'conversation')}</h2>
        <div class="scroll" tabIndex={0} role="region" aria-label="Conversations de la vague">
          <table>
            <thead>
              <tr>
                <th scope="col">Référence</th>
                <th scope="col">Objet</th>
                <th scope="col">État</th>
                <th scope="col">Reçue</th>
                <th scope="col">Ressemblance</th>
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.conversation}>
                  <th scope="row">
                    <a href={hrefOf('conversation', member.conversation)}>{member.ref}</a>
                  </th>
                  <td>
                    <MailText text={member.subject} line />
                  </td>
                  <td>{STATUS_LABELS[member.status]}</td>
                  <td>{moment(member.first_received_at)}</td>
                  <td class="number">{percent(member.similarity)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {asking === 'name' && (
        <Dialog title="Nommer la vague" onClose={() => setAsking(null)}>
          <NameForm wave={wave} onDone={done} />
        </Dialog>
      )}
      {asking === 'dismiss' && (
        <Dialog title="Écarter la vague" onClose={() => setAsking(null)}>
          <DismissForm id={id} onDone={done} />
        </Dialog>
      )}
      {asking === 'group' && (
        <Dialog title="Réponse groupée" onClose={() => setAsking(null)} wide>
          <GroupReply id={id} onDone={done} />
        </Dialog>
      )}
    </>
  );
}
