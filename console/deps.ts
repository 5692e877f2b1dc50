import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import type { Queues } from '../queues/queues.ts';
import type { Store, Tx } from '../store/database.ts';
import type { RulesFolder } from '../config/folder-note.ts';
import type { OidcEnv } from '../config/env.ts';
import type { SignInMapping } from '../config/sign-in.ts';
import type { Portal } from '../config/portals.ts';
import type { BotCrashPoint } from '../store/bot-requests.ts';
import type { Pages } from './pages.ts';

/** One thing that must be well for the service to be of use, e.g. `mailboxes`, `triage`, `database`. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** An error code or a figure for the person on call; never text from a mail. */
  readonly detail?: string;
}

export interface ConsoleSecrets {
  /** Signs our Message-IDs (mail/message-token.ts); at least 32 characters. */
  readonly message_id: string;
  /** When set, /metrics needs `Authorization: Bearer …`. */
  readonly metrics?: string | undefined;
}

/** A file out of a raw mail, read in the killable child (law 12); null when there is none of that number. */
export type ReadPart = (raw: Buffer, part: number) => Promise<{ readonly content: Uint8Array } | null>;

/** The bot's way in: portals with their keys, and whether the chat page is shown. */
export interface BotAccess {
  readonly portals: ReadonlyMap<string, Portal>;
  readonly demo: boolean;
  /** Crash points of the fault tests. */
  readonly at?: (point: BotCrashPoint) => void;
}

/** How people sign in. */
export interface SignInWays {
  /** False: no password kept here opens anything, and sessions opened by one are over. */
  readonly local: boolean;
  readonly oidc?: { readonly env: OidcEnv; readonly mapping: SignInMapping };
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trusted_proxies?: readonly string[];
}

/** All that the console needs from outside. main.ts makes it once; tests make their own. */
export interface ConsoleDeps {
  readonly store: Store;
  /** Jobs are added after the commit; the sweep finds what a lost job leaves behind. */
  readonly queues: Pick<Queues, 'enqueue'>;
  /** The active rulebook. */
  readonly rulebook: () => Promise<Rulebook>;
  /** Sets and models in a transaction: the active ones, or those of a digest. */
  readonly rules: {
    readonly rulebook: (tx: Tx, of?: string) => Promise<CompiledRulebook>;
    readonly model: (tx: Tx, of?: string) => Promise<MotifModel>;
    /** The folder the site watches; absent where none is. */
    readonly folder?: RulesFolder;
  };
  readonly log: Logger;
  readonly clock: () => Date;
  /** Where browsers reach the console, e.g. https://desk.example. Decides the cookie's Secure and the allowed origin. */
  readonly public_url: string;
  readonly secrets: ConsoleSecrets;
  readonly metrics: Registry;
  /** Answered by /readyz: everything that was looked at. */
  readonly health: () => Promise<readonly HealthCheck[]>;
  /** Fills the gauges of the registry before each scrape. */
  readonly beforeScrape?: () => Promise<void>;
  readonly readPart: ReadPart;
  readonly version: string;
  /** Absent: no portal may talk with the bot. */
  readonly bot?: BotAccess;
  /** The built pages; a process without the console role has none. */
  readonly pages?: Pages;
  /** Absent: local accounts. */
  readonly sign_in?: SignInWays;
  /** How long a reply waits before it leaves, so that its author can take it back. 0 sends at once. */
  readonly undo_ms?: number;
}
