import { call } from '../api/client.ts';
import type { Thread } from '../api/types.ts';
import { complain } from '../shell/notices.tsx';

interface Props {
  readonly thread: Thread;
  readonly onRevealed: (thread: Thread) => void;
}

/** For a partner whose contract allows it, on the conversation it holds: the numbers, once, with a trace. */
export function Reveal({ thread, onRevealed }: Props) {
  if (!thread.masked || !thread.can_reveal) return null;
  async function reveal(): Promise<void> {
    try {
      onRevealed(await call<Thread>('POST', `/api/conversations/${thread.id}/reveal`, {}));
    } catch (error) {
      complain(error);
    }
  }
  return (
    <p>
      <button type="button" onClick={() => void reveal()}>
        Afficher les numéros de sécurité sociale
      </button>{' '}
      <span class="quiet">L’accès est tracé.</span>
    </p>
  );
}
