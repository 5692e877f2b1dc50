import type { ImapFlow } from 'imapflow';
import { assertAlive } from './connection.ts';
import { refusal } from './problems.ts';

/** When nothing is configured: a real mail that a filter put in Junk is still a mail to us (law 1). */
export const DEFAULT_FOLDERS: readonly string[] = ['INBOX', '\\Junk'];

export interface Folders {
  /** The one we stay on with IDLE. */
  readonly watched: string;
  readonly others: readonly string[];
}

/**
 * Folder names as this server knows them. `\Junk` and the other marks of RFC 6154 stand for whatever the server calls
 * them; a server without such a folder is no fault. INBOX has no case (RFC 3501 §5.1).
 */
export async function resolveFolders(client: ImapFlow, configured: readonly string[]): Promise<Folders> {
  const wanted = configured.length === 0 ? DEFAULT_FOLDERS : configured;
  const marks = wanted.some((name) => name.startsWith('\\')) ? await specialFolders(client) : new Map<string, string>();
  const names = wanted.flatMap((name) => {
    if (name.startsWith('\\')) return marks.get(name.toLowerCase()) ?? [];
    return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
  });
  const unique = [...new Set(names)];
  const watched = unique.includes('INBOX') ? 'INBOX' : (unique[0] ?? 'INBOX');
  return { watched, others: unique.filter((name) => name !== watched) };
}

async function specialFolders(client: ImapFlow): Promise<Map<string, string>> {
  const marks = new Map<string, string>();
  try {
    for (const folder of await client.list()) {
      if (folder.specialUse !== undefined && !folder.flags.has('\\Noselect')) {
        marks.set(folder.specialUse.toLowerCase(), folder.path);
      }
    }
  } catch (error) {
    if (refusal(error) === undefined) throw error;
  }
  assertAlive(client);
  return marks;
}
