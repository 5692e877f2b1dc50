import { call } from '../api/client.ts';
import { complain, say } from '../shell/notices.tsx';
import { go } from '../shell/router.ts';
import { count } from '../words/words.ts';
import { opened } from './use-conversation.ts';

interface Claim {
  readonly conversation: string;
  readonly siblings: readonly string[];
}

let taking = false;

/** Takes what comes next and opens it. A second press while the first is under way does nothing. */
export async function takeNext(): Promise<void> {
  if (taking) return;
  taking = true;
  try {
    const { claim } = await call<{ claim: Claim | null }>('POST', '/api/desk/next', {});
    if (claim === null) {
      say('Rien n’attend dans vos files.');
      return;
    }
    if (claim.siblings.length > 0)
      say(
        `${count(claim.siblings.length, 'autre conversation', 'autres conversations')} de la même personne : vous les avez aussi.`,
      );
    go('conversation', claim.conversation);
    opened.set({ id: claim.conversation });
  } catch (error) {
    complain(error);
  } finally {
    taking = false;
  }
}

/** Takes this one. @returns true when it is held now */
export async function takeThis(id: string): Promise<boolean> {
  try {
    await call('POST', `/api/conversations/${id}/claim`, {});
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
