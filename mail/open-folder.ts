import type { ImapFlow } from 'imapflow';
import type { FolderKey } from '../store/cursors.ts';
import { assertAlive } from './connection.ts';
import { MailProblem, refusal } from './problems.ts';

/** A folder as it was when it was opened. */
export interface OpenFolder extends FolderKey {
  /** Every mail present at that moment has a smaller UID; undefined when the server does not say. */
  readonly uidnext: number | undefined;
  /** Mails in it. */
  readonly exists: number;
}

/** Selects a folder. @throws MailProblem MAIL_FOLDER, MAIL_CONNECTION */
export async function openFolder(
  client: ImapFlow,
  mailbox: string,
  folder: string,
  read_only: boolean,
): Promise<OpenFolder> {
  try {
    // Always the command itself, even when the folder is selected: its answer tells UIDVALIDITY and UIDNEXT of now.
    const box = await client.mailboxOpen(folder, { readOnly: read_only });
    assertAlive(client);
    const uidvalidity = Number(box?.uidValidity ?? 0);
    if (!Number.isSafeInteger(uidvalidity) || uidvalidity <= 0) {
      throw new MailProblem('MAIL_FOLDER', `${folder} without UIDVALIDITY`);
    }
    const uidnext = box.uidNext > 0 ? box.uidNext : undefined;
    return { mailbox, folder: box.path, uidvalidity, uidnext, exists: box.exists };
  } catch (error) {
    const why = refusal(error);
    if (why !== undefined) throw new MailProblem('MAIL_FOLDER', `${folder} ${why}`, error);
    throw error;
  }
}

/** Mails in one SEARCH: an answer of a million numbers is one line of 8 MB. */
const WINDOW_MAILS = 50_000;

/**
 * The UIDs from 1 on, cut in ranges that hold about as many mails each; the last is open, for what arrives meanwhile.
 */
export function* uidWindows(
  folder: Pick<OpenFolder, 'uidnext' | 'exists'>,
  window_mails = WINDOW_MAILS,
): Generator<{ from: number; to: number | undefined }> {
  const parts = folder.uidnext === undefined ? 1 : Math.max(1, Math.ceil(folder.exists / window_mails));
  const width = Math.max(1, Math.ceil(((folder.uidnext ?? 1) - 1) / parts));
  for (let part = 0; part < parts - 1; part += 1) yield { from: part * width + 1, to: (part + 1) * width };
  yield { from: (parts - 1) * width + 1, to: undefined };
}
