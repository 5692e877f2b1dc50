import type { Thread } from '../api/types.ts';
import { call } from '../api/client.ts';
import { hrefOf } from '../shell/router.ts';
import { moment } from '../words/time.ts';
import type { Conversation } from './use-conversation.ts';

interface Props {
  readonly conversation: Conversation;
  readonly thread: Thread;
  readonly mine: boolean;
  readonly onTake: () => void;
  readonly onJoin: () => void;
}

/** Who holds the conversation, told while it changes; and that the member wrote again meanwhile. */
export function LockNotice({ conversation, thread, mine, onTake, onJoin }: Props) {
  const { live, news, reload } = conversation;
  const taken = live?.held_by != null && !live.mine && live.status === 'assigned';
  const lost = mine && live !== undefined && !live.mine;
  // Given back since the thread was read: it can be taken without reading it again.
  const read_by_others = thread.reading?.state === 'waiting' && !thread.reading.mine;
  const takeable = !mine && !taken && !read_by_others && (live?.status ?? thread.status) !== 'assigned';
  return (
    <div class="lock" role="status">
      {taken && (
        <p class="notice-line">
          <strong>{live.held_by} traite cette conversation</strong>
          {live.held_until !== null && ` jusqu’au ${moment(live.held_until)}`}.
          {lost && ' Votre texte reste ici : copiez-le si besoin.'}
        </p>
      )}
      {takeable && (
        <p>
          <button type="button" class="main" onClick={onTake}>
            Prendre cette conversation <kbd>p</kbd>
          </button>
        </p>
      )}
      {mine && !lost && <p class="quiet">Vous traitez cette conversation.</p>}
      {news && (
        <p class="notice-line">
          Un nouveau message est arrivé.{' '}
          <button type="button" onClick={() => void reload()}>
            L’afficher
          </button>
        </p>
      )}
      {thread.joined_to !== null && (
        <p class="notice-line">
          Jointe à <a href={hrefOf('conversation', thread.joined_to.id)}>{thread.joined_to.ref}</a> : ses messages et
          ses délais sont là-bas.
        </p>
      )}
      {thread.joined.length > 0 && (
        <p class="quiet">
          {thread.joined.length === 1
            ? 'Une conversation est jointe'
            : `${thread.joined.length} conversations sont jointes`}{' '}
          à celle-ci : {thread.joined.map(({ ref }) => ref).join(', ')}. Une réponse vaut pour tout.
        </p>
      )}
      {thread.suggested_link !== null && (
        <p class="notice-line">
          Semble faire suite à <a href={`#/conversation/${thread.suggested_link.id}`}>{thread.suggested_link.ref}</a>.{' '}
          {thread.hand_back === null && thread.joined_to === null && (
            <button type="button" onClick={onJoin}>
              La joindre <kbd>j</kbd>
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** Gives a conversation back. @throws ApiError */
export async function giveBack(id: string, reason: string): Promise<void> {
  await call('POST', `/api/conversations/${id}/release`, { reason });
}
