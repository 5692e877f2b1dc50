import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Thread } from '../api/types.ts';
import { useKeys, type Key } from '../shell/keys.ts';
import { say } from '../shell/notices.tsx';
import type { PageProps } from '../shell/pages.ts';
import { Problem } from '../shell/problem.tsx';
import { ActionBar } from './action-bar.tsx';
import { ActionDialog, type ActionName } from './action-dialog.tsx';
import { BotTalk } from './bot-talk.tsx';
import { Clocks } from './clocks.tsx';
import { Contacts } from './contacts.tsx';
import { Heading } from './heading.tsx';
import { LockNotice } from './lock-notice.tsx';
import { MessageView } from './message.tsx';
import { LeftText } from './other-draft.tsx';
import { Pieces } from './pieces.tsx';
import { PoleAnswer } from './pole-answer.tsx';
import { ReadingPanel } from './reading-panel.tsx';
import { ReplyEditor } from './reply-editor.tsx';
import { Reveal } from './reveal.tsx';
import { SeriesBar } from './series-bar.tsx';
import { Sendings } from './sendings.tsx';
import { takeNext, takeThis } from './take.ts';
import { takenBack } from './undo.tsx';
import { useConversation } from './use-conversation.ts';
import { wish } from './wish.ts';
import { Why } from './why.tsx';
import { copyContact } from './copy-contact.ts';

/** One conversation, whole: what the person wrote, why it is here, what is owed when, and what can be done. */
export function ConversationPage({ rest: [id = ''] }: PageProps) {
  // Another conversation is another page: nothing typed in one may end in the other.
  return <OneConversation key={id} id={id} />;
}

function OneConversation({ id }: { readonly id: string }) {
  const conversation = useConversation(id);
  const { error, reload } = conversation;
  const [revealed, setRevealed] = useState<Thread | null>(null);
  const thread = revealed ?? conversation.data;
  const [action, setAction] = useState<ActionName | null>(null);
  const mine = thread?.mine === true && thread.status === 'assigned';

  async function take(): Promise<void> {
    if (await takeThis(id)) await reload();
  }
  useKeys('Conversation', [
    ...(thread !== undefined && !mine
      ? [{ key: 'p', label: 'Prendre cette conversation', run: () => void take() }]
      : []),
    ...actionKeys(thread, mine, setAction),
    ...(mayCopy(thread)
      ? [{ key: 'k', label: 'Copier le NIR et le résumé du contact (tracé)', run: () => void copyContact(id) }]
      : []),
    { key: 'n', label: 'Prendre la suivante', run: () => void takeNext() },
  ]);
  // What was read anew is what stands; numbers are uncovered for one reading.
  useEffect(() => setRevealed(null), [conversation.data]);
  // A reply that was taken back makes the conversation its author's again.
  useEffect(() => takenBack.subscribe(() => void reload()), [id]);

  // Drawn once a reading: a thread may hold hundreds of mails, and the page is drawn again every few seconds.
  const texts = useMemo(() => (thread === undefined ? undefined : textsOf(thread)), [thread]);

  if (thread === undefined || texts === undefined)
    return (
      <>
        <h1>Conversation</h1>
        <Problem of={error} />
        {error === undefined && <p role="status">Lecture…</p>}
      </>
    );
  return (
    <>
      <Heading thread={thread} />
      <Reveal thread={thread} onRevealed={setRevealed} />
      <Problem of={error} />
      <LockNotice
        conversation={conversation}
        thread={thread}
        mine={mine}
        onTake={() => void take()}
        onJoin={() => setAction('join')}
      />
      <SeriesBar
        like={{ id, queue: thread.queue, motif: thread.motif_confirmed ?? thread.motif }}
        state={`${id} ${thread.status}`}
      />
      <Clocks clocks={thread.clocks} />
      <div class="desk">
        <div class="desk-main">
          {texts.newest}
          <BotTalk thread={thread} />
          <ReadingPanel thread={thread} onChange={reload} />
          {mine && <ReplyEditor thread={thread} onSent={reload} />}
          {!mine && <LeftText thread={thread} />}
          {texts.older}
        </div>
        <div class="desk-side">
          <ActionBar
            mine={mine}
            thread={thread}
            onAction={setAction}
            onCopy={mayCopy(thread) ? () => void copyContact(id) : null}
          />
          <PoleAnswer thread={thread} onDone={() => void reload()} />
          <Why thread={thread} />
          <Pieces thread={thread} />
          <Sendings thread={thread} onChange={reload} />
          <Contacts thread={thread} />
        </div>
      </div>
      {action !== null && (
        <ActionDialog name={action} thread={thread} onClose={() => setAction(null)} onDone={() => void reload()} />
      )}
    </>
  );
}

function textsOf(thread: Thread) {
  const newest = thread.messages.filter((message) => message.direction === 'incoming').at(-1);
  const others = thread.messages.filter((message) => message.id !== newest?.id).reverse();
  return {
    newest: (
      <section aria-labelledby="nouveau-texte" class="card newest">
        <h2 id="nouveau-texte">Ce que la personne écrit</h2>
        {newest === undefined ? <p>Aucun message reçu.</p> : <MessageView message={newest} thread={thread} open />}
      </section>
    ),
    older: (
      <section aria-labelledby="fil" class="card">
        <h2 id="fil">Le fil ({others.length})</h2>
        {others.map((message) => (
          <MessageView key={message.id} message={message} thread={thread} />
        ))}
        {others.length === 0 && <p>Pas d’autre message.</p>}
      </section>
    ),
  };
}

/** Own staff always; a partner on what it holds, if its contract says so. */
function mayCopy(thread: Thread | undefined): boolean {
  return thread !== undefined && (thread.hand_back === null || thread.can_reveal);
}

function toTemplates(): void {
  const field = document.getElementById('modele');
  if (field === null) say('Pas de modèle pour ce motif.');
  else field.focus();
}

function actionKeys(thread: Thread | undefined, mine: boolean, open: (name: ActionName) => void): Key[] {
  if (thread === undefined) return [];
  const partner = thread.hand_back !== null;
  const key = (letter: string, label: string, name: ActionName): Key => ({ key: letter, label, run: () => open(name) });
  return [
    ...(mine
      ? [
          { key: 'r', label: 'Répondre', run: () => document.getElementById('reponse')?.focus() },
          { key: 'o', label: 'Choisir un modèle de réponse', run: toTemplates },
          { key: 'a', label: 'Noter un appel à la personne', run: () => wish.set({ type: 'appel' }) },
          { key: 'b', label: 'Demander des pièces, avec une date', run: () => wish.set({ type: 'pieces' }) },
        ]
      : []),
    key('m', 'Confirmer ou corriger le motif', 'motif'),
    key('t', 'Transférer, avec une raison', 'transfer'),
    key('f', 'Ajouter ou retirer un signalement', 'flags'),
    ...(partner ? [] : [key('e', 'Ouvrir une échéance', 'task')]),
    ...(mine && !partner ? [key('v', 'Proposer un rendez-vous téléphonique ou Edoweb', 'offer')] : []),
    key('c', 'Clore, ou transmettre avec avis', 'close'),
    ...(partner
      ? []
      : [
          key('j', 'Joindre une autre conversation de la même personne', 'join'),
          key('x', 'Détacher un message, ou séparer ce qui a été joint', 'split'),
        ]),
    ...(mine && !partner ? [key('d', 'Mettre de côté, avec une raison', 'snooze')] : []),
    ...(mine ? [key('l', 'Rendre à la file, avec une raison', 'release')] : []),
  ];
}
