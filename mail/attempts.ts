import type { FolderKey } from '../store/cursors.ts';

/** From this many failures alone a mail counts as unfetchable: named in the mailbox's last error, tried ever more rarely. */
export const FAILURES_VISIBLE = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

interface Attempt {
  readonly mailbox_folder: string;
  /** Failures while it was asked for alone: only those can be its own fault. */
  failures: number;
  next_at_ms: number;
  /** Octets the server really sent, when they broke the limit that its announced size kept. */
  oversize?: number;
}

/**
 * Which mails were part of a fetch that failed. They are asked for one at a time and last, so that one mail the server
 * cannot deliver, or that breaks the connection each time, never stops the others. Kept in memory only: after a restart
 * the same mail is found again by failing again.
 */
export class Attempts {
  readonly #attempts = new Map<string, Attempt>();

  /** A fetch of these mails failed. */
  failed(key: FolderKey, uids: readonly number[], now_ms: number, oversize?: number): void {
    for (const uid of uids) {
      const id = name(key, uid);
      const attempt = this.#attempts.get(id) ?? { mailbox_folder: folderName(key), failures: 0, next_at_ms: 0 };
      if (uids.length === 1) {
        attempt.failures += 1;
        if (oversize !== undefined) attempt.oversize = oversize;
        const beyond = attempt.failures - FAILURES_VISIBLE;
        if (beyond >= 0) attempt.next_at_ms = now_ms + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** beyond);
      }
      this.#attempts.set(id, attempt);
    }
  }

  /** The mail is in the ledger. */
  settled(key: FolderKey, uids: readonly number[]): void {
    for (const uid of uids) this.#attempts.delete(name(key, uid));
  }

  /** To be fetched alone and after the others. */
  suspect(key: FolderKey, uid: number): boolean {
    return this.#attempts.has(name(key, uid));
  }

  /** Not before its pause is over. */
  paused(key: FolderKey, uid: number, now_ms: number): boolean {
    return (this.#attempts.get(name(key, uid))?.next_at_ms ?? 0) > now_ms;
  }

  oversize(key: FolderKey, uid: number): number | undefined {
    return this.#attempts.get(name(key, uid))?.oversize;
  }

  /** How many mails cannot be fetched at present; of one folder, or of all. */
  unfetchable(key?: FolderKey): number {
    let count = 0;
    for (const attempt of this.#attempts.values()) {
      if (key !== undefined && attempt.mailbox_folder !== folderName(key)) continue;
      if (attempt.failures >= FAILURES_VISIBLE) count += 1;
    }
    return count;
  }

  /** Forgets what was noted under former numberings of the folder. */
  renumbered(key: FolderKey): void {
    const folder = `${key.mailbox}\n${key.folder}\n`;
    for (const id of this.#attempts.keys()) {
      if (id.startsWith(folder) && !id.startsWith(`${folderName(key)}\n`)) this.#attempts.delete(id);
    }
  }
}

function folderName(key: FolderKey): string {
  return `${key.mailbox}\n${key.folder}\n${key.uidvalidity}`;
}

function name(key: FolderKey, uid: number): string {
  return `${folderName(key)}\n${uid}`;
}
